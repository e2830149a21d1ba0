"""One job of a batch: the command `xpiler translate` in a process of its own, so that no file can end the others."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from xpiler.tools.batch.journal import PASSED_OVER, Entry
from xpiler.tools.batch.plan import Job


def translate(job: Job, target: str, options: Sequence[str], seconds: float) -> Entry:
    """Translates one file within `seconds`; its report says what came of it."""
    job.output.parent.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="xpiler-batch-") as folder:
        report = Path(folder) / "report.json"
        result, message = _run(_command(job, target, options, report), report, seconds)
    return Entry(job.name, job.digest, result, message, round(time.monotonic() - start, 2))


def _command(job: Job, target: str, options: Sequence[str], report: Path) -> list[str]:
    xpiler = [sys.executable, "-I", "-m", "xpiler"]
    return [*xpiler, "translate", str(job.source), "--to", target, "-o", str(job.output), "--json", str(report), *options]


def _run(command: list[str], report: Path, seconds: float) -> tuple[str, str]:
    try:
        run = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return "too long", f"more than {seconds:g} s"
    if not report.exists():
        return "crashed", (run.stderr.strip().splitlines() or [f"exit code {run.returncode}"])[0]
    return _told(json.loads(report.read_text()), run.returncode)


def _told(report: dict, code: int) -> tuple[str, str]:
    """The result and the words for it, from the report of a translation."""
    errors = [diagnostic for diagnostic in report["diagnostics"] if diagnostic["severity"] == "error"]
    if code == 0:
        return ("not verified" if report["verdict"] == "none" else report["verdict"]), report["scope"] or report["reason"]
    if not errors:
        return report["verdict"] if report["verdict"] == "refuted" else "refused", report["reason"]
    first = errors[0]
    return PASSED_OVER if first["message"] == "no kernel in the file" else "refused", _placed(first)


def _placed(diagnostic: dict) -> str:
    where = [str(diagnostic["line"]), str(diagnostic["column"])] if diagnostic["line"] else []
    return f"{':'.join(where)}: {diagnostic['message']}" if where else diagnostic["message"]
