"""Round trips: the corpus from every platform to every other and back must still compute the reference.

    python benchmarks/round_trips.py [--operators add,gemm] [--from cuda] [--over bang] [--json F]
    python benchmarks/round_trips.py --chains 20 [--seed 1]

A cell is one way there and back: the output of each translation is the source of the next, and the last output is
compiled and run as benchmarks/accuracy.py does. A chain goes over two platforms (cuda to bang to vnni to cuda); `--chains`
draws so many of the 240 by the seed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import permutations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from accuracy import OPERATORS, PLATFORMS, SUFFIXES, Cell, Judging, check_text, table, translate
from known_cells import Known

Job = tuple[str, str, tuple[str, ...], str]  # operator, platform, the platforms on the way, directory to keep outputs in


def check(job: Job, right: frozenset[str] = frozenset()) -> Cell:
    """One operator from `source` over `middles` and back; a cell whose target is the platforms between."""
    operator, source, middles, keep = job
    row = OPERATORS[operator]
    cell = Cell(operator, source, ", ".join(middles))
    text, seconds = row.source(source), 0.0
    with tempfile.TemporaryDirectory(prefix="xpiler-round-trip-") as name:
        folder = Path(keep or name) / "_".join((operator, source, "over", *middles))
        folder.mkdir(parents=True, exist_ok=True)
        for number, middle in enumerate(middles):
            output = folder / f"{number}{SUFFIXES[middle]}"
            if not translate(text, middle, output, cell):
                return cell
            text, seconds = output, seconds + cell.seconds
        back = check_text(row, middles[-1], source, text, Judging(1, right), str(folder))
    stage = back.stage if back.stage == "ok" else f"back: {back.stage}"
    return Cell(operator, source, cell.target, stage, back.message, seconds + back.seconds, back.key)


def chains(operators: list[str], sources: list[str], count: int, seed: int, keep: str) -> list[Job]:
    """Chains over two platforms, drawn by a seed."""
    every = [(o, s, pair, keep) for o in operators for s in sources for pair in permutations([p for p in PLATFORMS if p != s], 2)]
    return random.Random(seed).sample(every, min(count, len(every)))


def main() -> int:
    """Prints the table, writes JSON; 0 when every round trip computes the reference."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--operators", default=",".join(OPERATORS))
    parser.add_argument("--from", dest="sources", default=",".join(PLATFORMS))
    parser.add_argument("--over", default=",".join(PLATFORMS))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", default="")
    parser.add_argument("--keep", default="", help="directory to keep the outputs in")
    parser.add_argument("--chains", type=int, default=0, help="so many chains over two platforms instead")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    operators, sources = options.operators.split(","), options.sources.split(",")
    jobs: list[Job] = [
        (operator, source, (middle,), options.keep)
        for operator in operators
        for source in sources
        for middle in options.over.split(",")
        if middle != source
    ]
    if options.chains:
        jobs = chains(operators, sources, options.chains, options.seed, options.keep)
    known = Known(Path(options.json) if options.json else None)
    cells = []
    with ProcessPoolExecutor(options.jobs) as pool:
        for cell in pool.map(partial(check, right=known.right()), jobs):
            known.add(cell)
            cells.append(cell)
    print(table(cells) if not options.chains else f"{sum(c.stage == 'ok' for c in cells)} of {len(cells)} chains compute the reference")
    for cell in cells:
        if cell.stage != "ok":
            print(f"{cell.operator} {cell.source} over {cell.target} and back: {cell.stage}: {cell.message}")
    return 0 if all(c.stage == "ok" for c in cells) else 1


if __name__ == "__main__":
    sys.exit(main())
