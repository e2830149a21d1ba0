"""The twelve-direction table: every operator of the corpus, from every platform to every other, compiled and run.

    python benchmarks/accuracy.py [--operators add,gemm] [--from cuda] [--to bang] [--sample 300] [--seeds 5] [--proof 60] [--json F]

Where the target does many elements at once, the share of the source's statements that are done so is put down too (scalar_work.py).
A cell is right when the output compiles (simulator for cuda, hip and bang, g++ for vnni; besides, nvcc for cuda and
the AMDGPU back end for hip, where they are there), can be read as a source again, and computes the numpy reference at
every shape of the corpus, on `--seeds` random inputs and on the edge values, outputs poisoned before.
`--compile-only` runs nothing; `--proof SECONDS` asks the validator about each right output, which may take so long on the
clock. `--sample N` takes N cells, as many of each direction and of each operator. With `--json F` a cell is put down as soon
as it is done, and one that was right is not run again while its output and all that judges it are the same: a run that was
stopped goes on.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "kernels"), str(ROOT / "benchmarks")]

import numpy as np  # noqa: E402
from corpus import EVERY as OPERATORS  # noqa: E402
from corpus import KINDS, Operator  # noqa: E402
from direction_shares import shares  # noqa: E402
from known_cells import Known, key_of, proof_key  # noqa: E402
from strata import sample  # noqa: E402

PLATFORMS = ("cuda", "hip", "bang", "vnni")
SUFFIXES = {"cuda": ".cu", "hip": ".hip", "bang": ".mlu", "vnni": ".cpp"}
REGISTERS = ("bang", "vnni")  # targets that do many elements at once by builtins or intrinsics


@dataclass
class Cell:
    """One translation: how far it came, what failed first, seconds to translate."""

    operator: str
    source: str
    target: str
    stage: str = "translate"  # the stage that failed, or "ok"
    message: str = ""
    seconds: float = 0.0
    key: str = ""  # of the output and all that judges it
    builtin: float | None = None  # of the source's statement instances at the largest shape; on targets with registers or builtins
    verdict: str = ""  # of the validator on the output, where it was asked
    scope: str = ""  # the sizes of a proof, else why there is none
    proof_key: str = ""  # of the texts and of all our code
    date: str = ""
    machine: str = ""


@dataclass(frozen=True)
class Judging:
    """How an output is judged: inputs a shape, keys of outputs that were right, seconds for a proof (0: none), proofs that are known."""

    seeds: int
    right: frozenset[str] = frozenset()
    proof: float = 0.0
    proofs: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def check(operator: str, source: str, target: str, judging: Judging, keep: str = "") -> Cell:
    """Translates one kernel of the corpus in one direction, and checks the output, unless it was right before."""
    row = OPERATORS[operator]
    return check_text(row, source, target, row.source(source), judging, keep)


def check_text(row: Operator, source: str, target: str, path: Path, judging: Judging, keep: str = "") -> Cell:
    """Translates the file `path`, compiles it, and runs it as `row` at every shape; nothing is run with no seeds."""
    cell = Cell(row.name, source, target, date=date.today().isoformat(), machine=machine())
    with tempfile.TemporaryDirectory(prefix="xpiler-accuracy-") as name:
        output = Path(keep or name) / f"{row.name}_{source}_to_{target}{SUFFIXES[target]}"
        if translate(path, target, output, cell):
            _judge(cell, row, path, output, judging)
        if cell.stage == "ok" and judging.proof:
            _prove(cell, path, output, judging)
    return cell


def machine() -> str:
    """What the table was taken on."""
    return f"{platform.machine()}, {os.cpu_count()} cores"


def _judge(cell: Cell, row: Operator, path: Path, output: Path, judging: Judging) -> None:
    """Reads the output again, compiles it, and runs it: the stage it came to."""
    from xpiler.execution.build import build
    from xpiler.platforms.names import DEFAULT_ARCH

    cell.stage, cell.message = "read", _read_again(output, cell.target)
    if cell.message:
        return
    cell.builtin = _builtin(row, path, cell.source, output, cell.target)
    cell.key = key_of(output.read_text(), row.name, row.shapes, judging.seeds, device_compiler(cell.target) is not None)
    if cell.key in judging.right:
        cell.stage = "ok"
        return
    with tempfile.TemporaryDirectory(prefix="xpiler-accuracy-") as name:
        try:
            cell.stage = "compile"
            _compile_for_device(output, cell.target)
            built = build(output, cell.target, Path(name) / "output.so", arch=DEFAULT_ARCH[cell.target])
            cell.stage = "run"
            cell.message = _compute(row, built.library, judging.seeds) if judging.seeds else ""
        except Exception as error:  # what a compiler says; no launcher to call
            cell.message = str(error)
    if not cell.message:
        cell.stage = "ok"


def _prove(cell: Cell, path: Path, output: Path, judging: Judging) -> None:
    """Asks the validator about an output, unless what it says of these texts is known."""
    from proofs import proof_of

    cell.proof_key = proof_key(path.read_text(), output.read_text())
    if cell.proof_key in judging.proofs:
        cell.verdict, cell.scope = judging.proofs[cell.proof_key]
        return
    found = proof_of(cell.operator, cell.source, cell.target, judging.proof, output)
    cell.verdict, cell.scope = found.verdict, found.scope if found.verdict == "proved" else found.reason


def check_source(row: Operator, platform: str, path: Path, seeds: int) -> str:
    """What is wrong with a source's own results, or an empty string."""
    from xpiler.execution.build import build
    from xpiler.platforms.names import DEFAULT_ARCH

    with tempfile.TemporaryDirectory(prefix="xpiler-accuracy-") as name:
        try:
            built = build(path, platform, Path(name) / "source.so", arch=DEFAULT_ARCH[platform])
        except Exception as error:
            return str(error)
        return _compute(row, built.library, seeds)


