"""Wrong kernels must not be proved: changes of corpus and emitted kernels, each checked against its original.

    python benchmarks/mutation.py --seed 1 --json F [--count 1000] [--jobs 2]

A mutant is judged by runs of both texts at up to eight sizes, on whole numbers (so that sums of floats are exact),
fractions and negative numbers, and by the validator at its own sizes or all. The report is written after every batch of one kernel's
mutants, and outcomes that it has are taken from it: a run that is stopped goes on where it was.
`refuted`: a run differs, does not end or is reported
by a simulator. `proved`: the validator says so and every run agrees; each one is listed by name. `--prove-all` asks the
validator about refuted mutants too: an alarm is a proof that a run at the same sizes contradicts, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "kernels")]

from mutation.emitted import PLATFORMS, emitted_subjects  # noqa: E402
from mutation.population import Mutant, corpus_subjects, drawn  # noqa: E402
from mutation.trial import Outcome, judged  # noqa: E402

BATCH = 12


def main() -> int:
    """Draws, judges, prints."""
    options = _options()
    from corpus import EVERY

    operators = options.operators.split(",") if options.operators else list(EVERY)
    platforms = options.platforms.split(",")
    subjects = list(corpus_subjects(operators, platforms))
    if not options.by_hand:
        subjects += emitted_subjects(operators, platforms, Path(options.emitted))
    known = _known(options)
    mutants = drawn(subjects, options.count, options.seed, frozenset(known))
    if options.list:
        print("\n".join(m.name for m in mutants))
        return 0
    outcomes = _judge_all(mutants, [known[m.name] for m in mutants if m.name in known], options)
    print(f"{sum(o.seconds for o in outcomes) / max(len(outcomes), 1):.1f} s of processor time a mutant")
    print(summary(outcomes))
    return 1 if any(o.alarm or (o.verdict == "proved" and not o.runs) for o in outcomes) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", default="")
    parser.add_argument("--prove-all", action="store_true", help="ask the validator also about mutants that runs refute")
    parser.add_argument("--again", action="store_true", help="judge anew what an earlier run did not refute")
    parser.add_argument("--operators", default="", help="corpus kernels to change; all unless said")
    parser.add_argument("--platforms", default=",".join(PLATFORMS))
    parser.add_argument("--by-hand", action="store_true", help="kernels of the corpus alone, nothing emitted")
    parser.add_argument("--emitted", default=str(ROOT / "build" / "mutation"), help="where emitted kernels are kept")
    parser.add_argument("--list", action="store_true", help="print the mutants' names and stop")
    return parser.parse_args()


def _judge_all(mutants: list[Mutant], outcomes: list[Outcome], options: argparse.Namespace) -> list[Outcome]:
    """All outcomes, those that are known included; those of worth are printed as they come, and the report is written after every batch."""
    start = time.monotonic()
    if options.again:
        outcomes = [o for o in outcomes if o.verdict in ("refuted", "stillborn")]
    known = {o.name for o in outcomes}
    mutants = [m for m in mutants if m.name not in known]
    with ThreadPoolExecutor(options.jobs) as pool:
        waiting = [pool.submit(_judge_apart, batch, options) for batch in _batches(mutants)]
        try:
            for done in as_completed(waiting):
                outcomes += done.result()
                _note(done.result())
                if options.json:
                    _report(outcomes, options, time.monotonic() - start)
        finally:
            pool.shutdown(cancel_futures=True)  # where one has failed, the others need not begin
    return outcomes


def _judge_apart(batch: list[Mutant], options: argparse.Namespace) -> list[Outcome]:
    """The outcomes of a batch, in a process of its own: what it leaves in memory, or dies of, is not the next one's."""
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as one:
            return one.submit(judged, batch, options.seed, options.prove_all).result()
    except BrokenProcessPool:
        return [Outcome(mutant.name, "unsupported", "the process that judged it died") for mutant in batch]


def _known(options: argparse.Namespace) -> dict[str, Outcome]:
    """What an earlier run with this seed found, by name."""
    if not options.json or not Path(options.json).exists():
        return {}
    report = json.loads(Path(options.json).read_text())
    if report["seed"] != options.seed or report.get("prove_all", False) != options.prove_all:
        raise SystemExit(f"{options.json} is of another run: name another file, or remove it")
    return {found["name"]: Outcome(**found) for found in report["mutants"]}


def _batches(mutants: list[Mutant]) -> list[list[Mutant]]:
    """Mutants of one kernel together, so that it is read, built and run once."""
    groups: dict[str, list[Mutant]] = {}
    for mutant in mutants:
        groups.setdefault(mutant.subject.path, []).append(mutant)
    return [group[k : k + BATCH] for group in groups.values() for k in range(0, len(group), BATCH)]


def _note(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.alarm:
            print(f"ALARM: {outcome.name}: proved, but {outcome.witness}", flush=True)
        elif outcome.verdict == "proved":
            print(f"proved, {outcome.runs} runs agree: {outcome.name}", flush=True)


def _report(outcomes: list[Outcome], options: argparse.Namespace, seconds: float) -> None:
    """All outcomes so far, in place of the file at once."""
    report = {"seed": options.seed, "prove_all": options.prove_all, "seconds": round(seconds), "summary": summary(outcomes)}
    part = Path(f"{options.json}.part")
    part.write_text(json.dumps({**report, "mutants": [asdict(o) for o in outcomes]}, indent=1) + "\n")
    part.replace(options.json)


def summary(outcomes: list[Outcome]) -> str:
    """The last line: what came of all mutants that are programs."""
    count = Counter(o.verdict for o in outcomes)
    total = len(outcomes) - count["stillborn"]
    return (
        f"{total} mutants: {count['proved']} proved ({sum(o.verdict == 'proved' and o.runs > 0 for o in outcomes)} excused), "
        f"{count['refuted']} refuted, {count['tested']} tested, {count['timeout'] + count['unsupported']} timeout or unsupported"
    )


if __name__ == "__main__":
    sys.exit(main())
