"""The host's C++ compiler: finding it, and its messages as diagnostics. It must be GCC (we use its _Float16 and access hooks)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from xpiler.diagnostics import Diagnostic, InvalidInput, Place, ToolMissing

_MESSAGE = re.compile(r"^(?P<file>[^\s:][^:\n]*):(?P<line>\d+):(?:(?P<column>\d+):)? (?:fatal )?error: (?P<message>.*)$", re.MULTILINE)


def find_cxx() -> str:
    """The C++ compiler: what `CXX` names, or g++ on the path."""
    compiler = shutil.which(os.environ.get("CXX", "g++")) or shutil.which("g++")
    if not compiler:
        raise ToolMissing("a C++ compiler is needed", hint="install g++ 12 or newer, or name it in CXX")
    return compiler


def run_cxx(arguments: list[str], source: Path) -> str:
    """Runs the compiler and gives its output; its first error becomes a diagnostic at its place, the others notes."""
    done = subprocess.run([find_cxx(), *arguments], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return done.stdout
    found = [
        Diagnostic("error", match["message"], Place(match["file"], int(match["line"]), int(match["column"] or 0)))
        for match in _MESSAGE.finditer(done.stderr)
    ]
    if not found:
        raise InvalidInput(f"the C++ compiler failed: {done.stderr.strip()[:2000]}", Place(str(source)))
    first = found[0]
    assert first.place is not None
    raise InvalidInput(first.message, first.place, notes=tuple(found[1:10]))
