"""Puts every operation of a platform to `dialects/*/semantics.mlir` and to its simulator, on the same random operands.

    python benchmarks/semantics_check.py [--platform bang|simt|vnni] [--seed 1] [--rounds 4] [--only NAME] [--json RESULT.json]

The prover reasons from the meanings, the simulators are written from the platforms' documentation: where they differ one of
them is wrong. Prints a line an operation; exit code 1 where one differs.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from semantics_bang import bang_rows
from semantics_simt import simt_rows
from semantics_trials import Search
from semantics_vnni import vnni_rows

PLATFORMS = {"bang": bang_rows, "simt": simt_rows, "vnni": vnni_rows}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--platform", choices=PLATFORMS, help="one of them; all by default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--only", default="", help="operations whose name has this in it")
    parser.add_argument("--json", metavar="FILE", default="")
    options = parser.parse_args()
    search = Search(options.only, options.rounds, options.seed)
    rows = []
    for platform in [options.platform] if options.platform else PLATFORMS:
        with tempfile.TemporaryDirectory(prefix="semantics-check-") as folder:
            for row in PLATFORMS[platform](search, Path(folder)):
                rows.append(row)
                print(f"{row.operation:60s} {row.difference or 'agree'}", flush=True)
    differ = sum(1 for row in rows if row.difference)
    print(f"{len(rows) - differ} of {len(rows)} operations agree")
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(row) for row in rows], indent=1))
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main())
