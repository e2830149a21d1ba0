"""Arrays of integers that hold the bits of floats (`uint16_t *` that `_mm512_cvtph_ps` reads, `void *` that a launcher hands to a kernel
of floats): they are run and compared as floats.

As integers, random ones would be mostly NaNs and numbers of every size, and which NaN an operation gives is no result.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from mlir import ir

from xpiler.analysis.effects import defining
from xpiler.execution.bfloat16 import NAME, numpy_type
from xpiler.raising.structure import constant_value
from xpiler.verify import signature
from xpiler.verify.buffer_extents import Extents
from xpiler.verify.sampling import ParameterInfo

EXTENT = "xpiler.extent"  # says how long an array is, and touches nothing
FLOATS = {"f16": "float16", "bf16": NAME, "f32": "float32", "f64": "float64"}


def as_floats(parameters: list[ParameterInfo], shared: ir.Module) -> list[ParameterInfo]:
    """The parameters, with a float type where every access of the kernels, in shared form, to an array of this name is one of bits."""
    found: dict[str, set[str]] = {}
    for kernel in signature.functions(shared, "xpiler.kernel").values():
        arguments = kernel.regions[0].blocks[0].arguments
        for position, p in zip(signature.data_positions(kernel), signature.parameters_of(kernel), strict=True):
            if p.is_pointer and "int" in p.dtype:
                found.setdefault(p.name, set()).add(FLOATS.get(_float_of(arguments[position]), ""))
    floats = {name: kinds.pop() for name, kinds in found.items() if len(kinds) == 1}
    return [replace(p, dtype=floats.get(p.name) or p.dtype) if p.is_pointer else p for p in parameters]


def _float_of(array: ir.Value) -> str:
    """The float type whose bits all loads and stores of an array are; "" where one is not, or there is none."""
    found: set[str] = set()
    for use in array.uses:
        user = use.owner.operation
        if user.name == "memref.load":
            found |= {_recast(next_use.owner.operation) for next_use in user.results[0].uses}
        elif user.name == "memref.store" and user.operands[0] != array:
            found.add(_stored(user.operands[0]))
        elif user.name != "xpiler.extent":
            return ""
    return found.pop() if len(found) == 1 else ""


def _recast(user: ir.Operation) -> str:
    """The float type that a use of loaded bits makes of them; bits that become the upper half of a float are a bfloat16's."""
    if user.name == "arith.bitcast":
        return str(user.results[0].type)
    if user.name == "arith.extui":
        shifts = [use.owner.operation for use in user.results[0].uses]
        if shifts and all(_moves_up(shift) and _is_float32(shift) for shift in shifts):
            return "bf16"
    return ""


def _moves_up(shift: ir.Operation) -> bool:
    return shift.name == "arith.shli" and constant_value(shift.operands[1]) == 16 and str(shift.results[0].type) == "i32"


def _is_float32(bits: ir.Operation) -> bool:
    uses = [use.owner.operation for use in bits.results[0].uses]
    return bool(uses) and all(use.name == "arith.bitcast" and str(use.results[0].type) == "f32" for use in uses)


def _stored(value: ir.Value) -> str:
    """The float type whose bits a stored number is; the upper half of a number made of a float's bits is a bfloat16's."""
    made = defining(value)
    if made is None:
        return ""
    if made.name == "arith.bitcast":
        return str(made.operands[0].type)
    if made.name == "arith.select":
        kinds = {_stored(choice) for choice in made.operands[1:]}
        return kinds.pop() if len(kinds) == 1 else ""
    shift = defining(made.operands[0]) if made.name == "arith.trunci" else None
    if shift is None or shift.name != "arith.shrui" or constant_value(shift.operands[1]) != 16:
        return ""
    return "bf16" if str(shift.results[0].type) == "i32" and _is_made_of_bits(shift.operands[0]) else ""


def _is_made_of_bits(value: ir.Value) -> bool:
    """Whether a number begins with the bits of a float, to which something may be added (rounding to the nearest)."""
    made = defining(value)
    if made is None:
        return False
    if made.name == "arith.bitcast":
        return str(made.operands[0].type) == "f32"
    return made.name == "arith.addi" and any(_is_made_of_bits(operand) for operand in made.operands)


def typed_by_kernels(launcher: ir.Operation, parameters: list[ParameterInfo], module: ir.Module) -> dict[str, str]:
    """The float types that a launcher's arrays of bytes (`void *`) have where it hands them on, or in kernels that choose by a dtype,
    by their names.

    The narrowest where a run-time number decides: numbers of that type make numbers of a wider one too, where the other way round
    many would be NaNs.
    """
    found = _narrowest_views(launcher, parameters)
    for kernel in signature.functions(module, "xpiler.kernel").values():
        for name, kind in _narrowest_views(kernel, signature.parameters_of(kernel)).items():
            found.setdefault(name, kind)
    return {p.name: found[p.name] for p in parameters if p.is_pointer and p.name in found}


def _narrowest_views(function: ir.Operation, parameters: list[ParameterInfo]) -> dict[str, str]:
    """The narrowest float type that a function sees each of its arrays of bytes as, where it sees only such."""
    found = {}
    arguments = (function.regions[0].blocks[0].arguments[k] for k in signature.data_positions(function))
    for argument, p in zip(arguments, parameters, strict=True):
        if p.is_pointer and np.dtype(numpy_type(p.dtype)).itemsize == 1:
            kinds = {_viewed(use.owner.operation) for use in argument.uses} - {EXTENT}
            if kinds and kinds <= FLOATS.keys():
                found[p.name] = min((FLOATS[kind] for kind in sorted(kinds)), key=lambda name: numpy_type(name).itemsize)
    return found


def _viewed(user: ir.Operation) -> str:
    if user.name == EXTENT:
        return EXTENT
    return str(ir.MemRefType(user.results[0].type).element_type) if user.name == "xpiler.view" else ""


def in_elements(extents: Extents, types: dict[str, str]) -> Extents:
    """Extents in elements of these types, of arrays whose bytes are told."""

    def told(sizes: dict[str, int]) -> dict[str, int]:
        return elements_of(extents(sizes), types)

    return told


def elements_of(bytes_: dict[str, int], types: dict[str, str]) -> dict[str, int]:
    """Elements of every array, of those that have a type here in its width."""
    return {name: n // numpy_type(types[name]).itemsize if name in types else n for name, n in bytes_.items()}
