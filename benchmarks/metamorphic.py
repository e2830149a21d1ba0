"""The metamorphic run: the corpus under other names, other extents and another order must give the same table.

    python benchmarks/metamorphic.py [--seed S] [--operators add,gemm] [--to bang] [--json F]

Every identifier that a file declares (but the launcher's symbol) is renamed, every tile or block size that a file
leaves free gets another value, neighbouring statements that do not depend on each other change places, comments are
dropped, and every extent of every shape is another one. The changed source is run first: it must still compute the
reference. What then differs from the table of benchmarks/accuracy.py was recognised by name, by shape or by order.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from accuracy import OPERATORS, PLATFORMS, Cell, Judging, check_source, check_text, table
from known_cells import Known
from metamorphosis.extents import moved, resized
from metamorphosis.names import declared_names, renamed
from metamorphosis.order import reordered


def variant(operator: str, platform: str, folder: Path, seed: int) -> tuple[Path, int]:
    """Writes the changed source of one operator; its path, and how many pairs of statements changed places."""
    source = OPERATORS[operator].source(platform)
    generator = random.Random(f"{seed} {operator} {platform}")
    changed = folder / f"{operator}_{platform}{source.suffix}"
    changed.write_text(resized(source.read_text(), operator, platform, generator))
    text, exchanged = reordered(changed, platform, generator)
    changed.write_text(text)
    names = declared_names(changed, platform)
    changed.write_text(renamed(text, names, {f"{operator}_kernel"}, generator))
    return changed, exchanged


def check(job: tuple[str, str, tuple[str, ...], int, str], right: frozenset[str] = frozenset()) -> tuple[list[Cell], int]:
    """All directions of one changed kernel, and how many pairs of its statements changed places."""
    operator, source, targets, seed, keep = job
    row = moved(OPERATORS[operator], seed)
    with tempfile.TemporaryDirectory(prefix="xpiler-metamorphic-") as name:
        path, exchanged = variant(operator, source, Path(keep or name), seed)
        wrong = check_source(row, source, path, 1)
        if wrong:
            return [Cell(operator, source, target, "source", wrong) for target in targets], exchanged
        return [check_text(row, source, target, path, Judging(1, right)) for target in targets if target != source], exchanged


def main() -> int:
    """Prints the table of the changed corpus, and what differs from the unchanged one where that is given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--operators", default=",".join(OPERATORS))
    parser.add_argument("--from", dest="sources", default=",".join(PLATFORMS))
    parser.add_argument("--to", dest="targets", default=",".join(PLATFORMS))
    parser.add_argument("--against", default="", help="JSON of benchmarks/accuracy.py to compare with")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", default="")
    parser.add_argument("--keep", default="", help="directory to keep the changed sources in")
    options = parser.parse_args()
    targets = tuple(options.targets.split(","))
    jobs = [(o, s, targets, options.seed, options.keep) for o in options.operators.split(",") for s in options.sources.split(",")]
    known = Known(Path(options.json) if options.json else None)
    results = []
    with ProcessPoolExecutor(options.jobs) as pool:
        for found in pool.map(partial(check, right=known.right()), jobs):
            results.append(found)
            known.add(*found[0])
    cells = [cell for found, _ in results for cell in found]
    print(table(cells))
    print(f"{sum(exchanged for _, exchanged in results)} pairs of statements changed places in {len(results)} sources")
    for cell in cells:
        if cell.stage != "ok":
            print(f"{cell.operator} {cell.source} to {cell.target}: {cell.stage}: {cell.message}")
    return _compare(cells, options.against) if options.against else 0 if all(c.stage == "ok" for c in cells) else 1


def _compare(cells: list[Cell], path: str) -> int:
    before = {(c["operator"], c["source"], c["target"]): c["stage"] for c in json.loads(Path(path).read_text())}
    different = [c for c in cells if before.get((c.operator, c.source, c.target), c.stage) != c.stage]
    for cell in different:
        stage = before[(cell.operator, cell.source, cell.target)]
        print(f"{cell.operator} {cell.source} to {cell.target}: {stage} became {cell.stage}: {cell.message}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
