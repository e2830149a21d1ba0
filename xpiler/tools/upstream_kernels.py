"""Functions of plain upstream MLIR (`linalg`, `scf`, `memref`) as kernels in shared form.

A kernel's pointer parameter is `memref<?xT>` with a stated extent; an upstream buffer of static shape becomes one, its
accesses row-major. Buffers of run-time shape carry sizes that a C parameter list has no place for, and are refused.
"""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import InvalidInput
from xpiler.passes import place_of
from xpiler.pipeline import run_upstream

ACCESSES = {"memref.load": 0, "memref.store": 1}  # the position of the buffer among the operands
CTYPES = {
    "f32": "float",
    "f64": "double",
    "f16": "half",
    "bf16": "bfloat16",
    "i8": "int8_t",
    "i16": "int16_t",
    "i32": "int",
    "i64": "int64_t",
}


def from_upstream(module: ir.Module) -> ir.Module:
    """Makes every public function of `module` a kernel of the shared form, in place.

    Raises InvalidInput for what has no counterpart: results, GPU modules, buffers of run-time shape.
    """
    for op in module.body.operations:
        if op.operation.name != "func.func":
            raise InvalidInput(f"cannot read '{op.operation.name}' as a kernel", place_of(op.operation), "expected functions on memrefs")
    run_upstream("func.func(convert-linalg-to-loops,lower-affine)", module.operation)
    with module.context, ir.Location.unknown():
        module.operation.attributes["xpiler.target"] = ir.Attribute.parse('#xpiler.target<"shared">')
        for function in module.body.operations:
            _make_kernel(function)
    if not module.operation.verify():
        raise InvalidInput("the functions are no kernels: a buffer is used by more than loads and stores")
    return module


def _make_kernel(function: ir.OpView) -> None:
    if function.type.results:
        raise InvalidInput(f"function '{function.sym_name.value}' has results", place_of(function), "a kernel writes to its parameters")
    function.operation.attributes["xpiler.kernel"] = ir.UnitAttr.get()
    entry = function.regions[0].blocks[0]
    names = [_name(argument, position) for position, argument in enumerate(entry.arguments)]
    written = {use.owner.operands[1] for argument in entry.arguments for use in argument.uses if use.owner.operation.name == "memref.store"}
    attributes = [_attributes(argument, name, argument in written) for argument, name in zip(entry.arguments, names, strict=True)]
    for argument in entry.arguments:
        if isinstance(argument.type, ir.MemRefType):
            _flatten(function, argument)
    inputs = [argument.type for argument in entry.arguments]
    function.operation.attributes["function_type"] = ir.TypeAttr.get(ir.FunctionType.get(inputs, []))
    function.operation.attributes["arg_attrs"] = ir.ArrayAttr.get(attributes)


def _name(argument: ir.BlockArgument, position: int) -> str:
    return (
        argument.location.name_str
        if argument.location.is_a_name()
        else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[position % 26] + (str(position // 26) if position > 25 else "")
    )


def _attributes(argument: ir.BlockArgument, name: str, written: bool) -> ir.DictAttr:
    pointer = isinstance(argument.type, ir.MemRefType)
    scalar = CTYPES.get(str(argument.type.element_type if pointer else argument.type), "int64_t")
    ctype = f"{'' if written else 'const '}{scalar} *" if pointer else scalar
    return ir.DictAttr.get({"xpiler.name": ir.StringAttr.get(name), "xpiler.ctype": ir.StringAttr.get(ctype)})


def _flatten(function: ir.OpView, argument: ir.BlockArgument) -> None:
    """One buffer parameter as `memref<?xT>`, with its extent stated at the top and its accesses row-major."""
    type_ = argument.type
    if not type_.has_static_shape:
        raise InvalidInput(
            f"parameter {argument.arg_number} of '{function.sym_name.value}' has a run-time shape",
            place_of(function),
            "expected a static shape",
        )
    shape = list(type_.shape)
    for use in list(argument.uses):
        _linearise(use.owner.operation, shape)
    argument.set_type(ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], type_.element_type))
    elements = 1
    for extent in shape:
        elements *= extent
    top = ir.InsertionPoint.at_block_begin(argument.owner)
    size = ir.Operation.create(
        "arith.constant", [ir.IndexType.get()], attributes={"value": ir.IntegerAttr.get(ir.IndexType.get(), elements)}, ip=top
    )
    ir.Operation.create("xpiler.extent", operands=[argument, size.result], ip=top)


def _linearise(access: ir.Operation, shape: list[int]) -> None:
    position = ACCESSES.get(access.name)
    if position is None:
        raise InvalidInput(
            f"'{access.name}' of a parameter is not supported", place_of(access), "expected loads and stores after lowering linalg"
        )
    index = ir.IndexType.get()
    at, indices = ir.InsertionPoint(access), list(access.operands)[position + 1 :]
    flat = indices[0] if indices else None
    for extent, inner in zip(shape[1:], indices[1:], strict=True):
        size = ir.Operation.create("arith.constant", [index], attributes={"value": ir.IntegerAttr.get(index, extent)}, ip=at).result
        scaled = ir.Operation.create("arith.muli", [index], [flat, size], ip=at).result
        flat = ir.Operation.create("arith.addi", [index], [scaled, inner], ip=at).result
    if flat is None:
        flat = ir.Operation.create("arith.constant", [index], attributes={"value": ir.IntegerAttr.get(index, 0)}, ip=at).result
    operands = [*list(access.operands)[: position + 1], flat]
    replacement = ir.Operation.create(access.name, [result.type for result in access.results], operands, ip=at)
    for old, new in zip(access.results, replacement.results, strict=True):
        old.replace_all_uses_with(new)
    access.erase()
