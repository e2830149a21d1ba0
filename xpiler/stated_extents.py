"""`--extent` against the launcher: a stated size that differs from what is allocated is an error (proof contract, rule 7).

Both are evaluated at a few sizes of the launcher; one size where they differ shows that one of them is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mlir import ir

from xpiler.diagnostics import InvalidInput, Unsupported
from xpiler.execution.scalar_evaluator import ScalarEvaluator
from xpiler.raising.launcher_slice import call_arguments, find_launches
from xpiler.raising.places import place_of
from xpiler.verify.sampling import size_choices
from xpiler.verify.signature import functions, parameters_of


def check_extents(module: ir.Module, stated: Mapping[str, str]) -> None:
    """Raises InvalidInput, at the allocation, where a launcher allocates other than `stated` (parameter: expression)."""
    if not stated:
        return
    for kernel in functions(module, "xpiler.kernel").values():
        extents = {op.operands[0].arg_number: op.operands[1] for op in _body(kernel) if op.name == "xpiler.extent"}
        for launch in find_launches(module, kernel):
            for position, elements in extents.items():
                allocation = call_arguments(launch)[position].owner
                if not isinstance(allocation, ir.Block) and allocation.operation.name == "xpiler.alloc":
                    name = parameters_of(kernel)[position].name
                    _compare(kernel, launch, allocation.operation, elements, f"{name}={stated.get(name, '')}")


def _body(function: ir.Operation) -> Iterator[ir.Operation]:
    return (op.operation for op in function.regions[0].blocks[0])


def _compare(kernel: ir.Operation, launch: ir.Operation, allocation: ir.Operation, elements: ir.Value, text: str) -> None:
    launcher = _function_of(launch)
    parameters = parameters_of(launcher)
    for sizes in size_choices(parameters):
        known: dict[int, int | float | bool] = {k: sizes[p.name] for k, p in enumerate(parameters) if p.name in sizes}
        host = ScalarEvaluator(known)
        try:
            allocated = host(allocation.operands[0])
            said = ScalarEvaluator({**_scalars(launch, host)})(elements)
        except (Unsupported, KeyError, ZeroDivisionError):  # depends on more than sizes
            continue
        if said != allocated:
            where = ", ".join(f"{name} = {value}" for name, value in sizes.items())
            message = f"--extent {text} is {said} elements for {where or 'this launch'}, and the launcher allocates {allocated}"
            raise InvalidInput(message, place_of(allocation.location), "leave --extent out where the launcher says it")


def _scalars(launch: ir.Operation, host: ScalarEvaluator) -> dict[int, int]:
    """The kernel's integers at a launch."""
    integers = [(k, v) for k, v in enumerate(call_arguments(launch)) if isinstance(v.type, ir.IntegerType)]
    return {position: host(value) for position, value in integers}


def _function_of(op: ir.Operation) -> ir.Operation:
    while op.name != "func.func":
        op = op.parent.operation
    return op