def translate(path: Path, target: str, output: Path, cell: Cell) -> bool:
    """Runs the command line tool, as a user would; its time is process start included. Whether it succeeded."""
    import subprocess

    command = [
        sys.executable,
        "-I",
        "-m",
        "xpiler",
        "translate",
        str(path),
        "--to",
        target,
        "-o",
        str(output),
        "--verify=none",
        *(f"--extent={extent}" for extent in OPERATORS[cell.operator].stated if cell.source == "vnni"),
    ]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    cell.seconds = time.perf_counter() - start
    if done.returncode:
        cell.message = done.stderr.strip().splitlines()[0] if done.stderr.strip() else f"exit code {done.returncode}"
    return done.returncode == 0


def _read_again(output: Path, target: str) -> str:
    """Why the front end refuses the output as a source, or an empty string."""
    from xpiler import frontend
    from xpiler.diagnostics import XpilerError

    try:
        frontend.read(output, target)
    except XpilerError as error:
        return str(error)
    return ""


def _builtin(row: Operator, path: Path, source: str, output: Path, target: str) -> float | None:
    """The share of the source's statements that the output does in builtins or registers; None where the target has none."""
    from scalar_work import share_of_files

    return share_of_files(path, source, output, target, row.largest()) if target in REGISTERS else None


def device_compiler(platform: str):
    """The toolchain of a GPU platform where its compiler is on this machine, else None."""
    from xpiler.platforms.cuda import toolchain as cuda
    from xpiler.platforms.hip import toolchain as hip

    toolchain = {"cuda": cuda, "hip": hip}.get(platform)
    return toolchain if toolchain and toolchain.find() else None


def _compile_for_device(output: Path, target: str) -> None:
    """Compiles for the real device; raises what its compiler refuses."""
    from xpiler.platforms.names import DEFAULT_ARCH

    toolchain = device_compiler(target)
    if toolchain:
        toolchain.check(output, arch=DEFAULT_ARCH[target])


def _compute(row: Operator, library: Path, seeds: int) -> str:
    """What is wrong with the results, or an empty string."""
    from xpiler.execution.process import run

    cases = [
        (shape, kind, seed) for shape in row.shapes for kind, seed in [*(("random", s) for s in range(seeds)), *((k, 0) for k in KINDS[1:])]
    ]
    made = [row.inputs(*case) for case in cases]
    calls = [row.arguments(arrays, sizes) for arrays, sizes in made]
    results = run(library, f"{row.name}_kernel", calls, timeout_s=600)
    names = [p.name for p in row.parameters]
    for case, (arrays, sizes), result in zip(cases, made, results, strict=True):
        if not result.ok:
            return f"{case}: {result.failure or result.findings[0]}"
        after = dict(zip(names, result.arrays, strict=True))
        wrong = _wrong(row, arrays, after, sizes)
        if wrong:
            return f"{case}: {wrong}"
    return ""


