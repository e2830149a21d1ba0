"""clang-format, with the style of emitted text."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path

from xpiler.diagnostics import ToolMissing

STYLE = """{BasedOnStyle: Google, ColumnLimit: 120, IndentWidth: 2, PointerAlignment: Right, DerivePointerAlignment: false,
AllowShortFunctionsOnASingleLine: All, AllowShortIfStatementsOnASingleLine: WithoutElse, SortIncludes: Never, IncludeBlocks: Preserve,
RemoveBracesLLVM: true, SpacesBeforeTrailingComments: 2, IndentPPDirectives: None, AttributeMacros: [__launch_bounds__]}"""


def formatted(text: str, suffix: str) -> str:
    """The text as clang-format lays it out."""
    command = [_clang_format(), f"--assume-filename=kernel{suffix}", f"--style={STYLE}"]
    run = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if run.returncode:
        raise ToolMissing(f"clang-format failed: {run.stderr.strip()}", hint="pip install clang-format")
    return run.stdout


def _clang_format() -> str:
    """The program of the installed package, itself: the script of that name starts a Python only to start it. Else the one on PATH."""
    package = importlib.util.find_spec("clang_format")
    inside = Path(package.origin).parent / "data" / "bin" / "clang-format" if package and package.origin else Path()
    found = str(inside) if inside.is_file() else shutil.which("clang-format")
    if not found:
        raise ToolMissing("clang-format is not installed", hint="pip install clang-format")
    return found
