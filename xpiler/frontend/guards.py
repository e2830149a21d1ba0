"""Code that runs only where control has not left."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mlir import ir

from xpiler.frontend.arithmetic import negate
from xpiler.frontend.builder import constant_of
from xpiler.frontend.exits import lower_flag
from xpiler.frontend.merging import join
from xpiler.frontend.regions import fill
from xpiler.frontend.values import Scalar

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader
    from xpiler.frontend.variables import Variable


def unless(
    reader: Reader,
    gone: ir.Value,
    flags: list[Variable],
    body: Callable[[], None],
    attributes: dict[str, ir.Attribute] | None = None,
) -> None:
    """Runs code where `gone`, the disjunction of the flags, does not hold: they are all down in it."""

    def guarded() -> None:
        for flag in flags:
            lower_flag(reader, flag)
        body()

    filled = fill(reader, guarded)
    for flag in flags:
        after = filled.after.get(flag)
        if isinstance(after, Scalar) and constant_of(after.ssa) == 0:
            del filled.after[flag]  # down before, on this path, and still
    join(reader, negate(reader.builder, gone), filled, fill(reader, lambda: None), attributes)
