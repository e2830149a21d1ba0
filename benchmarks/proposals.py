"""Proposals of a faulty model against the prover and the repair.

    python benchmarks/proposals.py --seed S [--count N] [--json F] [--log L]

A local HTTP server plays the model: the real client asks it, and it answers with right programs and with programs that
have one fault or two (benchmarks/proposals/faults.py). What is accepted, at once or after repair, is then checked by
the corpus' numpy references, which share nothing with the prover. The last line counts; a wrong one accepted fails the run.
With --json a run that was stopped goes on: every proposal has its own seed.

With a real model instead (figures still to be taken): `xpiler translate K.cu --to bang --llm --llm-base-url URL --llm-model M --llm-log L`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "kernels"), str(ROOT / "benchmarks" / "proposals"), str(ROOT / "benchmarks")]

from accuracy import _compute  # noqa: E402
from corpus import OPERATORS  # noqa: E402
from faults import CLASSES, faulty  # noqa: E402
from model_server import ModelServer  # noqa: E402

from xpiler.options import TranslateOptions  # noqa: E402
from xpiler.propose.campaign import Campaign, CampaignLimits, task_of  # noqa: E402
from xpiler.propose.kept import Kept  # noqa: E402
from xpiler.propose.llm.asking import Asker  # noqa: E402
from xpiler.propose.llm.llm_proposer import LLMProposer, log_of  # noqa: E402
from xpiler.propose.llm.settings import Limits, Settings  # noqa: E402
from xpiler.propose.proposal import Judgement  # noqa: E402
from xpiler.propose.sandbox import run_limited  # noqa: E402
from xpiler.repair.mending import mend  # noqa: E402

# Source platform and target of each operator whose right translation the validator proves.
CELLS = (
    ("add", "cuda", "bang"), ("add", "cuda", "vnni"), ("gelu", "cuda", "bang"), ("row_sum", "cuda", "hip"),
    ("transpose", "cuda", "hip"), ("gemm", "cuda", "vnni"), ("add", "bang", "hip"), ("row_sum", "cuda", "bang"),
    ("softmax", "cuda", "hip"), ("softmax", "cuda", "bang"), ("gelu", "vnni", "cuda"), ("row_sum", "cuda", "vnni"),
    ("layernorm", "cuda", "hip"), ("layernorm", "cuda", "bang"), ("softmax", "vnni", "cuda"),
    ("transpose", "cuda", "vnni"), ("maxpool", "cuda", "hip"), ("gemm", "vnni", "cuda"),
)  # fmt: skip
# Passes of the default schedule that a cell does without: what they make is tested, not proved.
WITHOUT = {("gemm", "vnni", "cuda"): frozenset({"cuda-wide-fragments", "cuda-fragments", "simt-wide-products"})}
NUMERIC = frozenset({"bound", "stride", "subscripts", "constant", "capacity", "identity"})
RIGHT_SHARE, DOUBLE_SHARE = 0.1, 0.2


@dataclass
class Outcome:
    """One proposal: where, which faults (the benchmark's secret), what became of it."""

    operator: str
    source: str
    target: str
    faults: tuple[str, ...]
    outcome: str = "rejected"
    verdict: str = ""
    reason: str = ""
    repair: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    error: str = ""  # of the independent check


def right_program(operator: str, source: str, target: str) -> str:
    """The rules' translation in platform form; in the sandbox."""
    from xpiler import lowering, raising
    from xpiler.lowering.schedule import default_schedule
    from xpiler.pipeline import Pipeline
    from xpiler.platforms.names import DEFAULT_ARCH
    from xpiler.platforms.target import Target
    from xpiler.propose.judge import Subject

    subject = Subject.of(str(OPERATORS[operator].source(source)), TranslateOptions(to=target))
    chosen = Target(target, DEFAULT_ARCH[target])
    without = WITHOUT.get((operator, source, target), frozenset())
    schedule = ",".join(str(stage) for stage in Pipeline.parse(default_schedule(chosen)).stages if str(stage) not in without)
    return lowering.lower(raising.raise_module(subject.module), chosen, schedule).operation.get_asm()


def proposed(right: str, random: Random) -> tuple[list[str], str]:
    """The program as it is, or with faults that it has a place for."""
    if random.random() < RIGHT_SHARE:
        return [], right
    count = 2 if random.random() < DOUBLE_SHARE else 1
    while True:
        names = random.sample(sorted(CLASSES), count)
        wrong = faulty(right, names, random)
        if wrong is not None:
            return names, wrong


def checked(operator: str, target: str, text: str) -> str:
    """What is wrong with an accepted text by the corpus' reference; empty where nothing is. In the sandbox."""
    from xpiler.execution.build import build
    from xpiler.platforms.names import DEFAULT_ARCH, OUTPUT_SUFFIX

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"accepted{OUTPUT_SUFFIX[target]}"
        path.write_text(text)
        built = build(path, target, Path(folder) / "accepted.so", arch=DEFAULT_ARCH[target])
        return _compute(OPERATORS[operator], built.library, 1)


class Benchmark:
    """The cells, their right programs, and the model behind HTTP."""

    def __init__(self, seed: int, log: str):
        self.seed = seed
        self.server = ModelServer()
        limits = Limits(tokens=1 << 40, usd=1e9, seconds=1e6, call_seconds=30.0)
        self.asker = Asker(Settings(self.server.url, "local", "sk-local-key-0123456789", limits))
        self.log = log
        self.folder = tempfile.TemporaryDirectory(prefix="xpiler-proposals-")
        self.right: dict[tuple[str, str, str], str] = {}
        self.tasks: dict = {}
        self.checks: dict[tuple[str, str, str], str] = {}  # a text is checked once

    def one(self, number: int) -> Outcome:
        """One proposal from request to check."""
        cell = CELLS[number % len(CELLS)]
        names, text = proposed(self._right(cell), Random(f"{self.seed} {number}"))
        self.server.propose("program", text)
        return self._judged(Outcome(*cell, tuple(names)), self._asked(cell))

    def _right(self, cell: tuple[str, str, str]) -> str:
        if cell not in self.right:
            ended = run_limited(right_program, *cell, seconds=120.0)
            if ended.failure:
                raise SystemExit(f"{'/'.join(cell)}: {ended.failure}")
            self.right[cell] = ended.value
            self.tasks[cell] = task_of(str(OPERATORS[cell[0]].source(cell[1])), TranslateOptions(to=cell[2]))
        return self.right[cell]

    def _asked(self, cell: tuple[str, str, str]) -> Judgement | None:
        proposer = LLMProposer(self.asker, "local", prompts=("tensorize/propose",), recorder=log_of(self.log))
        campaign = Campaign(self.tasks[cell], CampaignLimits(1, 300.0), mend, Kept(Path(self.folder.name) / "_".join(cell)))
        found = campaign.run(proposer)
        return found or (campaign.judgements[-1] if campaign.judgements else None)

    def _judged(self, outcome: Outcome, found: Judgement | None) -> Outcome:
        if found is None:
            return replace(outcome, reason="no proposal in the reply")
        made = replace(outcome, verdict=found.verdict.value, reason=found.reason[:200], repair=found.repair, seconds=found.seconds)
        made.cpu_seconds = found.cpu_seconds
        if not found.accepted:
            return made
        made.error = self._checked(made.operator, made.target, found.text)
        made.outcome = "wrong" if made.error else "repaired" if made.repair else "right"
        return made

    def _checked(self, *accepted: str) -> str:
        if accepted not in self.checks:
            ended = run_limited(checked, *accepted, seconds=300.0)
            self.checks[accepted] = ended.failure or ended.value
        return self.checks[accepted]


def report(outcomes: list[Outcome]) -> str:
    """The table by class, and the last line."""
    single = [o for o in outcomes if len(o.faults) == 1]
    for name in CLASSES:
        mine = Counter(o.outcome for o in single if o.faults == (name,))
        print(f"{name:12} " + ", ".join(f"{n} {what}" for what, n in sorted(mine.items())))
    double = Counter(o.outcome for o in outcomes if len(o.faults) == 2)
    print(f"{'two faults':12} " + ", ".join(f"{n} {what}" for what, n in sorted(double.items())))
    wrong = [o for o in outcomes if o.faults and o.outcome != "right"]
    for what, chosen in (("numeric", [o for o in single if o.faults[0] in NUMERIC and o.outcome != "right"]), ("all", wrong)):
        done = sum(o.outcome == "repaired" for o in chosen)
        print(f"repaired of {what} faults: {done} of {len(chosen)}" + (f" ({100 * done / len(chosen):.0f} %)" if chosen else ""))
    times = [o.cpu_seconds for o in outcomes if o.outcome == "repaired"]
    if times:
        print(f"CPU seconds of a repair: median {statistics.median(times):.1f}, largest {max(times):.1f}")
    count = Counter(o.outcome for o in outcomes)
    parts = (f"{count['right']} accepted right", f"{count['wrong']} accepted wrong", f"{count['repaired']} repaired")
    return f"{len(outcomes)} proposals: {', '.join(parts)}, {count['rejected']} rejected"


def earlier(path: str) -> list[Outcome]:
    """The outcomes of a run that was stopped."""
    if not path or not Path(path).exists():
        return []
    return [Outcome(**{**entry, "faults": tuple(entry["faults"])}) for entry in json.loads(Path(path).read_text())]


def main() -> int:
    """Runs; 1 where a wrong proposal was accepted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=500, help="how many proposals")
    parser.add_argument("--json", default="", metavar="F")
    parser.add_argument("--log", default="", metavar="L", help="the log of all exchanges")
    arguments = parser.parse_args()
    benchmark, outcomes = Benchmark(arguments.seed, arguments.log), earlier(arguments.json)
    for number in range(len(outcomes), arguments.count):
        found = benchmark.one(number)
        outcomes.append(found)
        where = "/".join((found.operator, found.source, found.target))
        print(f"{number + 1}: {where} {'+'.join(found.faults) or 'none'}: {found.outcome}", flush=True)
        if arguments.json:
            Path(arguments.json).write_text(json.dumps([asdict(o) for o in outcomes], indent=1) + "\n")
    print(report(outcomes))
    return int(any(o.outcome == "wrong" for o in outcomes))


if __name__ == "__main__":
    sys.exit(main())
