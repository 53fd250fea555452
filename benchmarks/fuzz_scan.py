"""Fuzzing of readers and string rules: with atheris by coverage, without it by plain mutation.

    pip install atheris
    python benchmarks/fuzz_scan.py CORPUS_FOLDER -max_total_time=1800 -max_len=4096
    python benchmarks/fuzz_scan.py --plain SECONDS [SEED]

The first byte chooses a file type, the rest is the file. What must hold for any bytes: a clear
`InputError` or a report; offsets that begin and end where they say; findings whose text is the
source's at their span; the same hits with the filter and without; outputs that write no control
character; and no text that takes seconds. Options after the folder are libFuzzer's. The plain way
mutates the examples of the rules and prints what it ends on, so that it can become a test.
"""

from __future__ import annotations

import io
import random
import sys
import time
from typing import Final

if __name__ == "__main__" and "--plain" not in sys.argv:
    import atheris

    with atheris.instrument_imports(include=["slopscan"]):
        import slopscan.matchers.engine
        import slopscan.readers.markdown
        import slopscan.scan  # noqa: F401 - instrumented before the imports below see it

from slopscan.catalogue.load import Selection, load_catalogue, select
from slopscan.errors import InputError
from slopscan.matchers.engine import Engine
from slopscan.nlp.annotate import annotate
from slopscan.outputs import render
from slopscan.readers import SUFFIXES, parse, read_bytes
from slopscan.report import Provenance, RunReport
from slopscan.scan import Resources, Scanner, Settings, is_string_rule

_EVERYTHING: Final = Selection(select=("all", "preview", "dormant", "folklore"), preview=True)
_CATALOGUE: Final = load_catalogue()
_RULES: Final = tuple(rule for rule in select(_CATALOGUE, _EVERYTHING) if is_string_rule(rule))
_FILTERED: Final = Engine(_RULES, _CATALOGUE)
_WHOLE: Final = Engine(_RULES, _CATALOGUE, filtered=False)
_SCANNER: Final = Scanner(Settings(_EVERYTHING, parse=False), resources=Resources(_CATALOGUE))
_OUTPUTS: Final = ("text", "concise", "json", "sarif", "github", "html")
_ALLOWED: Final = frozenset("\n")
_SECONDS: Final = 5.0


def one_input(data: bytes) -> None:
    """Check everything for one file; raise AssertionError where it does not hold."""
    if not data:
        return
    began = time.process_time()
    name = f"file{SUFFIXES[data[0] % len(SUFFIXES)]}"
    try:
        source = read_bytes(data[1:], name)
        document = parse(source)
    except InputError:
        return
    for block in document.blocks:
        span = document.offsets.to_source(block.span)
        assert 0 <= span.start <= span.end <= len(source.text)
    (annotated,) = annotate([document])
    hits = _FILTERED.hits(annotated)
    if data[0] >= 128:  # ten times slower, so not for every input
        assert hits == _WHOLE.hits(annotated)
    report = _SCANNER.scan(source)
    for finding in report.findings:
        assert source.text[finding.span.start : finding.span.end] == finding.matched
    run = RunReport((report,), Provenance("0", "0"))
    stream = io.StringIO()
    render(_OUTPUTS[data[0] % len(_OUTPUTS)], run, stream)
    shown = stream.getvalue()
    assert not any(ord(c) < 32 and c not in _ALLOWED for c in shown), "a control character"
    assert time.process_time() - began < _SECONDS, "too slow"


_PIECES: Final = (
    *("# ", "\n\n", "\n", "> ", "- ", "* ", "1. ", "**", "_", "`", "```\n", "~~~"),
    *("| a | b |\n|--|--|\n", "[a](b)", "![", "](", "<!--", "-->", "<div class='ai-written'>"),
    *("</div>", "<br>", "&nbsp;", "&#0;", "&#xD800;", "---\n", "+++\n"),
    *("ai_assistance: whole\n", "::: ai\n", ":::\n", "$$", "$", "\\section{"),
    *("\\begin{quote}", "\\end{quote}", "{", "}", "%", "#+begin_src\n", "#+end_src\n"),
    *("====\n", "----\n", ".. note::\n", "::\n\n", "\u201c", "\u201d", "\u2014", "\u2019"),
    *('"', "'", "\u0130", "\u017f", "\u212a", "\ufeff", "\u200b", "\u202e", "\x00"),
    *("\x1b[31m", "\r", "\r\n", "\t", "\x85", "\u2028", "\x1c", "a\u0301", "\U0001f600", "  "),
    *("https://a.b/c?utm_source=chatgpt.com", "<!-- slopscan: ignore -->"),
    *("<!-- slopscan: ignore-start -->", "<!-- slopscan: ignore-end -->"),
)
_RAW: Final = (b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\xff\xfe", b"PK\x03\x04", b"\x80")
_MAX_CHARS: Final = 3_000


def plain(seconds: float, seed: int) -> int:
    """Try mutated examples for so long; return how many there were."""
    rng = random.Random(seed)
    texts = [e.text for rule in _RULES for e in (*rule.flags, *rule.passes)]
    end = time.monotonic() + seconds
    done = 0
    while time.monotonic() < end:
        data = bytes([rng.randrange(256)]) + _mutated(rng, texts)
        try:
            one_input(data)
        except Exception:
            print(repr(data), flush=True)
            raise
        done += 1
        if done % 1_000 == 0:
            print(f"{done:,} inputs", flush=True)
    return done


def _mutated(rng: random.Random, texts: list[str]) -> bytes:
    parts = rng.sample(texts, rng.randrange(1, 6))
    for _ in range(rng.randrange(12)):
        number = rng.randrange(len(parts))
        text = parts[number]
        at = rng.randrange(len(text) + 1)
        other = rng.choice(parts)
        parts[number] = rng.choice(
            (
                text[:at] + rng.choice(_PIECES) + text[at:],
                text[:at] + rng.choice(_PIECES) * rng.randrange(2, 40) + text[at:],
                text[:at] + other[rng.randrange(len(other) + 1) :],
                text[:at] + text[at + rng.randrange(9) :],
                text.upper(),
                text[:at]
                + chr(rng.choice((rng.randrange(0x300), rng.randrange(0xD000))))
                + text[at:],
            )
        )
    data = rng.choice(("", " ", "\n", "\n\n")).join(parts)[:_MAX_CHARS].encode("utf-8", "replace")
    if rng.random() < 0.1:
        at = rng.randrange(len(data) + 1)
        data = data[:at] + rng.choice(_RAW) + data[at:]
    return data


def main() -> None:
    """Fuzz as the arguments say."""
    if sys.argv[1:2] == ["--plain"]:
        seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
        print(f"{plain(float(sys.argv[2]), seed):,} inputs, nothing found")
        return
    import atheris  # noqa: PLC0415 - in no environment of ours

    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
