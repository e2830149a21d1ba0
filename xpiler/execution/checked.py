"""What a run with checks adds to a plain one of C and AVX-512 text: findings, with the names they lack."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from xpiler.execution.orders import Launched
from xpiler.execution.process import RunResult

_ASSIGNED = re.compile(r"\b([A-Za-z_]\w*)\s*(?:\[[^;]*\]\s*)*(?:[-+*/|&^%]|<<|>>)?=(?!=)|\b([A-Za-z_]\w*)\s*(?:\[[^;]*\]\s*)*(?:\+\+|--)")


def with_checks(plain: RunResult, checked: RunResult, launched: Launched) -> RunResult:
    """The plain run's arrays with what the checked one found; a checked run that did not finish adds nothing."""
    found = [{**finding, "kernel": launched.name, "buffer": finding["buffer"] or _assigned(finding)} for finding in checked.findings]
    return replace(plain, findings=(*plain.findings, *found))


def _assigned(finding: dict) -> str:
    """The variable that the finding's line assigns: those of a function have no name in a library."""
    try:
        line = Path(finding["file"]).read_text(errors="replace").splitlines()[finding["line"] - 1]
    except (OSError, IndexError):
        return ""
    match = _ASSIGNED.search(line)
    return (match[1] or match[2]) if match else ""
