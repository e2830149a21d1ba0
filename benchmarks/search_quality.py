"""How near a short search comes to the best there is, and whether the tree beats chance.

    python benchmarks/search_quality.py [--target bang vnni] [--only softmax gemm] [--seeds 3] [--most 400] [--db FILE] [--json RESULT.json]

For each kernel and target everything is measured once: every setting of the default schedule's passes (up to `--most` different texts,
drawn by a fixed seed where there are more) and whatever a search proposes besides; scores go to the database, so that a run that was
stopped goes on. Each strategy may then look at a tenth of as many candidates. Asked for: 95 % of the best, the tree no worse than chance.
BANG's scores are those of the simulator's cycle model, a CPU's are ratios to the default schedule.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from xpiler.diagnostics import XpilerError
from xpiler.options import TranslateOptions
from xpiler.tune.builder import Builder, Candidate
from xpiler.tune.database import Database
from xpiler.tune.runner import CpuRunner, CycleModelRunner, Runner
from xpiler.tune.search import RandomOrder, Ranking, TreeSearch
from xpiler.tune.space import Point, Space
from xpiler.tune.subject import Subject

KERNELS = Path(__file__).resolve().parent.parent / "kernels"
SIZES: dict[str, dict[str, int]] = {
    "add": {"n": 100_000},
    "gelu": {"n": 60_000},
    "silu": {"n": 60_000},
    "softmax": {"rows": 64, "cols": 700},
    "layernorm": {"rows": 64, "cols": 700},
    "rmsnorm": {"rows": 64, "cols": 700},
    "row_sum": {"rows": 64, "cols": 1500},
    "gemm": {"M": 128, "N": 192, "K": 256},
    "gemm_int8": {"M": 128, "N": 192, "K": 256},
    "transpose": {"rows": 300, "cols": 400},
}
SHARE, GOAL = 0.1, 0.95
DRAWN_BY = 7


@dataclass(frozen=True)
class Row:
    """One kernel on one target: what a sweep found, and by strategy the best after a tenth of its trials, as a share of that best."""

    kernel: str
    target: str
    swept: int
    trials: int
    default: float
    best: float
    tree: list[float]
    chance: list[float]
    schedule: str


class Measured:
    """Candidates with their scores: lowered once, measured once."""

    def __init__(self, subject: Subject, space: Space, builder: Builder, database: Path):
        self.subject, self.space, self.builder = subject, space, builder
        self._lowered: dict[str, Candidate] = {}
        self._scores: dict[str, float | None] = {}
        self.default = self.lower([space.default])[0]
        self.space = replace(space, idle=self._idle())
        self._runner = self._make_runner()
        self._scores[self.default.text] = self._runner.measure([self._built(self.default)])[0].score
        described = f"search quality of {Path(subject.path).name} to {subject.target.platform} {dict(subject.sizes)}"
        self._database = Database(database, subject.key(f"search quality by {self._runner.measured_by}"), described)

    def _idle(self) -> frozenset[str]:
        """Passes that change nothing in this kernel, as the tuner finds them."""
        probes = [(name, point) for name, points in self.space.probes().items() for point in points]
        lowered = self.lower([point for _, point in probes])
        busy = {name for (name, _), candidate in zip(probes, lowered, strict=True) if candidate.text not in ("", self.default.text)}
        return frozenset(name for name, _ in probes if name not in busy)

    def lower(self, points: Sequence[Point]) -> list[Candidate]:
        """Candidates of points, from memory where they came up before."""
        fresh = [point for point in dict.fromkeys(points) if point.schedule not in self._lowered]
        for start in range(0, len(fresh), 32):
            for candidate in self.builder.lowered(fresh[start : start + 32]):
                self._lowered[candidate.point.schedule] = candidate
        return [self._lowered[point.schedule] for point in points]

    def score(self, candidate: Candidate) -> float | None:
        """What it costs; None where it does not run, or computes something else."""
        if candidate.text not in self._scores:
            self._scores[candidate.text] = self._stored(candidate)
        return self._scores[candidate.text]

    def _stored(self, candidate: Candidate) -> float | None:
        schedule = candidate.point.schedule
        known = self._database.find(schedule)
        if known is not None and known.state != "running":
            return known.score
        self._database.claim(schedule)
        library = self.builder.built([candidate])[0]
        measured = self._runner.measure([library])[0] if isinstance(library, Path) else None
        score = measured.score if measured else None
        self._database.finish(schedule, "measured" if score is not None else "failed", score)
        return score

    def _built(self, candidate: Candidate) -> Path:
        library = self.builder.built([candidate])[0]
        assert isinstance(library, Path), library
        return library

    def _make_runner(self) -> Runner:
        if self.subject.target.platform == "bang":
            return CycleModelRunner(self.subject)
        return CpuRunner(self.subject, self._built(self.default).rename(self.builder.folder / "reference.so"))


def sweep(measured: Measured, most: int) -> list[Candidate]:
    """Every text that the settings of the default schedule's passes give, measured."""
    points = list(measured.space.points(measured.space.default.sequence))
    random.Random(DRAWN_BY).shuffle(points)
    texts: dict[str, Candidate] = {}
    for start in range(0, len(points), 64):
        for candidate in measured.lower(points[start : start + 64]):
            if candidate.text and len(texts) < most:
                texts.setdefault(candidate.text, candidate)
        if len(texts) >= most:
            break
    return [candidate for candidate in texts.values() if measured.score(candidate) is not None]


