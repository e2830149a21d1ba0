"""Completing what a run found: kernel, line and variable where the library could not tell them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_SUBSCRIPTS = r"\s*(?:\[(?:[^\[\]]|\[[^\[\]]*\])*\]\s*)*"
_ASSIGNED = re.compile(rf"\b([A-Za-z_]\w*){_SUBSCRIPTS}(?:(?:[-+*/|&^%]|<<|>>)?=(?!=)|\+\+|--)")
_SUBSCRIPTED = re.compile(r"\b([A-Za-z_]\w*)\s*\[|\*\s*([A-Za-z_]\w*)")
_OF_A_VARIABLE = ("race", "host-pointer", "data-race")


@dataclass(frozen=True)
class Launched:
    """What is being run, as findings name it: the function with its place in the file, and its buffers in argument order."""

    name: str
    file: str
    line: int
    buffers: Sequence[str]


def completed(findings: Sequence[dict], launched: Launched) -> tuple[dict, ...]:
    """The findings with the function's name and line where none is known, and the variable that the line writes or reads."""
    lines = Path(launched.file).read_text(errors="replace").splitlines()
    return tuple(_completed(finding, launched, lines) for finding in findings)


def _completed(finding: dict, launched: Launched, lines: list[str]) -> dict:
    done = {**finding, "kernel": finding.get("kernel") or launched.name}
    here = not finding.get("file") or Path(finding["file"]).name == Path(launched.file).name
    if here and not 0 < finding.get("line", 0) <= len(lines):  # code that was made for the launch
        done |= {"file": launched.file, "line": launched.line}
    if here and not finding.get("buffer") and finding["kind"] in _OF_A_VARIABLE:
        done["buffer"] = _variable(lines[done["line"] - 1])
    return done


def _variable(line: str) -> str:
    """The variable a line assigns, else the first it takes an element of: a function's own have no name in a library."""
    match = _ASSIGNED.search(line) or _SUBSCRIPTED.search(line)
    return next((name for name in match.groups() if name), "") if match else ""