def _wrong(row: Operator, before: dict[str, np.ndarray], after: dict[str, np.ndarray], sizes: dict[str, int]) -> str:
    for p in row.parameters:
        if p.role == "in" and not np.array_equal(before[p.name], after[p.name]):
            return f"input {p.name} was changed"
        if p.role != "in":
            expected, wrong = row.expected(before, sizes, p.name), row.wrong(before, after[p.name], sizes, p.name)
            if wrong.any():
                first = tuple(int(i) for i in np.argwhere(wrong)[0])
                return f"{p.name}{list(first)} is {after[p.name][first]:g}, expected {expected[first]:g} ({int(wrong.sum())} wrong)"
    return ""


def table(cells: list[Cell]) -> str:
    """Operators by directions; `ok`, or the stage that failed."""
    directions = [(s, t) for s in PLATFORMS for t in PLATFORMS if s != t]
    directions = [d for d in directions if any((c.source, c.target) == d for c in cells)]
    by_key = {(c.operator, c.source, c.target): c for c in cells}
    lines = ["| operator | " + " | ".join(f"{s} to {t}" for s, t in directions) + " |", "|---" * (len(directions) + 1) + "|"]
    for operator in dict.fromkeys(c.operator for c in cells):
        row = [by_key.get((operator, s, t)) for s, t in directions]
        lines.append(f"| {operator} | " + " | ".join(c.stage if c else "" for c in row) + " |")
    good = sum(c.stage == "ok" for c in cells)
    times = sorted(c.seconds for c in cells if c.stage != "translate")
    middle = f"; translation: median {times[len(times) // 2]:.2f} s, worst {times[-1]:.2f} s" if times else ""
    return "\n".join([*lines, "", f"{good} of {len(cells)} translations compute the reference{middle}", "", shares(cells)])


def main() -> int:
    """Prints the table, writes JSON, 0 when every cell is right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--operators", default=",".join(OPERATORS))
    parser.add_argument("--from", dest="sources", default=",".join(PLATFORMS))
    parser.add_argument("--to", dest="targets", default=",".join(PLATFORMS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="N cells, as many of each direction and of each operator")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--proof", type=float, default=0.0, metavar="SECONDS", help="ask the validator about each right output")
    parser.add_argument("--compile-only", action="store_true", help="translate and compile, run nothing")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", default="")
    parser.add_argument("--keep", default="", help="directory to keep the outputs in")
    options = parser.parse_args()
    keep = str(Path(options.keep).resolve()) if options.keep else ""
    if keep:
        Path(keep).mkdir(parents=True, exist_ok=True)
    wanted = [
        (operator, source, target)
        for operator in options.operators.split(",")
        for source in options.sources.split(",")
        for target in options.targets.split(",")
        if source != target
    ]
    if options.sample:
        wanted = sample(wanted, options.sample, options.seed)
    known = Known(Path(options.json) if options.json else None)
    judging = Judging(0 if options.compile_only else options.seeds, known.right(), options.proof, known.proofs())
    cells = []
    with ProcessPoolExecutor(options.jobs) as pool:
        for cell in pool.map(partial(check, judging=judging, keep=keep), *zip(*wanted, strict=True)):
            known.add(cell)
            cells.append(cell)
    print(table(cells))
    for target in ("cuda", "hip"):
        print(f"{target} text is compiled for the device: {'yes' if device_compiler(target) else 'no compiler on this machine'}")
    for cell in cells:
        if cell.stage != "ok":
            print(f"{cell.operator} {cell.source} to {cell.target}: {cell.stage}: {cell.message}")
        elif cell.verdict not in ("", "proved"):
            print(f"{cell.operator} {cell.source} to {cell.target}: {cell.verdict}: {cell.scope}")
    return 0 if all(c.stage == "ok" for c in cells) else 1


if __name__ == "__main__":
    sys.exit(main())