def found(measured: Measured, strategy: str, seed: int, trials: int) -> float:
    """The best score that a strategy sees in so many trials, the default's among them."""
    chance = random.Random(seed)
    ranking = Ranking(measured.space, measured.lower, chance)
    ranking.saw(measured.default.text)
    search = (
        TreeSearch(measured.space, ranking, chance) if strategy == "tree" else RandomOrder(measured.space, ranking, chance, measured.lower)
    )
    default = best = measured.score(measured.default) or math.inf
    for _ in range(trials):
        candidate = search.propose()
        if candidate is None:
            break
        score = measured.score(candidate)
        search.learn(candidate, default / score if score else 0.0)
        best = min(best, score or math.inf)
    return best


def row(kernel: str, target: str, arguments: argparse.Namespace, folder: Path) -> Row:
    """One kernel on one target."""
    subject = Subject.of(str(KERNELS / kernel / f"{kernel}.cu"), TranslateOptions(to=target), SIZES[kernel])
    space = Space(subject.target, subject.element_bytes)
    measured = Measured(subject, space, Builder(subject, folder, arguments.jobs), arguments.db)
    swept = sweep(measured, arguments.most)
    trials = max(1, math.ceil(SHARE * len(swept)))
    seen = {strategy: [found(measured, strategy, seed, trials) for seed in range(arguments.seeds)] for strategy in ("tree", "chance")}
    scores = {candidate.point.schedule: measured.score(candidate) or math.inf for candidate in swept}
    best = min([*scores.values(), *seen["tree"], *seen["chance"]])
    shares = {strategy: [best / score for score in of] for strategy, of in seen.items()}
    schedule = min(scores, key=lambda text: scores[text])
    default = measured.score(measured.default) or math.inf
    return Row(kernel, target, len(swept), trials, default, best, shares["tree"], shares["chance"], schedule)


def mean(values: list[float]) -> float:
    """The arithmetic mean."""
    return sum(values) / len(values) if values else 0.0


def table(rows: list[Row]) -> str:
    """All rows, and what they come to."""
    lines = ["| kernel | target | swept | trials | default / best | tree | chance |", "|-|-|-|-|-|-|-|"]
    for r in rows:
        numbers = f"{r.default / r.best:.2f} | {mean(r.tree):.3f} | {mean(r.chance):.3f}"
        lines.append(f"| {r.kernel} | {r.target} | {r.swept} | {r.trials} | {numbers} |")
    near = sum(mean(r.tree) >= GOAL for r in rows)
    trees, chances = mean([mean(r.tree) for r in rows]), mean([mean(r.chance) for r in rows])
    return "\n".join(
        [*lines, f"\n{near} of {len(rows)} reach {GOAL:.0%} of the best; on average the tree {trees:.3f}, chance {chances:.3f}"]
    )


def main() -> int:
    """Prints the table; exit code 1 where the tree falls short of the goal anywhere, or of chance on average."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", default=list(SIZES), choices=list(SIZES))
    parser.add_argument("--target", nargs="*", default=["bang", "vnni"], choices=["bang", "vnni"])
    parser.add_argument("--seeds", type=int, default=3, help="how often each strategy begins anew")
    parser.add_argument("--most", type=int, default=400, help="texts of a sweep")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--db", type=Path, default=Path("search_quality.sqlite"))
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    rows: list[Row] = []
    for target in arguments.target:
        for kernel in arguments.only:
            with tempfile.TemporaryDirectory() as folder:
                try:
                    rows.append(row(kernel, target, arguments, Path(folder)))
                except XpilerError as error:
                    print(f"{kernel}, {target}: {error}", file=sys.stderr)
                    continue
            print(rows[-1], file=sys.stderr, flush=True)
            if arguments.json:
                arguments.json.write_text(json.dumps({"seeds": arguments.seeds, "rows": [asdict(r) for r in rows]}, indent=2))
    print(table(rows))
    return (
        0 if all(mean(r.tree) >= GOAL for r in rows) and mean([mean(r.tree) for r in rows]) >= mean([mean(r.chance) for r in rows]) else 1
    )


if __name__ == "__main__":
    sys.exit(main())
