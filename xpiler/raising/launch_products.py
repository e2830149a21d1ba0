"""A number of elements that every launch passes is known to be a product of other numbers that it passes.

`pool<<<(total + 255) / 256, 256>>>(x, y, height, width, channels, total)` with `total = batch * height * width * channels`, and a kernel
that takes `i / channels % width` apart: where the launcher is left behind, `total` is any number. Stated as
`total / (channels * width) * (channels * width)`, its loop is one over rows, one over `width` and one over `channels`.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.forms import EXACT
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.launcher_slice import call_arguments, find_launches
from xpiler.raising.structure import definition, entry, operations, users
from xpiler.raising.subscript_strides import divisors

CASTS = ("arith.index_cast", "arith.index_castui", "arith.extsi", "arith.extui", "arith.trunci")


def state_launch_products(module: ir.Module, kernel: ir.Operation) -> None:
    """Writes the parameters that are such products as products in the kernel."""
    launches = find_launches(module, kernel)
    taken_apart = divisors(kernel)
    if not launches or not taken_apart:
        return
    for number in list(entry(kernel).arguments):
        if isinstance(number.type, ir.IntegerType) and number not in taken_apart:
            factors = [d for d in _common_factors(launches, number, taken_apart) if d.type == number.type]
            if factors:
                _write_as_product(kernel, number, factors)


def _common_factors(launches: list[ir.Operation], number: ir.Value, candidates: list[ir.Value]) -> list[ir.Value]:
    """The parameters among the candidates that are factors of the number in every launch; each as often as it is one, at most once."""
    found = [_factors(launch, number, candidates) for launch in launches]
    return [c for c in candidates if all(c in each for each in found)]


def _factors(launch: ir.Operation, number: ir.Value, candidates: list[ir.Value]) -> list[ir.Value]:
    passed = [bare(value) for value in call_arguments(launch)]
    left = leaves(passed[number.arg_number])
    if len(left) < 2:
        return []
    found = []
    for candidate in candidates:
        parts = leaves(passed[candidate.arg_number])
        if all(left.count(part) >= parts.count(part) for part in parts):
            for part in parts:
                left.remove(part)
            found.append(candidate)
    return found


def leaves(value: ir.Value) -> list[ir.Value]:
    """What a product is a product of, the products in it taken apart."""
    op = definition(bare(value))
    if op is None or op.name != "arith.muli":
        return [bare(value)]
    return [leaf for operand in op.operands for leaf in leaves(operand)]


def bare(value: ir.Value) -> ir.Value:
    """The value without the casts around it."""
    op = definition(value)
    while op is not None and op.name in CASTS:
        value, op = op.operands[0], definition(op.operands[0])
    return value


def _write_as_product(kernel: ir.Operation, number: ir.Value, factors: list[ir.Value]) -> None:
    uses = [(user, position) for user in users(number) for position, operand in enumerate(user.operands) if operand == number]
    emit = EmissionPoint(ir.InsertionPoint(operations(entry(kernel))[0]), kernel.location)
    whole, *parts = (emit.value("arith.index_cast", emit.index, value) for value in (number, *factors))
    product = parts[0]
    for part in parts[1:]:
        product = emit.mul(product, part)
    count = emit.value("arith.floordivsi", emit.index, whole, product)
    spelled = emit.mul(count, product)
    same = emit.compare("eq", spelled, whole)
    emit.op("xpiler.assume", [], [same], reason=ir.StringAttr.get("a launch's number is the product that its launcher makes it"))
    narrow = emit.value("arith.index_cast", number.type, spelled, **{EXACT: ir.UnitAttr.get()})
    for user, position in uses:
        user.operands[position] = narrow
