"""Time and memory of translation: every kernel of the corpus, in every direction, each in a process of its own.

    python benchmarks/translation_speed.py [--operators add,gemm] [--from cuda] [--to bang] [--json F] [--keep FOLDER]

Judged by the user and system seconds of the process, start included, which other work on the machine moves less than
elapsed seconds, printed beside them. The package is compiled to bytecode first, as pip does when it installs a wheel.
Nothing is verified: `benchmarks/accuracy.py` says whether outputs are right.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "kernels"))

from corpus import OPERATORS  # noqa: E402

PLATFORMS = ("cuda", "hip", "bang", "vnni")
SUFFIXES = {"cuda": ".cu", "hip": ".hip", "bang": ".mlu", "vnni": ".cpp"}
MEDIAN_GOAL_S, WORST_GOAL_S, MEMORY_GOAL_MB = 1.0, 5.0, 1000.0


@dataclass(frozen=True)
class Timing:
    """What one translation took; `ok` where it gave an output."""

    operator: str
    source: str
    target: str
    ok: bool
    cpu_s: float
    elapsed_s: float
    memory_mb: float


def compiled(folder: Path) -> dict[str, str]:
    """An environment in which the package's bytecode lies in `folder`."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    package = Path(importlib.util.find_spec("xpiler").origin).parent
    rooms = [package, *(room for room in package.iterdir() if room.is_symlink())]  # compileall follows no links
    subprocess.run([sys.executable, "-m", "compileall", "-q", *map(str, rooms)], env=environment, check=True)
    return environment


def measure(operator: str, source: str, target: str, folder: Path, environment: dict[str, str]) -> Timing:
    """Runs the command line tool once, as a user would."""
    output = folder / f"{operator}_{source}_to_{target}{SUFFIXES[target]}"
    kernel = str(OPERATORS[operator].source(source))
    command = [sys.executable, "-I", "-m", "xpiler", "translate", kernel, "--to", target, "-o", str(output), "--verify=none"]
    start = time.perf_counter()
    child = os.posix_spawn(command[0], command, environment)
    _, status, usage = os.wait4(child, 0)
    elapsed = time.perf_counter() - start
    return Timing(operator, source, target, status == 0, usage.ru_utime + usage.ru_stime, elapsed, usage.ru_maxrss / 1024)


def summary(timings: list[Timing]) -> str:
    """The slowest five, then medians and worst cases beside their goals."""
    slowest = sorted(timings, key=lambda t: -t.cpu_s)[:5]
    lines = [f"{t.cpu_s:6.2f} s  {t.operator} {t.source} to {t.target}" for t in slowest]
    cpu, elapsed = sorted(t.cpu_s for t in timings), sorted(t.elapsed_s for t in timings)
    middle = len(timings) // 2
    lines.append(f"cpu: median {cpu[middle]:.2f} s (goal {MEDIAN_GOAL_S:g}), worst {cpu[-1]:.2f} s (goal {WORST_GOAL_S:g})")
    lines.append(f"elapsed: median {elapsed[middle]:.2f} s, worst {elapsed[-1]:.2f} s")
    lines.append(f"memory: worst {max(t.memory_mb for t in timings):.0f} MB (goal {MEMORY_GOAL_MB:g})")
    failed = [f"{t.operator} {t.source} to {t.target}" for t in timings if not t.ok]
    return "\n".join([*lines, f"failed: {', '.join(failed)}"] if failed else lines)


def main() -> int:
    """Prints the summary, writes JSON, 0 when every translation gave an output."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--operators", default=",".join(OPERATORS))
    parser.add_argument("--from", dest="sources", default=",".join(PLATFORMS))
    parser.add_argument("--to", dest="targets", default=",".join(PLATFORMS))
    parser.add_argument("--json", default="")
    parser.add_argument("--keep", default="", help="directory to keep the outputs in")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xpiler-speed-") as name:
        folder = Path(options.keep or name)
        folder.mkdir(parents=True, exist_ok=True)
        environment = compiled(Path(name) / "bytecode")
        timings = [
            measure(operator, source, target, folder, environment)
            for operator in options.operators.split(",")
            for source in options.sources.split(",")
            for target in options.targets.split(",")
            if source != target
        ]
    print(summary(timings))
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(t) for t in timings], indent=2) + "\n")
    return 0 if all(t.ok for t in timings) else 1


if __name__ == "__main__":
    sys.exit(main())
