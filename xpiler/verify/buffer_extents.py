"""How many elements each buffer of a launcher has at given sizes, by everything that tells: copies, kernels, what an execution touches."""

from __future__ import annotations

from collections.abc import Callable

from mlir import ir

from xpiler.diagnostics import Unsupported, XpilerError
from xpiler.execution.scalar_evaluator import ScalarEvaluator
from xpiler.verify import signature
from xpiler.verify.host_launches import launches
from xpiler.verify.model.memory import SIZES

Extents = Callable[[dict[str, int]], dict[str, int]]


def first_told(*tellers: Extents) -> Extents:
    """The extents that the first of several can tell; the last one's refusal where none can."""

    def extents(sizes: dict[str, int]) -> dict[str, int]:
        for teller in tellers[:-1]:
            try:
                return teller(sizes)
            except (XpilerError, ZeroDivisionError):
                continue
        return tellers[-1](sizes)

    return extents


def by_launched_kernels(launcher: signature.Callable, shared: ir.Module, room: int | None = None) -> Extents:
    """The extents of a launcher's pointers as its kernels state those of theirs, evaluated with what each launch passes.

    `shared` is the source in shared form; arrays whose extent a kernel does not state have `room` elements. What it returns raises
    Unsupported where there is none, where a pointer reaches no kernel, or a launch depends on more than the launcher's numbers.
    """
    function = signature.all_launchers(shared).get(launcher.symbol)
    kernels = signature.functions(shared, "xpiler.kernel")

    def extents(sizes: dict[str, int]) -> dict[str, int]:
        if function is None:
            raise Unsupported("the launcher has no shared form")
        positions = signature.data_positions(function)
        scalars = {i: sizes[p.name] for i, p in zip(positions, launcher.parameters, strict=True) if p.name in sizes}
        known = _largest(function, kernels, ScalarEvaluator(scalars), room)
        missing = [p.name for i, p in zip(positions, launcher.parameters, strict=True) if p.is_pointer and i not in known]
        if missing:
            raise Unsupported(f"the extent of parameter '{missing[0]}' is not known", hint=f"give it with --extent {missing[0]}=<elements>")
        return {p.name: known[i] for i, p in zip(positions, launcher.parameters, strict=True) if p.is_pointer}

    return extents


def _largest(function: ir.Operation, kernels: dict[str, ir.Operation], start: ScalarEvaluator, room: int | None) -> dict[int, int]:
    """Elements of the launcher's pointers by position, over all launches that happen."""
    found: dict[int, int] = {}
    for call, host in launches(function, start):
        kernel = kernels[ir.FlatSymbolRefAttr(call.attributes["kernel"]).value]
        passed = list(call.operands)
        numbers = {k: host(v) for k, v in enumerate(passed) if isinstance(v.type, ir.IntegerType)}
        stated = signature.extents_stated(kernel, ScalarEvaluator(numbers))
        for position, value in enumerate(passed):
            whole, elements = _viewed(value), stated.get(position, room)
            if _is_parameter(whole, function) and isinstance(whole.type, ir.MemRefType) and elements is not None:
                found[whole.arg_number] = max(found.get(whole.arg_number, 0), elements * _bytes(value) // _bytes(whole))
            elif isinstance(value.type, ir.MemRefType) and (elements is None or isinstance(whole, ir.BlockArgument)):
                raise Unsupported("the extent of a kernel's parameter is not known")
    return found


def _is_parameter(value: ir.Value, function: ir.Operation) -> bool:
    return isinstance(value, ir.BlockArgument) and value.owner == function.regions[0].blocks[0]


def _viewed(value: ir.Value) -> ir.Value:
    """What a view from the first element on is of, such as a launcher's `void *`."""
    view = None if isinstance(value, ir.BlockArgument) else value.owner.operation
    return view.operands[0] if view is not None and view.name == "xpiler.view" and _is_zero(view.operands[1]) else value


def _is_zero(value: ir.Value) -> bool:
    made = None if isinstance(value, ir.BlockArgument) else value.owner.operation
    return made is not None and made.name == "arith.constant" and ir.IntegerAttr(made.attributes["value"]).value == 0


def _bytes(buffer: ir.Value) -> int:
    return SIZES[str(ir.MemRefType(buffer.type).element_type)]
