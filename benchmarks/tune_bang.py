"""What tuning gains on BANG, by the simulator's cycle model: no device was at hand, and every figure here is a model's.

    python benchmarks/tune_bang.py [--only gemm softmax] [--trials 8] [--budget 300] [--seed 1] [--db FILE] [--json RESULT.json]

For each operator of the corpus and each shape, cycles of the tuned output, of the output by the frozen first schedule
(`tuning/first_bang.txt`, never changed), and of the hand-written `.mlu` of the corpus: same sizes, same model. Large and small shapes
are apart. The geometric means asked for are 1.5 and 1.0. A run that was stopped goes on where its `--json` file ends.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from xpiler.diagnostics import Unsupported, XpilerError
from xpiler.execution.build import build
from xpiler.options import TranslateOptions
from xpiler.tune.builder import lower_all
from xpiler.tune.runner import CycleModelRunner
from xpiler.tune.subject import Subject
from xpiler.tune.tuner import TuneOptions, tune

HERE = Path(__file__).resolve().parent
KERNELS = HERE.parent / "kernels"
FIRST = (HERE / "tuning" / "first_bang.txt").read_text().strip()
SHAPES: dict[str, dict[str, dict[str, int]]] = {
    "add": {"large": {"n": 1 << 20}, "small": {"n": 10_000}},
    "gelu": {"large": {"n": 1 << 19}, "small": {"n": 10_000}},
    "softmax": {"large": {"rows": 256, "cols": 2048}, "small": {"rows": 16, "cols": 200}},
    "layernorm": {"large": {"rows": 256, "cols": 2048}, "small": {"rows": 16, "cols": 200}},
    "row_sum": {"large": {"rows": 256, "cols": 2048}, "small": {"rows": 16, "cols": 200}},
    "gemm": {"large": {"M": 512, "N": 512, "K": 512}, "small": {"M": 64, "N": 64, "K": 64}},
    "gemm_half": {"large": {"M": 512, "N": 512, "K": 512}, "small": {"M": 64, "N": 64, "K": 64}},
    "gemm_int8": {"large": {"M": 512, "N": 512, "K": 512}, "small": {"M": 64, "N": 64, "K": 64}},
    "transpose": {"large": {"rows": 1024, "cols": 1024}, "small": {"rows": 64, "cols": 100}},
    **{name: {"large": {"n": 1 << 19}, "small": {"n": 10_000}} for name in ("silu", "relu", "sigmoid")},
    **{name: {"large": {"rows": 256, "cols": 2048}, "small": {"rows": 16, "cols": 200}} for name in ("rmsnorm", "row_max", "row_mean")},
    "gemv": {"large": {"M": 512, "N": 2048}, "small": {"M": 64, "N": 200}},
    "batchnorm": {"large": {"batch": 4, "channels": 64, "pixels": 3136}, "small": {"batch": 1, "channels": 16, "pixels": 196}},
    "instancenorm": {"large": {"batch": 4, "channels": 64, "pixels": 3136}, "small": {"batch": 1, "channels": 16, "pixels": 196}},
    "dense": {"large": {"batch": 256, "inputs": 512, "outputs": 512}, "small": {"batch": 16, "inputs": 64, "outputs": 64}},
}


@dataclass(frozen=True)
class Row:
    """Cycles of the model for one operator at one shape; the verdict is that of the tuned output."""

    operator: str
    shape: str
    sizes: dict[str, int]
    first: float
    written: float | None
    tuned: float
    verdict: str
    trials: int
    refuted: int
    schedule: str


def cycles(subject: Subject, source: Path, folder: Path) -> float | None:
    """What the model says of a `.mlu` file; None where it does not run at these sizes."""
    library = folder / "measured.so"
    library.unlink(missing_ok=True)
    try:
        build(source, "bang", library, arch=subject.target.arch)
    except XpilerError:
        return None
    return CycleModelRunner(subject).measure([library])[0].score


def row(operator: str, shape: str, arguments: argparse.Namespace) -> Row:
    """Tunes one operator at one shape and measures the other two."""
    source, sizes = KERNELS / operator / f"{operator}.cu", SHAPES[operator][shape]
    options = TranslateOptions(to="bang", seconds=arguments.proof)
    how = TuneOptions(arguments.budget, arguments.trials, seed=arguments.seed, jobs=arguments.jobs)
    outcome = tune(str(source), options, sizes, how, arguments.db)
    assert outcome.translation is not None
    with tempfile.TemporaryDirectory() as name:
        folder, subject = Path(name), Subject.of(str(source), options, sizes)
        text, _, refusal = lower_all(subject, [FIRST])[0]
        (folder / "first.mlu").write_text(text)
        first = cycles(subject, folder / "first.mlu", folder)
        written = cycles(subject, KERNELS / operator / f"{operator}.mlu", folder)
    if first is None:
        raise Unsupported(f"the first schedule does not run: {refusal}")
    verdict = outcome.translation.answer.verdict.value
    return Row(operator, shape, sizes, first, written, outcome.score, verdict, outcome.trials, outcome.refuted, outcome.schedule)


def mean(ratios: list[float]) -> float:
    """The geometric mean; 0 of nothing."""
    return math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else 0.0


def table(rows: list[Row], shape: str) -> str:
    """One shape's rows, and the means of the ratios."""
    lines = [
        f"\n{shape} shapes, cycles of the model",
        "| operator | first | written | tuned | first / tuned | written / tuned | verdict |",
        "|-|-|-|-|-|-|-|",
    ]
    for r in rows:
        against = f"{r.written / r.tuned:.2f}" if r.written else "-"
        lines.append(
            f"| {r.operator} | {r.first:.0f} | {r.written or 0:.0f} | {r.tuned:.0f} | {r.first / r.tuned:.2f} | {against} | {r.verdict} |"
        )
    means = mean([r.first / r.tuned for r in rows]), mean([r.written / r.tuned for r in rows if r.written])
    return "\n".join([*lines, f"| geometric mean | | | | {means[0]:.2f} | {means[1]:.2f} | |"])


def main() -> int:
    """Prints both tables; exit code 1 where a search fails, or a best candidate is refuted or slower than the first schedule."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", default=list(SHAPES), choices=list(SHAPES))
    parser.add_argument("--shapes", nargs="*", default=["large", "small"], choices=["large", "small"])
    parser.add_argument("--trials", type=int, default=8)
    parser.add_argument("--budget", type=float, default=300.0, help="seconds an operator and shape")
    parser.add_argument("--proof", type=float, default=30.0, help="seconds a proof may take")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--db", type=Path, default=Path("tune_bang.sqlite"))
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    rows: list[Row] = []
    failures: list[str] = []
    if arguments.json and arguments.json.exists():
        rows = [Row(**row) for row in json.loads(arguments.json.read_text())["rows"]]
    for shape in arguments.shapes:
        for operator in arguments.only:
            if any((r.operator, r.shape) == (operator, shape) for r in rows):
                continue
            try:
                rows.append(row(operator, shape, arguments))
            except XpilerError as error:
                failures.append(f"{operator}, {shape}: {error}")
                print(failures[-1], file=sys.stderr, flush=True)
                continue
            print(rows[-1], file=sys.stderr, flush=True)
            if arguments.json:
                arguments.json.write_text(
                    json.dumps({"cycle_model": True, "failures": failures, "rows": [asdict(r) for r in rows]}, indent=2)
                )
        print(table([r for r in rows if r.shape == shape], shape))
    return 1 if failures or any(r.verdict == "refuted" or r.tuned > r.first for r in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
