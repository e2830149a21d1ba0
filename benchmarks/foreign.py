"""Kernels of other people, translated to the three other platforms: what the command says of each.

    python benchmarks/foreign.py DIR... [--to bang] [--verify prove] [--only NAME] [--jobs N] [--outputs DIR] [--json F]

Every kernel file below the folders is given to the command as its author left it, without options. A cell is the verdict, or `refused`
with the message, or one of three faults of ours: `crash` (a traceback or a signal), `unlocated` (an error without file:line) and `slow`.
The faults are listed first, then the refusals by their message, the most frequent first.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

PLATFORM = {".cu": "cuda", ".hip": "hip", ".mlu": "bang", ".cpp": "vnni", ".c": "vnni"}
SUFFIX = {"cuda": ".cu", "hip": ".hip", "bang": ".mlu", "vnni": ".cpp"}
PLACED = re.compile(r"^[^\s:]+:\d+:\d+: error: (.*)", re.MULTILINE)
FAULTS = ("crash", "unlocated", "slow")


@dataclass(frozen=True)
class Cell:
    kernel: str
    source: str
    target: str
    verdict: str
    message: str
    seconds: float


def judged(run: subprocess.CompletedProcess, report: Path) -> tuple[str, str]:
    """The verdict of one run of the command and the words that explain it."""
    if "Traceback" in run.stderr or run.returncode not in (0, 1):
        return "crash", run.stderr.strip().splitlines()[-1] if run.stderr.strip() else f"exit code {run.returncode}"
    if report.exists() and run.returncode == 0:
        answer = json.loads(report.read_text())
        return answer["verdict"], str(answer.get("reason") or "")
    if "refuted" in run.stderr:
        return "refuted", run.stderr.strip()
    placed = PLACED.search(run.stderr)
    return ("refused", placed[1]) if placed else ("unlocated", run.stderr.strip()[-300:])


def translated(path: Path, target: str, options: argparse.Namespace) -> Cell:
    """One kernel, one target."""
    stem = options.outputs / PLATFORM[path.suffix] / f"{path.stem}"
    stem.parent.mkdir(parents=True, exist_ok=True)
    output, report = Path(f"{stem}.to_{target}{SUFFIX[target]}"), Path(f"{stem}.to_{target}.json")
    output.unlink(missing_ok=True)
    report.unlink(missing_ok=True)
    command = [sys.executable, "-I", "-m", "xpiler", "translate", str(path), "--to", target, "-o", str(output)]
    start = time.monotonic()
    try:
        run = subprocess.run(
            [*command, "--verify", options.verify, "--json", str(report)], capture_output=True, text=True, timeout=options.limit
        )
        Path(f"{stem}.to_{target}.log").write_text(run.stderr)
        verdict, message = judged(run, report)
    except subprocess.TimeoutExpired:
        verdict, message = "slow", f"more than {options.limit} s"
    cell = Cell(path.name, PLATFORM[path.suffix], target, verdict, message, round(time.monotonic() - start, 1))
    first = message.splitlines()[0][:150] if message else ""
    print(f"{cell.source:5s}{cell.target:5s}{cell.kernel:34s}{cell.seconds:6.1f}  {verdict:10s} {first}", flush=True)
    return cell


def work(options: argparse.Namespace) -> list[tuple[Path, str]]:
    """The pairs of a kernel and a target that are asked for."""
    files = [f for folder in options.folders for f in sorted(folder.rglob("*")) if f.suffix in PLATFORM]
    named = [f for f in files if not options.only or any(word in f.name for word in options.only)]
    return [(f, t) for f in named for t in SUFFIX if t != PLATFORM[f.suffix] and t in (options.to or SUFFIX)]


def table(cells: list[Cell]) -> str:
    """Verdicts counted by direction, then the messages that are not verdicts, the most frequent first."""
    lines = []
    for source in SUFFIX:
        for target in SUFFIX:
            counts = Counter(c.verdict for c in cells if (c.source, c.target) == (source, target))
            if counts:
                lines.append(f"{source:>5s} -> {target:5s} " + ", ".join(f"{v} {n}" for v, n in counts.most_common()))
    lines.append("all: " + ", ".join(f"{v} {n}" for v, n in Counter(c.verdict for c in cells).most_common()))
    messages = Counter((c.verdict, c.message.splitlines()[0][:160]) for c in cells if c.verdict in (*FAULTS, "refused") and c.message)
    ordered = sorted(messages.items(), key=lambda item: (item[0][0] not in FAULTS, -item[1]))
    return "\n".join(lines + [f"{n:4d} {verdict}: {message}" for (verdict, message), n in ordered])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--to", action="append", choices=list(SUFFIX))
    parser.add_argument("--only", action="append", help="part of a file's name")
    parser.add_argument("--verify", default="prove", choices=["prove", "test", "none"])
    parser.add_argument("--limit", type=float, default=180, help="seconds of one translation")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--outputs", type=Path, default=Path("foreign-outputs"))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with ThreadPoolExecutor(options.jobs) as pool:
        cells = list(pool.map(lambda pair: translated(*pair, options), work(options)))
    print(table(cells))
    if options.json:
        options.json.write_text(json.dumps([asdict(c) for c in cells], indent=1))


if __name__ == "__main__":
    main()
