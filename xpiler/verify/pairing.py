"""Which launcher of one text is compared with which of the other: the one of the same name, else what its text is called by.

The choice is written on the modules (`xpiler.unit`), where every stage of a proof reads it, also in a child process.
"""

from __future__ import annotations

from mlir import ir

from xpiler.verify import signature
from xpiler.verify.launches import launch_alike

ELSEWHERE = "xpiler.elsewhere"  # launchers that are compared on their own


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
    _write(source, name, [])
    _write(target, name if same else "", elsewhere)


def launchers_agree(module: ir.Module) -> bool:
    """Whether every launcher beside the chosen one launches what it does; true as well where there is no other."""
    others = beside(module)
    return not others or all(launch_alike(signature.entries(module)[signature.chosen(module)], other) for other in others)


def beside(module: ir.Module) -> list[ir.Operation]:
    """The launchers beside the chosen one that must do the same, as they launch the same kernels on the same parameters."""
    unit = signature.entries(module).get(signature.chosen(module))
    return [f for f in _rest(module) if unit is not None and _are_comparable(unit, f)]


def uncompared(source: ir.Module, target: ir.Module) -> tuple[str, ...]:
    """Launchers of the target that start the same kernels with other parameters: nothing in the source corresponds to them."""
    started = signature.launched(signature.entries(source)[signature.chosen(source)]) if signature.chosen(source) else set()
    compared = {signature.symbol(f) for f in beside(target)}
    return tuple(signature.symbol(f) for f in _rest(target) if signature.launched(f) & started and signature.symbol(f) not in compared)


def _rest(module: ir.Module) -> list[ir.Operation]:
    attributes = module.operation.attributes
    elsewhere = {ir.StringAttr(name).value for name in attributes[ELSEWHERE]} if ELSEWHERE in attributes else set()
    left_out = elsewhere | {signature.chosen(module)}
    return [function for name, function in sorted(signature.all_launchers(module).items()) if name not in left_out]


def _are_comparable(unit: ir.Operation, other: ir.Operation) -> bool:
    return _kinds(unit) == _kinds(other) and _numbers(unit) == _numbers(other) and signature.launched(unit) == signature.launched(other)


def _numbers(function: ir.Operation) -> list[str]:
    """The names of the numbers: two of one type may stand in another order. Pointers may have other names on the host."""
    return [p.name for p in signature.parameters_of(function) if not p.is_pointer]


def _kinds(function: ir.Operation) -> list[str]:
    """The types of the parameters that are data."""
    inputs = ir.FunctionType(ir.TypeAttr(function.attributes["function_type"]).value).inputs
    return [str(inputs[position]) for position in signature.data_positions(function)]


def _write(module: ir.Module, unit: str, elsewhere: list[str]) -> None:
    attributes = module.operation.attributes
    with module.context:
        attributes[ELSEWHERE] = ir.ArrayAttr.get([ir.StringAttr.get(name) for name in elsewhere])
        attributes[signature.UNIT] = ir.StringAttr.get(unit)
