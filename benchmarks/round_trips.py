"""Round trips: the corpus from every platform to every other and back must still compute the reference.

    python benchmarks/round_trips.py [--operators add,gemm] [--from cuda] [--over bang] [--json F]

A cell is one way there and back: the output of the first translation is the source of the second, whose output is
compiled and run as benchmarks/accuracy.py does.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from accuracy import OPERATORS, PLATFORMS, SUFFIXES, Cell, check_text, table, translate


def check(job: tuple[str, str, str, str]) -> Cell:
    """One operator from `source` over `middle` and back; a cell whose target is the platform between."""
    operator, source, middle, keep = job
    row = OPERATORS[operator]
    there = Cell(operator, source, middle)
    with tempfile.TemporaryDirectory(prefix="xpiler-round-trip-") as name:
        output = Path(keep or name) / f"{operator}_{source}_over_{middle}{SUFFIXES[middle]}"
        if not translate(row.source(source), middle, output, there):
            return there
        back = check_text(row, middle, source, output, 1, keep)
    stage = back.stage if back.stage == "ok" else f"back: {back.stage}"
    return Cell(operator, source, middle, stage, back.message, there.seconds + back.seconds)


def main() -> int:
    """Prints the table, writes JSON; 0 when every round trip computes the reference."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--operators", default=",".join(OPERATORS))
    parser.add_argument("--from", dest="sources", default=",".join(PLATFORMS))
    parser.add_argument("--over", default=",".join(PLATFORMS))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", default="")
    parser.add_argument("--keep", default="", help="directory to keep the outputs in")
    options = parser.parse_args()
    jobs = [
        (operator, source, middle, options.keep)
        for operator in options.operators.split(",")
        for source in options.sources.split(",")
        for middle in options.over.split(",")
        if middle != source
    ]
    with ProcessPoolExecutor(options.jobs) as pool:
        cells = list(pool.map(check, jobs))
    print(table(cells))
    for cell in cells:
        if cell.stage != "ok":
            print(f"{cell.operator} {cell.source} over {cell.target} and back: {cell.stage}: {cell.message}")
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(c) for c in cells], indent=2) + "\n")
    return 0 if all(c.stage == "ok" for c in cells) else 1


if __name__ == "__main__":
    sys.exit(main())
