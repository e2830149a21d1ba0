"""The symbol of a function in a built library: its own name, or what C++ makes of it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from xpiler.diagnostics import InvalidInput


def symbol_of(library: Path, name: str) -> str:
    """The exported symbol of function `name`; InvalidInput where there is none, or several."""
    listing = subprocess.run(["nm", "-D", "--defined-only", str(library)], capture_output=True, text=True, check=True).stdout
    symbols = [line.split()[-1] for line in listing.splitlines()]
    if name in symbols:
        return name
    plain = subprocess.run(["c++filt"], input="\n".join(symbols), capture_output=True, text=True, check=True).stdout.splitlines()
    found = [s for s, p in zip(symbols, plain, strict=True) if re.match(rf"(?!xpiler_sim)(?:\w+::)*{name}\(", p)]
    if len(found) != 1:
        raise InvalidInput(f"{'several functions are' if found else 'no function is'} called '{name}' in the file")
    return found[0]
