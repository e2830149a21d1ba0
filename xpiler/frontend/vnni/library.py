"""The functions that emitted text brings along (`exp512`), read as what they stand for.

They are taken so only where the text is ours to the letter: their errors are measured, those of another text are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clang.cindex import Cursor
from mlir.dialects import math

from xpiler.frontend.vnni.intrinsic import Intrinsic, finish
from xpiler.frontend.vnni.registers import Lanes, retype
from xpiler.platforms.vnni.vector_library import FUNCTIONS

FLOATS = Lanes(512, "ps")
BUILDERS = {f"{name}512": getattr(math, name) for name in FUNCTIONS}
TEXTS = {name: text for parts in FUNCTIONS.values() for name, text in parts}


def functions() -> Iterator[Intrinsic]:
    """The functions themselves, which the file defines."""
    for name, build in BUILDERS.items():
        yield Intrinsic(name, FLOATS.register, (FLOATS.register,), lambda x, build=build: finish(build(retype(x, FLOATS.type)), FLOATS))


def is_ours(definition: Cursor) -> bool:
    """Whether a definition in the file is the text of ours, whatever its line breaks."""
    text = TEXTS.get(definition.spelling)
    return text is not None and "".join(token.spelling for token in definition.get_tokens()) == _bare(text)


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"//.*", "", text))
