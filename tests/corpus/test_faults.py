"""Processes really die here: nothing is lost, and the output is the same to the byte."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from slopscan.cli.app import main

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs signals")


def corpus(path: Path, texts: list[str]) -> Path:
    path.write_text(
        "".join(json.dumps({"id": f"d{i}", "text": t}) + "\n" for i, t in enumerate(texts))
    )
    return path


@pytest.fixture(autouse=True)
def heed_interrupts() -> Iterator[None]:
    """What a background job starts ignores interrupts, and so would its children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def start(
    source: Path, output: Path, *, jobs: int = 2, rows: int = 4, timeout: float = 60
) -> subprocess.Popen[str]:
    paths = os.pathsep.join([str(HERE), str(ROOT)])
    args = [sys.executable, str(HERE / "run_stub.py"), str(source), str(output)]
    return subprocess.Popen(
        [*args, str(jobs), str(rows), str(timeout)],
        env={**os.environ, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> list[int]:
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return [int(word) for word in out.split()]


def run(source: Path, output: Path, **settings: float) -> list[int]:
    return finish(start(source, output, **settings))  # type: ignore[arg-type]


def parts(output: Path) -> list[Path]:
    return sorted(output.with_name(f".{output.name}.slopscan").glob("chunks-*/*.gz"))


def wait_for_parts(output: Path, n: int) -> None:
    deadline = time.monotonic() + 120
    while len(parts(output)) < n:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def children(pid: int) -> list[int]:
    """Processes below `pid`, the nearest first."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return [*found, *(below for child in found for below in children(child))]


def errors(path: Path) -> dict[str, str]:
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    return {row["id"]: row["error"] for row in rows if row["error"]}


def held(gate: Path) -> list[str]:
    """40 texts; a run cannot get past the 30th before the gate opens."""
    return ["SLEEP 0.01"] * 30 + [f"HOLD {gate}"] + ["SLEEP 0.01"] * 9


def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    source = corpus(tmp_path / "in.jsonl", held(gate))
    whole, output = tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    process = start(source, output)
    wait_for_parts(output, 3)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    gate.touch()
    assert run(source, whole, jobs=1) == [40, 0, 0, 0]
    kept = len(parts(output))
    assert not output.exists()
    rows, n_errors, resumed, _ = run(source, output)
    assert (rows, n_errors, resumed) == (40, 0, 4 * kept)
    assert output.read_bytes() == whole.read_bytes()
    assert not parts(output)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    source = corpus(tmp_path / "in.jsonl", ["SLEEP 30"] * 2)
    process = start(source, tmp_path / "out.jsonl", rows=1)
    deadline = time.monotonic() + 120
    while len(below := children(process.pid)) < 4:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    deadline = time.monotonic() + 120
    while any(Path(f"/proc/{pid}").exists() for pid in below):
        assert time.monotonic() < deadline, "a worker lives on"
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_killed_worker_is_replaced(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    source = corpus(tmp_path / "in.jsonl", held(gate))
    whole, output = tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    process = start(source, output)
    wait_for_parts(output, 2)
    os.kill(children(process.pid)[-1], signal.SIGKILL)
    gate.touch()
    run(source, whole)
    assert finish(process) == [40, 0, 0, 1]
    assert output.read_bytes() == whole.read_bytes()


def test_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    source, output = corpus(tmp_path / "in.jsonl", held(gate)), tmp_path / "out.jsonl"
    process = start(source, output)
    wait_for_parts(output, 2)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=300)
    gate.touch()
    assert process.returncode != 0
    rows, n_errors, resumed, _ = run(source, output)
    assert (rows, n_errors) == (40, 0)
    assert resumed >= 8


def test_ctrl_c_is_told_in_one_line(tmp_path: Path) -> None:
    source = corpus(tmp_path / "in.jsonl", ["Plain words, many of them. " * 400] * 4000)
    output = tmp_path / "out.jsonl"
    process = subprocess.Popen(
        [sys.executable, "-m", "slopscan", "score", str(source), "-o", str(output), "--no-parse"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while not output.with_name(".out.jsonl.slopscan").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 130
    assert told.startswith("interrupted; what is done is kept")
    assert "Traceback" not in told


def test_a_program_without_a_main_guard_can_score(tmp_path: Path) -> None:
    source = corpus(tmp_path / "in.jsonl", ["Plain words."] * 3)
    program = tmp_path / "program.py"
    program.write_text(
        "from slopscan.cli.app import main\n"
        f"code = main(['score', {str(source)!r}, '-o', {str(tmp_path / 'out.jsonl')!r}, "
        "'--no-parse', '-q'])\n"
        "print('once', code)\n"
    )
    done = subprocess.run(
        [sys.executable, str(program)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.stdout.split() == ["once", "0"], done.stderr


@pytest.mark.parametrize(
    ("fault", "words"),
    [("CRASH", "signal 9"), ("EXIT", "code 7"), ("STALL", "more than 3 seconds")],
)
def test_a_text_that_ends_its_worker_is_an_error_row(
    tmp_path: Path, fault: str, words: str
) -> None:
    texts = ["a plain text"] * 12
    texts[5] = fault
    output = tmp_path / "out.jsonl"
    rows, n_errors, _, restarts = run(corpus(tmp_path / "in.jsonl", texts), output, timeout=3)
    assert (rows, n_errors, restarts) == (12, 1, 2)
    assert set(errors(output)) == {"d5"}
    assert words in errors(output)["d5"]


def test_a_text_that_ends_its_worker_once_is_scored(tmp_path: Path) -> None:
    texts = ["a plain text"] * 6
    texts[2] = f"ONCE {tmp_path / 'mark'}"
    output = tmp_path / "out.jsonl"
    assert run(corpus(tmp_path / "in.jsonl", texts), output) == [6, 0, 0, 1]


def test_a_changed_input_is_scored_again(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    texts = held(gate)
    source = corpus(tmp_path / "in.jsonl", texts)
    output = tmp_path / "out.jsonl"
    process = start(source, output, jobs=1)
    wait_for_parts(output, 2)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    kept = len(parts(output))
    gate.touch()
    corpus(source, ["two words", *texts[1:]])
    assert run(source, output)[2] == 4 * (kept - 1)
    assert json.loads(output.read_text().splitlines()[0])["n_words"] == 2


def test_two_runs_cannot_write_one_output(tmp_path: Path) -> None:
    source, output = (
        corpus(tmp_path / "in.jsonl", [f"HOLD {tmp_path / 'gate'}"]),
        tmp_path / "out.jsonl",
    )
    first = start(source, output)
    deadline = time.monotonic() + 120
    while not output.with_name(".out.jsonl.slopscan").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    second = start(source, output)
    _, err = second.communicate(timeout=300)
    (tmp_path / "gate").touch()
    assert second.returncode == 1
    assert "another run is writing this output" in err
    assert finish(first)[0] == 1


def test_a_full_disk_stops_the_run_and_no_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A limit on the size of files stands in for a full disk; a benchmark fills a real one."""
    resource = pytest.importorskip("resource")
    texts = [f"It is not just tool {i}, but a way of thinking." for i in range(3000)]
    source, output = corpus(tmp_path / "in.jsonl", texts), tmp_path / "out.jsonl"
    args = ["score", str(source), "-o", str(output), "--no-parse", "-j", "1", "-q"]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        assert main(args) == 2
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    told = capsys.readouterr().err
    assert "the disk is full" in told
    assert "the same command goes on from there" in told
    assert not output.exists()
    assert parts(output)
    assert main(args) == 0
    assert "by the interrupted run before" in capsys.readouterr().err
    assert len(output.read_text().splitlines()) == 3000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 KiB, where mounting one is allowed."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(place)]
    try:
        if subprocess.run(mount, check=False, capture_output=True).returncode:
            pytest.skip("no right to mount a file system")
    except OSError:
        pytest.skip("no mount command")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_full_and_then_has_room(
    tmp_path: Path, small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = [f"It is not just tool {i}, but a way of thinking." for i in range(3000)]
    source = corpus(tmp_path / "in.jsonl", texts)
    whole, output = tmp_path / "whole.jsonl", small_disk / "out.jsonl"
    args = ["score", str(source), "--no-parse", "-j", "1", "-q"]
    assert main([*args, "-o", str(output)]) == 2
    assert "the disk is full" in capsys.readouterr().err
    assert parts(output) and not output.exists()
    subprocess.run(["mount", "-o", "remount,size=16m", str(small_disk)], check=True)
    assert main([*args, "-o", str(output)]) == 0
    assert main([*args, "-o", str(whole)]) == 0
    assert output.read_bytes() == whole.read_bytes()


def test_broken_inputs_are_error_rows_and_nothing_else_is_lost(tmp_path: Path) -> None:
    place = tmp_path / "in"
    place.mkdir()
    good = [json.dumps({"id": f"g{i}", "text": f"A plain line of words, {i}."}) for i in range(50)]
    data = ("\n".join(good) + "\n").encode()
    (place / "a.jsonl").write_bytes(data)
    (place / "b_cut.jsonl.gz").write_bytes(gzip.compress(data)[:-20])
    (place / "c_torn.parquet").write_bytes(b"PAR1" + data)
    (place / "d_latin.jsonl").write_bytes(data.replace(b"plain", b"pl\xe9in", 1))
    (place / "e_long.txt").write_bytes(b"word " * (10 << 20))
    (place / "f_empty.md").write_bytes(b"")
    (place / "g_table.csv").write_bytes(b"id,text\n1,Two words.\n2,too,many\n")
    output = tmp_path / "out.jsonl"
    assert main(["score", str(place), "-o", str(output), "--no-parse", "-j", "2", "-q"]) == 0
    rows = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    told = [row["error"].replace(f"{place}{os.sep}", "") for row in rows if row["error"]]
    cut = sum("b_cut" in words for words in told)
    assert cut == 1 and "end early" in next(words for words in told if "b_cut" in words)
    assert any(words.startswith("c_torn.parquet, row 1: ") for words in told)
    assert any(words.startswith("d_latin.jsonl, row 1: not UTF-8 (byte 0xe9)") for words in told)
    assert any(words.startswith("e_long.txt: longer than 5,000,000") for words in told)
    assert any(words.startswith("g_table.csv, row 2: 3 fields where") for words in told)
    assert len(told) == 5
    scored = [row["id"] for row in rows if not row["error"]]
    assert scored[:50] == [f"g{i}" for i in range(50)]
    assert len([name for name in scored if name.startswith("g")]) >= 50 + 49
    assert rows[-3]["id"].endswith("f_empty.md") and rows[-3]["n_words"] == 0
