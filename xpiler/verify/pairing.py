"""Which launcher of one text is compared with which of the other: the one of the same name, else what its text is called by.

The choice is written on the modules (`xpiler.unit`), where every stage of a proof reads it, also in a child process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mlir import ir

from xpiler.verify import signature
from xpiler.verify.calls import arguments_of, functions_beside, parameter_behind
from xpiler.verify.launches import launch_alike

ELSEWHERE = "xpiler.elsewhere"  # launchers that are compared on their own
OTHERWISE = "xpiler.otherwise"  # launchers of the target's own whose numbers mean something else than those of the one compared
CONVERSIONS = frozenset({"arith.extsi", "arith.extui", "arith.trunci", "arith.index_cast", "arith.index_castui"})


def units(source: ir.Module, target: ir.Module) -> list[str]:
    """The source's launchers that are compared: the one it is called by, and what the target has too and does something else."""
    mine, theirs = signature.all_launchers(source), signature.all_launchers(target)
    found = [signature.chosen(source)]
    for name in sorted((mine.keys() & theirs.keys()) - set(found)):
        if not any(_kinds(mine[name]) == _kinds(mine[other]) and launch_alike(mine[name], mine[other]) for other in found):
            found.append(name)
    return found


def pair(source: ir.Module, target: ir.Module, unit: str = "") -> None:
    """Chooses a launcher of the source (`unit`, else the one it is called by) and its counterpart, in both modules."""
    mine, theirs = signature.all_launchers(source), signature.entries(target)
    name = unit or signature.chosen(source)
    if name not in mine:
        return
    elsewhere = sorted(set(units(source, target)) & theirs.keys() - {name})
    same = name in theirs and _kinds(theirs[name]) == _kinds(mine[name])
    _write(source, name, [], [])
    others = sorted(signature.all_launchers(target).keys() - mine.keys()) if _renames(mine[name]) else []
    _write(target, name if same else "", elsewhere, others)


def to_prove(module: ir.Module) -> list[str]:
    """The launchers of which a proof for all sizes has to be made: every other one does what one of them does.

    Those on host pointers come first, as one on device pointers may do what they do by way of their copies. [""] where there is none.
    """
    chosen, others = signature.chosen(module), beside(module)
    if not others:
        return [chosen]
    shown: list[ir.Operation] = []
    for function in sorted([signature.entries(module)[chosen], *others], key=lambda f: signature.kind_of(f) != "host"):
        if not any(launch_alike(other, function) for other in shown):
            shown.append(function)
    return [signature.symbol(function) for function in shown]


@contextmanager
def taken_by(module: ir.Module, unit: str) -> Iterator[None]:
    """A module that is compared by another launcher for a while."""
    attributes = module.operation.attributes
    before = attributes[signature.UNIT] if signature.UNIT in attributes else None
    with module.context:
        attributes[signature.UNIT] = ir.StringAttr.get(unit)
    try:
        yield
    finally:
        if before is None:
            del attributes[signature.UNIT]
        else:
            attributes[signature.UNIT] = before


def beside(module: ir.Module) -> list[ir.Operation]:
    """The launchers beside the chosen one that must do the same, as they launch the same kernels on the same parameters."""
    unit, others = signature.entries(module).get(signature.chosen(module)), _listed(module, OTHERWISE)
    return [f for f in _rest(module) if unit is not None and signature.symbol(f) not in others and _are_comparable(unit, f)]


def uncompared(source: ir.Module, target: ir.Module) -> tuple[str, ...]:
    """Launchers of the target that start the same kernels with other parameters: nothing in the source corresponds to them."""
    started = signature.launched(signature.entries(source)[signature.chosen(source)]) if signature.chosen(source) else set()
    compared = {signature.symbol(f) for f in beside(target)}
    return tuple(signature.symbol(f) for f in _rest(target) if signature.launched(f) & started and signature.symbol(f) not in compared)


def _rest(module: ir.Module) -> list[ir.Operation]:
    left_out = _listed(module, ELSEWHERE) | {signature.chosen(module)}
    return [function for name, function in sorted(signature.all_launchers(module).items()) if name not in left_out]


def _are_comparable(unit: ir.Operation, other: ir.Operation) -> bool:
    """Beside one that fills memory before it launches, one that only launches does something else by design: its caller fills."""
    if signature.launched(unit) != signature.launched(other) or (_fills(unit) and not _fills(other)):
        return False
    return _kinds(unit) == _kinds(other) and _numbers(unit) == _numbers(other)


def _fills(function: ir.Operation) -> bool:
    return any(op.name == "xpiler.memset" for op in signature.inside(function))


def _numbers(function: ir.Operation) -> list[str]:
    """The names of the numbers: two of one type may stand in another order. Pointers may have other names on the host."""
    return [p.name for p in signature.parameters_of(function) if not p.is_pointer]


def _kinds(function: ir.Operation) -> list[str]:
    """The types of the parameters that are data."""
    inputs = ir.FunctionType(ir.TypeAttr(function.attributes["function_type"]).value).inputs
    return [str(inputs[position]) for position in signature.data_positions(function)]


def _renames(launcher: ir.Operation) -> bool:
    """Whether a launcher hands on another number under a name of its own: `launch(x, n)` starts `kernel(x, n / 4)`, where it is n too."""
    named, own = functions_beside(launcher), _arguments(launcher)
    for op in signature.inside(launcher):
        for position, operand in enumerate(op.operands):
            parameter = parameter_behind(op, position, named)
            if parameter is not None and not isinstance(operand.type, ir.MemRefType):
                same = own.get(_name_of(parameter))
                if same is not None and _unconverted(operand) != same:
                    return True
    return False


def _arguments(function: ir.Operation) -> dict[str, ir.Value]:
    """The parameters that are data, by name."""
    arguments, positions = arguments_of(function), signature.data_positions(function)
    return {p.name: arguments[k] for k, p in zip(positions, signature.parameters_of(function), strict=True)}


def _name_of(parameter: ir.BlockArgument) -> str:
    """The name of a kernel's parameter."""
    return next((name for name, value in _arguments(parameter.owner.owner.operation).items() if value == parameter), "")


def _unconverted(value: ir.Value) -> ir.Value:
    """A number before conversions between widths."""
    while not isinstance(value, ir.BlockArgument) and value.owner.operation.name in CONVERSIONS:
        value = value.owner.operation.operands[0]
    return value


def _listed(module: ir.Module, name: str) -> set[str]:
    attributes = module.operation.attributes
    return {ir.StringAttr(entry).value for entry in attributes[name]} if name in attributes else set()


def _write(module: ir.Module, unit: str, elsewhere: list[str], otherwise: list[str]) -> None:
    attributes = module.operation.attributes
    with module.context:
        for key, names in ((ELSEWHERE, elsewhere), (OTHERWISE, otherwise)):
            attributes[key] = ir.ArrayAttr.get([ir.StringAttr.get(name) for name in names])
        attributes[signature.UNIT] = ir.StringAttr.get(unit)
