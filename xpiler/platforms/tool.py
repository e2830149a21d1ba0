"""Compilers and other programs a platform can use: what they are for, and how to get them."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from xpiler.diagnostics import Diagnostic, InvalidInput, Place, ToolMissing


@dataclass(frozen=True)
class Need:
    """A program Xpiler can make use of, whether it is there or not."""

    name: str
    purpose: str
    hint: str

    def missing(self) -> ToolMissing:
        """The error of asking for it where it is not."""
        return ToolMissing(f"{self.name} is not on this machine ({self.purpose})", hint=self.hint)


@dataclass(frozen=True)
class Tool:
    """A program that was found."""

    need: Need
    path: Path
    version: str


def program(*names: str, folders: tuple[Path, ...] = ()) -> Path | None:
    """The first of `names` on PATH, then in `folders`."""
    for name in names:
        found = shutil.which(name) or next((str(folder / name) for folder in folders if (folder / name).is_file()), None)
        if found:
            return Path(found)
    return None


def version_of(path: Path, pattern: str, *arguments: str) -> str:
    """The group of `pattern` in what the program says about itself; empty if it says nothing of the kind."""
    try:
        result = subprocess.run([str(path), *(arguments or ("--version",))], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    match = re.search(pattern, result.stdout + result.stderr)
    return match[1] if match else ""


# `file:line:column: error: text` (gcc, clang) and `file(line): error: text` (nvcc).
_ERROR = re.compile(
    r"^(?P<file>[^\s:()][^:()\n]*)(?::(?P<line>\d+)(?::(?P<column>\d+))?|\((?P<paren>\d+)\)): (?:fatal )?error:? (?P<message>.*)$",
    re.MULTILINE,
)


def compile_check(command: list[str], tool: str) -> None:
    """Runs a compiler; what it refuses is raised with the place of its first error."""
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return
    errors = [
        Diagnostic("error", f"{tool}: {m['message']}", Place(m["file"], int(m["line"] or m["paren"]), int(m["column"] or 0)))
        for m in _ERROR.finditer(result.stderr + result.stdout)
    ]
    if not errors:
        raise InvalidInput(f"{tool} refuses the file: {(result.stderr or result.stdout).strip()[:2000]}")
    raise InvalidInput(errors[0].message, errors[0].place, notes=tuple(errors[1:5]))
