"""Copies, moves and fills."""

from __future__ import annotations

from mlir import ir

from xpiler.frontend.bang.buffers import element, expect_space, is_void, nram, of_one_type, space_of, typed
from xpiler.frontend.c_types import I32, U32, CType
from xpiler.frontend.calls import Call

DIRECTIONS = (
    "gdram2nram", "nram2gdram", "ldram2nram", "nram2ldram", "gdram2wram", "wram2gdram", "ldram2wram", "wram2ldram",
    "nram2nram", "nram2wram", "wram2nram", "gdram2sram", "sram2gdram", "ldram2sram", "sram2ldram", "sram2nram",
    "nram2sram", "sram2wram", "wram2sram", "gdram2gdram", "gdram2ldram", "ldram2gdram", "ldram2ldram", "sram2sram",
)  # fmt: skip
STRIDED = {4: "bang.memcpy", 7: "bang.memcpy_2d", 12: "bang.memcpy_3d"}
SIGNED = {"bang.memcpy_2d": (5,), "bang.memcpy_3d": (4, 6, 8, 10)}


def copy(call: Call) -> None:
    """`__memcpy` and `__memcpy_async` with 4, 7 or 12 arguments."""
    name = STRIDED[len(call)]
    direction = DIRECTIONS[call.constant(3)]
    target, source = call.buffer(0), call.buffer(1)
    _check_direction(call, direction, target, source)
    target, source = of_one_type(call, target, source)
    size = call.value(2, U32)
    rest = [call.value(k, I32 if k in SIGNED.get(name, ()) else U32) for k in range(4, len(call))]
    attributes: dict[str, ir.Attribute | str | bool] = {"direction": f"#bang.direction<{direction}>"}
    if call.name.endswith("_async"):
        attributes["async"] = True
    call.emit(name, [target, source, size, *rest], **attributes)


def _check_direction(call: Call, direction: str, target: ir.Value, source: ir.Value) -> None:
    found = f"{space_of(source)}2{space_of(target)}"
    if found != direction:
        raise call.fail(
            f"the direction {direction.upper()} does not fit: this copies from {space_of(source).upper()} to {space_of(target).upper()}",
            f"expected {found.upper()}" if found in DIRECTIONS else "no direction does that",
        )


def move(call: Call) -> None:
    """`__bang_move`, plain and strided."""
    name = "bang.move" if len(call) == 3 else "bang.move_2d"
    call.emit(name, [nram(call, 0), nram(call, 1), *(call.value(k, U32) for k in range(2, len(call)))])


def write_value(call: Call) -> None:
    """`__bang_write_value(dst, n, value)`: elements of the pointer's type."""
    ctype = element(call, 0)
    call.emit("bang.fill", [nram(call, 0), call.value(2, ctype), call.value(1, U32)])


def write_zero(call: Call) -> None:
    """`__bang_write_zero(dst, n)`: elements of the pointer's type, bytes of a `void *`."""
    ctype = element(call, 0)
    target = nram(call, 0)
    kind = ir.MemRefType(target.type).element_type
    zero = call.reader.builder.constant(0, kind) if is_void(ctype) else call.reader.builder.zero(ctype)
    call.emit("bang.fill", [target, zero, call.value(1, U32)])


def set_elements(*spaces: str):
    """`__nramset` and its kin: elements of the value's type, one row or several."""

    def read(call: Call) -> None:
        ctype = _value_type(call)
        target = expect_space(call, 0, typed(call, 0, ctype), *spaces)
        operands = [target, call.value(2, ctype), call.value(1, U32), *(call.value(k, U32) for k in range(3, len(call)))]
        call.emit("bang.fill" if len(call) == 3 else "bang.fill_2d", operands)

    return read


def _value_type(call: Call) -> CType:
    return call.ctype(2)


COPIES = {
    "__memcpy": copy,
    "__memcpy_async": copy,
    "__bang_move": move,
    "__bang_write_value": write_value,
    "__bang_write_zero": write_zero,
    "__memset_nram": set_elements("nram"),
    "__memset_nram_async": set_elements("nram"),
    "__nramset": set_elements("nram"),
    "__gdramset": set_elements("gdram"),
    "__ldramset": set_elements("ldram"),
    "__sramset": set_elements("sram"),
}
