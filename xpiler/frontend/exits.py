"""`break`, `continue` and `return` as flags: what follows one is guarded by "not left yet"."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clang.cindex import Cursor
from mlir import ir

from xpiler.frontend.arithmetic import disjunction, negate
from xpiler.frontend.builder import constant_of
from xpiler.frontend.c_types import BOOL, CType
from xpiler.frontend.values import Scalar
from xpiler.frontend.variables import Variable

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader


@dataclass
class Frame:
    """One function being read: the kernel, or a call that is inlined into it."""

    function: Cursor | None
    is_kernel: bool
    result_type: CType
    returned: Variable
    result: Variable
    breaks: list[Variable] = field(default_factory=list)  # innermost last; loops and switches
    continues: list[Variable] = field(default_factory=list)  # loops only
    in_memory: set[Cursor] = field(default_factory=set)
    this: object = None  # the place of `*this`
    call: ir.Location | None = None  # where the kernel's own text calls it, or what calls it; None in the kernel itself
    site: Cursor | None = None  # the call itself, which may stand in a header

    @property
    def flags(self) -> list[Variable]:
        return [self.returned, *self.breaks, *self.continues]


def new_flag(reader: Reader, name: str) -> Variable:
    """A flag that is false until its jump is taken."""
    return reader.state.declare(name, BOOL, Scalar(reader.builder.boolean(False), BOOL))


def raise_flag(reader: Reader, flag: Variable) -> None:
    reader.state.assign(flag, Scalar(reader.builder.boolean(True), BOOL))


def lower_flag(reader: Reader, flag: Variable) -> None:
    """States that a flag is down here."""
    if constant_of(flag_value(flag)) != 0:
        reader.state.assign(flag, Scalar(reader.builder.boolean(False), BOOL))


def flag_value(flag: Variable) -> ir.Value:
    assert isinstance(flag.value, Scalar)
    return flag.value.ssa


def left(reader: Reader, flags: list[Variable]) -> ir.Value | None:
    """Whether any of the flags is up; None where none can be."""
    condition: ir.Value | None = None
    for flag in flags:
        value = flag_value(flag)
        if constant_of(value) == 0:
            continue
        condition = value if condition is None else disjunction(reader.builder, condition, value)
    return condition


def staying(reader: Reader, frame: Frame) -> ir.Value | None:
    """The condition under which what follows still runs; None where it surely does."""
    condition = left(reader, frame.flags)
    return None if condition is None else negate(reader.builder, condition)


def only_returns(frame: Frame) -> bool:
    """Whether the raised flags are the kernel's own return: its guard means "this thread has not returned"."""
    raised = [flag for flag in frame.flags if constant_of(flag_value(flag)) != 0]
    return frame.is_kernel and raised == [frame.returned]


def after_exit() -> dict[str, ir.Attribute]:
    return {"xpiler.after_exit": ir.UnitAttr.get()}
