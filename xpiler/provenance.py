"""What an output says of itself: the line by which it names what it was made of, and what stands above its launchers.

Both are known again: a verdict goes below the line, and a text of ours that is read passes on the comments of its source, not these.
"""

from __future__ import annotations

import re

# above a host launcher, by the memory its pointers lead to
LAUNCHER_COMMENTS = {"device": "Device pointers.", "host": "Host pointers: allocate, copy, launch, copy back, free."}

_LINE = re.compile(r"\w+(, \w+)*: translated from .*\.\w+")


def provenance(kernels: list[str], source: str) -> str:
    """The first line of an output's own header; `source` is the name of the file, empty where there is none."""
    names = ", ".join(kernels) or "kernels"
    return f"{names}: translated from {source}" if source else names


def states_provenance(line: str) -> bool:
    """Whether a line of a comment, without the slashes, is such a line."""
    return _LINE.fullmatch(line.rstrip()) is not None
