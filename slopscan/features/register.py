"""Everyday words, stance, spelling and words that make no sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from slopscan.features.located import Located, paragraphs
from slopscan.features.schema import Feature
from slopscan.features.view import word_set

if TYPE_CHECKING:
    from slopscan.nlp.annotate import Annotated, AnnotatedBlock

_PER_1K: Final = "per 1,000 words"

FEATURES: Final = (
    Feature(
        "register.colloquial",
        "everyday and rude words ('guess', 'yeah', 'guy', 'got', 'really')",
        _PER_1K,
        (0, 80),
        "fewer than 40 words of the first person singular per 1,000",
        "Reinhart et al. 2025; counts of public stories",
        learned=False,
    ),
    Feature(
        "register.stance",
        "words of a speaker who judges or doubts ('I think', 'probably', 'seems to me')",
        _PER_1K,
        (0, 80),
        "fewer than 5 words of advice or judgement ('should', 'must', 'best') per 1,000",
        "Jiang and Hyland 2025: model essays take less of a stance",
        learned=False,
    ),
    Feature(
        "register.spelling_switch",
        "difference in the share of British spellings before and after the best cut",
        "share",
        (0, 1),
        "fewer than 4 words of either spelling on each side of every cut",
        learned=False,
    ),
    Feature(
        "register.function_words_low",
        "lowest share of function words in any 40 words of a paragraph",
        "share",
        (0, 1),
        "no 40 words in a row of English in small letters",
        learned=False,
    ),
)

_COLLOQUIAL: Final = word_set(
    """guess yeah yep nope hell oh ok okay guy guys get gets getting got gotta gonna wanna kinda
    sorta big kid kids probably sure really pretty stuff crap damn shit fuck fucking bloody ass
    dude mom dad hey wow huh anyway lot lots bit mad crazy stupid weird funny nice bad dumb cool
    awesome hate maybe thing things buddy pal cops cop folks sucks bunch goddamn shut freaking"""
)
_STANCE: Final = re.compile(
    r"\b(?:i|my|me|mine|probably|possibly|perhaps|maybe|arguably|presumably|apparently|supposedly"
    r"|i'm|i've|i'd|i'll|it seems|seems to|appears to|tends? to|as far as|in my|to be fair"
    r"|not sure|unclear|doubt|suspect|admittedly|frankly)\b"
)
_JUDGING: Final = word_set(
    "should must ought need needs better best worse worst wrong right important essential vital"
)
_FIRST_PERSON: Final = word_set("i me my mine myself i'm i've i'd i'll")
_MIN_FIRST_PERSON: Final = 40.0
_MIN_JUDGING: Final = 5.0
_MIN_DIALOGUE: Final = 0.1
_BRITISH: Final = re.compile(
    r"\b(?:\w{2,12}(?:[^aeiou\W]isation|[^aeiou\W]ising|[^aeiou\W]ised|yse[ds]?|ysing)s?"
    r"|(?:col|fav|hon|lab|neighb|behavi|harb|hum|rum|flav|vap|sav|end?eav)our\w{0,6}"
    r"|(?:cent|theat|met|lit|fib|somb|spect)res?|grey\w{0,4}|defence|offence|licence|programmes?"
    r"|travell(?:ed|ing|ers?)|cancelled|labell(?:ed|ing)|modell(?:ed|ing)|fulfil|skilful|whilst"
    r"|learnt|cheque|tyres?|aeroplane|moustache|pyjamas|sceptic\w{0,4}|judgement|ageing)\b"
)
_AMERICAN: Final = re.compile(
    r"\b(?:\w{2,12}(?:[^aeiou\W]ization|[^aeiou\W]izing|[^aeiou\W]ized|yze[ds]?|yzing)s?"
    r"|(?:col|fav|hon|lab|neighb|behavi|harb|hum|rum|flav|vap|sav|end?eav)or(?:s|ed|ing|able|ite|al|hood)?"
    r"|(?:cent|theat|lit|fib|somb|spect)ers?|gray\w{0,4}|defense|offense"
    r"|travel(?:ed|ing|ers?)|canceled|label(?:ed|ing)|model(?:ed|ing)|fulfill|skillful"
    r"|airplane|mustache|pajamas|skeptic\w{0,4}|judgment|aging)\b"
)
_NEITHER: Final = word_set(
    "advertising advertised surprising surprised exercising exercised promising promised rising"
    " raising raised comprising comprised revising revised advising advised devised supervised"
    " supervising disguised televised improvised despised compromised compromising arising praising"
    " labor labors laboring meters meter prized seized seizing sized sizing"
)
_MIN_SIDE: Final = 4
_WINDOW: Final = 40
# Lists of names, references and other languages lack English function words too.
_MIN_SMALL: Final = 34
_MAX_FOREIGN: Final = 2
_FOREIGN: Final = word_set(
    "de la le les el los las un una der die das und ist et en te ko que y e o"
)
FUNCTION_WORDS: Final = word_set(
    """a about above across after again all also although always am among an and another any
    anything
    are around as at away back be because been before being below between both but by can
    can't could couldn't did didn't do does doesn't doing don't down each either else enough
    even every everything few for from get go got had hadn't has hasn't have haven't having he
    he's her here hers herself him himself his how however i i'd i'll i'm i've if in into is
    isn't it it's its itself just last least less let like many may me might mine more most
    much must my myself neither never no nobody none nor not nothing now of off often on once
    one only onto or other others our ours out over own per perhaps quite rather s same
    several shall she she's should since so some someone something still such t than that
    that's the their them themselves then there there's these they they're thing this those
    though through thus to together too toward towards two three under until up upon us very
    was wasn't we we're well were what when where whether which while who whole whom whose why
    will with within without won't would wouldn't yet you you're your yours yourself said says
    say went came come going know see make made take first also new"""
)


def measure(annotated: Annotated) -> Mapping[str, Located]:
    """Return the measures of this family that are defined for a document."""
    found: dict[str, Located] = {}
    blocks = paragraphs(annotated)
    words = [word.lower for block in blocks for word in block.words]
    if words:
        text = " ".join(block.lower for block in blocks)
        scale = 1000 / len(words)
        quoted = sum(span.length for span in annotated.document.quotations)
        spoken = quoted >= _MIN_DIALOGUE * len(annotated.document.prose)
        if sum(w in _FIRST_PERSON for w in words) * scale >= _MIN_FIRST_PERSON:
            found["register.colloquial"] = Located(sum(w in _COLLOQUIAL for w in words) * scale)
        if not spoken and sum(w in _JUDGING for w in words) * scale >= _MIN_JUDGING:
            found["register.stance"] = Located(sum(1 for _ in _STANCE.finditer(text)) * scale)
    lowest = _lowest_share(blocks)
    if lowest is not None:
        found["register.function_words_low"] = lowest
    switch = _switch(blocks)
    if switch is not None:
        found["register.spelling_switch"] = switch
    return found


def _lowest_share(blocks: list[AnnotatedBlock]) -> Located | None:
    best: Located | None = None
    for block in blocks:
        words = [block.text[word.start : word.end] for word in block.words]
        common = _windows([word.lower() in FUNCTION_WORDS for word in words])
        small = _windows([word.islower() and word.isascii() for word in words])
        foreign = _windows([word.lower() in _FOREIGN for word in words])
        for at, count in enumerate(common):
            share = count / _WINDOW
            if small[at] < _MIN_SMALL or foreign[at] > _MAX_FOREIGN:
                continue
            if best is None or share < best.value:
                end = block.words[at + _WINDOW - 1].end
                best = Located(share, (block.prose(block.words[at].start, end),))
    return best


def _windows(flags: list[bool]) -> list[int]:
    """Count the flags in every run of `_WINDOW`."""
    total = list(accumulate(flags, initial=0))
    return [total[end] - total[end - _WINDOW] for end in range(_WINDOW, len(total))]


def _variants(blocks: list[AnnotatedBlock]) -> Iterator[tuple[bool, AnnotatedBlock, int, int]]:
    for block in blocks:
        spelled = [
            (found.start(), british, found)
            for british, pattern in ((True, _BRITISH), (False, _AMERICAN))
            for found in pattern.finditer(block.lower)
            if found.group() not in _NEITHER
        ]
        for _, british, found in sorted(spelled, key=lambda item: item[0]):
            yield british, block, found.start(), found.end()


def _switch(blocks: list[AnnotatedBlock]) -> Located | None:
    found = list(_variants(blocks))
    flags = [british for british, *_ in found]
    cuts = range(_MIN_SIDE, len(flags) - _MIN_SIDE + 1)
    if not cuts:
        return None

    def step(cut: int) -> float:
        before, after = flags[:cut], flags[cut:]
        return abs(sum(before) / len(before) - sum(after) / len(after))

    cut = max(cuts, key=step)
    _, block, start, end = found[cut]
    return Located(step(cut), (block.prose(start, end),))
