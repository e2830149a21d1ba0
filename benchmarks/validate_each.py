"""Every step of every translation of the corpus, proved one by one: `xpiler translate --validate-each`, one line a kernel and target.

    python benchmarks/validate_each.py [--operators add,gemm] [--from cuda] [--to bang] [--json F] [--timeout 300]

A line counts the steps by verdict; a pass that is `refuted` has its line of its own, and so has a translation that fails. The JSON is
written after every kernel, and what it has is not done again: a run that is stopped goes on where it was.
Seconds are processor time of the whole translation, its proofs included.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "kernels"))

from corpus import EVERY  # noqa: E402

from xpiler.platforms.names import OUTPUT_SUFFIX, PLATFORMS  # noqa: E402

VERDICTS = "proved|refuted|tested|timeout|unsupported"
STEP = re.compile(rf"^(?P<step>pass '.*?'|raising|lowering): (?P<verdict>{VERDICTS})\b(?P<rest>.*)$")


@dataclass
class Row:
    """One translation: what each of its steps came to, and what it cost."""

    operator: str
    source: str
    target: str
    steps: list[tuple[str, str, str]] = field(default_factory=list)  # step, verdict, what is said of it
    failure: str = ""
    seconds: float = 0.0

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from the others."""
        return (self.operator, self.source, self.target)

    @property
    def is_bad(self) -> bool:
        """Whether a step changed what the kernel does, or there is no translation."""
        return bool(self.failure) or any(verdict == "refuted" for _, verdict, _ in self.steps)

    def __str__(self) -> str:
        count = Counter(verdict for _, verdict, _ in self.steps)
        words = ", ".join(f"{n} {verdict}" for verdict, n in sorted(count.items())) or "no step"
        return f"{self.operator} {self.source} to {self.target}: {words}; {self.seconds:.1f} s" + (
            f"; {self.failure}" if self.failure else ""
        )


def check(operator: str, source: str, target: str, timeout: float) -> Row:
    """Translates one kernel with every step proved."""
    row = Row(operator, source, target)
    with tempfile.TemporaryDirectory(prefix="xpiler-each-") as folder:
        output = Path(folder) / f"output{OUTPUT_SUFFIX[target]}"
        command = [sys.executable, "-I", "-m", "xpiler", "translate", str(EVERY[operator].source(source)), "--to", target]
        errors, code, row.seconds = _run([*command, "-o", str(output), "--verify", "none", "--validate-each"], timeout)
    row.steps = [(m["step"], m["verdict"], m["rest"].strip(" :")) for line in errors.splitlines() if (m := STEP.match(line))]
    if code:
        row.failure = f"not done within {timeout:g} s" if code < 0 else next(iter(errors.strip().splitlines()[-1:]), f"exit code {code}")
    return row


def _run(command: list[str], timeout: float) -> tuple[str, int, float]:
    """Standard error, the exit code (negative where it was stopped), and processor seconds of a command and its children."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True) as started:
        before = os.times()
        try:
            _, errors = started.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            _, errors = started.communicate()
    after = os.times()
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    return errors, started.returncode, round(seconds, 2)


def main() -> int:
    """Prints a line for each kernel and target; 1 where a step is refuted or a translation fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--operators", default=",".join(EVERY))
    parser.add_argument("--from", dest="sources", default=",".join(PLATFORMS))
    parser.add_argument("--to", dest="targets", default=",".join(PLATFORMS))
    parser.add_argument("--json", default="")
    parser.add_argument("--timeout", type=float, default=300.0, help="what one translation may take, in seconds of the clock")
    options = parser.parse_args()
    done = {row.key: row for row in _written(options.json)}
    wanted = [
        (operator, source, target)
        for operator in options.operators.split(",")
        for source in options.sources.split(",")
        for target in options.targets.split(",")
        if source != target
    ]
    for key in wanted:
        if key not in done:
            done[key] = check(*key, options.timeout)
            _write(list(done.values()), options.json)
        _tell(done[key])
    rows = [done[key] for key in wanted]
    count = Counter(verdict for row in rows for _, verdict, _ in row.steps)
    print(f"{len(rows)} translations, {count.total()} steps: " + ", ".join(f"{n} {verdict}" for verdict, n in sorted(count.items())))
    return int(any(row.is_bad for row in rows))


def _tell(row: Row) -> None:
    print(row, flush=True)
    for step, verdict, words in row.steps:
        if verdict == "refuted":
            print(f"  REFUTED: {step}: {words}", flush=True)


def _written(path: str) -> list[Row]:
    if not path or not Path(path).exists():
        return []
    return [Row(**{**row, "steps": [tuple(step) for step in row["steps"]]}) for row in json.loads(Path(path).read_text())]


def _write(rows: list[Row], path: str) -> None:
    """All rows so far, in place of the file at once."""
    if path:
        part = Path(f"{path}.part")
        part.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
        part.replace(path)


if __name__ == "__main__":
    sys.exit(main())
