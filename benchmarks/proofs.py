"""The table of proofs: every operator of the corpus in all twelve directions, source against emitted text.

    python benchmarks/proofs.py [--operators add,gemm] [--from cuda] [--to bang] [--json F] [--jobs 2] [--timeout 30] [--outputs DIR]

A cell is the verdict of the validator alone: nothing is run, so what it does not prove is not `tested` here but what the proof came to.
The JSON is written after every cell; cells that it has already are taken from it, so that a run that was stopped goes on where it was.
Seconds are processor time of the child that proves, reading both texts included; memory is its peak.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "kernels"))

from corpus import EVERY  # noqa: E402

from xpiler.platforms.names import OUTPUT_SUFFIX, PLATFORMS  # noqa: E402


@dataclass
class Cell:
    """One direction of one operator: the verdict on the emitted text, and what it cost."""

    operator: str
    source: str
    target: str
    verdict: str = "not translated"
    scope: str = ""
    reason: str = ""
    seconds: float = 0.0
    peak_mib: int = 0
    notes: list[str] = field(default_factory=list)  # what the sizes of the scope leave out


def check(operator: str, source: str, target: str, timeout: float, outputs: str) -> Cell:
    """Translates one kernel, and proves the text against its source."""
    with tempfile.TemporaryDirectory(prefix="xpiler-proofs-") as folder:
        output = Path(outputs or folder) / f"{operator}_{source}_{target}{OUTPUT_SUFFIX[target]}"
        return proof_of(operator, source, target, timeout, output)


def proof_of(operator: str, source: str, target: str, timeout: float, output: Path) -> Cell:
    """What the validator says, in a process of its own, of an output, which is translated first where it is not there."""
    command = [sys.executable, __file__, "--cell", operator, source, target, "--timeout", str(timeout), "--written", str(output)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit code {done.returncode}"
        return Cell(operator, source, target, reason=reason)
    return Cell(**json.loads(done.stdout))


def prove(operator: str, source: str, target: str, timeout: float, written: Path) -> Cell:
    """The cell itself; the output text is taken from `written` where it is there already."""
    import xpiler
    from xpiler.frontend.options import ReadOptions
    from xpiler.verify.programs import ProgramFile
    from xpiler.verify.proving import Spent, prove_files

    path = EVERY[operator].source(source)
    if not written.exists():
        written.write_text(xpiler.translate(str(path), to=target, verify="none").text)
    sides = [ProgramFile.of(str(p), platform, ReadOptions()) for p, platform in ((path, source), (written, target))]
    proved = prove_files(*sides, spent=Spent(timeout))
    answer = proved.answer
    seconds, mebibytes = round(proved.seconds, 3), proved.peak_bytes >> 20
    return Cell(operator, source, target, answer.verdict.value, answer.scope, answer.reason, seconds, mebibytes, list(answer.notes))


def table(cells: list[Cell]) -> str:
    """Operators by directions: seconds where it is proved, else the verdict."""
    directions = list(dict.fromkeys((c.source, c.target) for c in cells))
    by_key = {(c.operator, c.source, c.target): c for c in cells}
    lines = ["| operator | " + " | ".join(f"{s} to {t}" for s, t in directions) + " |", "|---" * (len(directions) + 1) + "|"]
    for operator in dict.fromkeys(c.operator for c in cells):
        row = [by_key.get((operator, *direction)) for direction in directions]
        lines.append(f"| {operator} | " + " | ".join(_entry(c) for c in row) + " |")
    return "\n".join(lines)


def _entry(cell: Cell | None) -> str:
    if cell is None:
        return ""
    return f"{cell.seconds:.2f} s" if cell.verdict == "proved" else cell.verdict


def summary(cells: list[Cell]) -> str:
    """How many are proved, and what that cost."""
    proved = [c for c in cells if c.verdict == "proved"]
    times = sorted(c.seconds for c in proved) or [0.0]
    middle, late = times[len(times) // 2], times[min(len(times) - 1, len(times) * 95 // 100)]
    share = 100 * len(proved) / len(cells)
    refuted, memory = sum(c.verdict == "refuted" for c in cells), max(c.peak_mib for c in cells)
    counts = f"{len(proved)} of {len(cells)} proved ({share:.1f} %), {refuted} refuted"
    return f"{counts}; processor time: median {middle:.2f} s, 95th percentile {late:.2f} s, worst {times[-1]:.2f} s; memory: {memory} MiB"


def main() -> int:
    """Prints the table, the reasons and the summary; 0 when at least 95 % are proved and none is refuted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--operators", default=",".join(EVERY))
    parser.add_argument("--from", dest="sources", default=",".join(PLATFORMS))
    parser.add_argument("--to", dest="targets", default=",".join(PLATFORMS))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=30.0, help="what one proof may take, in seconds of the clock")
    parser.add_argument("--json", default="")
    parser.add_argument("--outputs", default="", help="directory of the output texts: those that are there are not translated again")
    parser.add_argument("--scopes", action="store_true", help="print the sizes of every proof")
    parser.add_argument("--cell", nargs=3, default=None, help=argparse.SUPPRESS)
    parser.add_argument("--written", type=Path, default=None, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.cell:
        print(json.dumps(asdict(prove(*options.cell, options.timeout, options.written))))
        return 0
    wanted = [
        (operator, source, target)
        for operator in options.operators.split(",")
        for source in options.sources.split(",")
        for target in options.targets.split(",")
        if source != target
    ]
    done = {_key(cell): cell for cell in _written(options.json)}
    for cell in _checked([key for key in wanted if key not in done], options):
        done[_key(cell)] = cell
        _write(list(done.values()), options.json)
    return report([done[key] for key in wanted], options)


def _checked(wanted: list[tuple[str, str, str]], options: argparse.Namespace) -> Iterator[Cell]:
    """Cells as they come."""
    if options.outputs:
        Path(options.outputs).mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(options.jobs) as pool:
        for done in as_completed([pool.submit(check, *key, options.timeout, options.outputs) for key in wanted]):
            yield done.result()


def _key(cell: Cell) -> tuple[str, str, str]:
    return (cell.operator, cell.source, cell.target)


def _written(path: str) -> list[Cell]:
    """The cells of an earlier run; those of operators that are not asked for stay in the file."""
    return [Cell(**cell) for cell in json.loads(Path(path).read_text())] if path and Path(path).exists() else []


def _write(cells: list[Cell], path: str) -> None:
    """All cells so far, in place of the file at once."""
    if path:
        part = Path(f"{path}.part")
        part.write_text(json.dumps([asdict(c) for c in cells], indent=2) + "\n")
        part.replace(path)


def report(cells: list[Cell], options: argparse.Namespace) -> int:
    """Prints what was found; the exit code."""
    print(table(cells))
    for cell in cells:
        if cell.verdict != "proved":
            print(f"{cell.operator} {cell.source} to {cell.target}: {cell.verdict}: {cell.reason}")
        elif options.scopes:
            print(f"{cell.operator} {cell.source} to {cell.target}: {cell.scope}")
    print(summary(cells))
    enough = sum(c.verdict == "proved" for c in cells) >= 0.95 * len(cells)
    return 0 if enough and all(c.verdict != "refuted" for c in cells) else 1


if __name__ == "__main__":
    sys.exit(main())
