"""`gpu` kernels and their launches in the platform form of `cuda`: the same threads, barriers and shared arrays."""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import InvalidInput, Unsupported
from xpiler.dialects.words import enum
from xpiler.passes import place_of
from xpiler.pipeline import run_upstream
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.structure import entry, operations, post_order, symbol_name, walk

INDICES = ("thread_id", "block_id", "block_dim", "grid_dim")
SHARED = ("#gpu.address_space<workgroup>", "3", "3 : i64")
PRIVATE = ("#gpu.address_space<private>", "5", "5 : i64")
DIMENSIONS = ("x", "y", "z")


def outline_launches(module: ir.Module) -> bool:
    """Whether the module has GPU kernels; the bodies of `gpu.launch` become kernels of their own."""
    if any(op.name == "gpu.launch" for op in walk(module.operation)):
        run_upstream("gpu-launch-sink-index-computations,gpu-kernel-outlining", module.operation)
    return any(op.name == "gpu.module" for op in operations(module.body))


def to_cuda_form(module: ir.Module) -> None:
    """Moves every `gpu.func` into the module as a kernel; functions that launch become launchers. In place.

    Raises Unsupported, naming the operation, for what the kernels or the host functions do beyond that.
    """
    launches = [op for op in walk(module.operation) if op.name == "gpu.launch_func"]
    if not launches:
        raise InvalidInput(
            "no function launches the gpu kernels", place_of(module.operation), "expected a gpu.launch_func with their geometry"
        )
    for launch in launches:
        _convert_launch(launch)
    for op in operations(module.body):
        if op.name == "gpu.module":
            _move_kernels(op)
        elif op.name == "func.func":
            op.attributes["xpiler.launcher"] = ir.StringAttr.get("device")
    if "gpu.container_module" in module.operation.attributes:
        del module.operation.attributes["gpu.container_module"]


def _convert_launch(launch: ir.Operation) -> None:
    sizes = list(ir.DenseI32ArrayAttr(launch.attributes["operandSegmentSizes"]))
    # Tokens; grid, block, cluster in x, y, z; bytes of shared memory; what the kernel is given; an async object.
    tokens, _, _, _, _, _, _, *clusters, shared, passed, _ = sizes
    if tokens or any(clusters) or launch.results:
        raise Unsupported("'gpu.launch_func' with tokens or clusters is not supported", place_of(launch), "expected a plain launch")
    operands = list(launch.operands)
    emit = EmissionPoint(ir.InsertionPoint(launch), launch.location)
    geometry = [emit.cast(value, emit.integer_type(32)) for value in operands[:6]]
    kernel = str(launch.attributes["kernel"]).rpartition("@")[2].strip('"')
    segments = ir.DenseI32ArrayAttr.get([3, 3, 0, shared, 0, passed])
    given = operands[6 : 6 + shared + passed]
    emit.op("xpiler.launch", [], [*geometry, *given], kernel=ir.FlatSymbolRefAttr.get(kernel), operandSegmentSizes=segments)
    launch.erase()


def pass_integers(module: ir.Module) -> None:
    """What a launch passes as `index` is `int64_t`, as the kernel's parameter is."""
    for launch in [op for op in walk(module.operation) if op.name == "xpiler.launch"]:
        emit = EmissionPoint(ir.InsertionPoint(launch), launch.location)
        for position, value in enumerate(launch.operands):
            if isinstance(value.type, ir.IndexType):
                launch.operands[position] = emit.cast(value, emit.integer_type(64))


def forget_marks(module: ir.Module) -> None:
    """Kernels no longer say that they came from a `gpu.func`."""
    for op in operations(module.body):
        if "gpu.kernel" in op.attributes:
            del op.attributes["gpu.kernel"]


def _move_kernels(module: ir.Operation) -> None:
    """The kernels of a `gpu.module`, one level up, under their own names."""
    for op in operations(module.regions[0].blocks[0]):
        if op.name == "gpu.func":
            _move_kernel(op, ir.InsertionPoint(module))
        elif op.name == "memref.global":
            op.clone(ip=ir.InsertionPoint(module))
        else:
            raise Unsupported(f"'{op.name}' in a gpu module is not supported", place_of(op), "expected gpu.func")
    module.erase()


def _move_kernel(function: ir.Operation, at: ir.InsertionPoint) -> None:
    kind = ir.FunctionType(ir.TypeAttr(function.attributes["function_type"]).value)
    attributes = {
        "sym_name": ir.StringAttr.get(symbol_name(function)),
        "function_type": ir.TypeAttr.get(kind),
        "xpiler.kernel": ir.UnitAttr.get(),
        "gpu.kernel": ir.UnitAttr.get(),
    }
    made = ir.Operation.create("func.func", attributes=attributes, regions=1, loc=function.location, ip=at)
    entry(function).append_to(made.regions[0])
    if len(made.regions[0].blocks) != 1 or function.regions[0].blocks:
        raise Unsupported(
            f"kernel '{symbol_name(function)}' has branches", place_of(function), "expected scf instead of cf: --lift-cf-to-scf"
        )
    _attributions_to_arrays(made, len(kind.inputs))
    for op in post_order(made):
        _convert(op)


def _attributions_to_arrays(function: ir.Operation, parameters: int) -> None:
    """Arguments behind the parameters are arrays of the block or of the thread."""
    block = entry(function)
    emit = EmissionPoint(ir.InsertionPoint.at_block_begin(block), function.location)
    while len(block.arguments) > parameters:
        argument = list(block.arguments)[-1]
        segments = ir.DenseI32ArrayAttr.get([0, 0])
        argument.replace_all_uses_with(emit.value("memref.alloca", _in_our_space(argument.type, function), operandSegmentSizes=segments))
        block.erase_argument(len(block.arguments) - 1)


def _in_our_space(kind: ir.Type, op: ir.Operation) -> ir.Type:
    """A buffer type with the memory space of `cuda` in the place of the `gpu` dialect's."""
    kind = ir.MemRefType(kind)
    word = str(kind.memory_space) if kind.memory_space else ""
    if word in SHARED:
        return ir.MemRefType.get(kind.shape, kind.element_type, kind.layout, enum("cuda", "space", "shared"))
    if word.startswith("#cuda.space"):
        return kind
    if word in ("", *PRIVATE):
        return ir.MemRefType.get(kind.shape, kind.element_type, kind.layout)
    raise Unsupported(f"memory space {word} of '{op.name}' is not supported", place_of(op), "expected workgroup or private")


def _convert(op: ir.Operation) -> None:
    emit = EmissionPoint(ir.InsertionPoint(op), op.location)
    name = op.name.removeprefix("gpu.")
    if op.name == "gpu.return":
        emit.op("func.return")
        op.erase()
    elif op.name == "gpu.barrier":
        emit.op("cuda.barrier")
        op.erase()
    elif op.name.startswith("gpu.") and name in (*INDICES, "global_id"):
        _replace(op, _global_id(emit, op) if name == "global_id" else _index(emit, name, op))
    elif op.name == "gpu.shuffle":
        _convert_shuffle(emit, op)
    elif op.name in ("memref.alloc", "memref.alloca"):
        op.results[0].set_type(_in_our_space(op.results[0].type, op))
    elif op.name.startswith("gpu."):
        raise Unsupported(f"'{op.name}' in a kernel is not supported", place_of(op), "expected indices, barriers and shuffles")


def _index(emit: EmissionPoint, name: str, op: ir.Operation) -> ir.Value:
    dimension = next(word for word in DIMENSIONS if f" {word}>" in str(op.attributes["dimension"]))
    number = emit.value(f"cuda.{name}", emit.integer_type(32), dimension=enum("cuda", "dim", dimension))
    return emit.cast(number, emit.index, unsigned=True)


def _global_id(emit: EmissionPoint, op: ir.Operation) -> ir.Value:
    block, size, thread = (_index(emit, name, op) for name in ("block_id", "block_dim", "thread_id"))
    return emit.add(emit.mul(block, size), thread)


def _convert_shuffle(emit: EmissionPoint, op: ir.Operation) -> None:
    """The lane's value; whether the lane was there is for C to know, so nothing may ask."""
    if list(op.results[1].uses):
        raise Unsupported("'gpu.shuffle' whose second result is used is not supported", place_of(op), "compare lane and width instead")
    word = str(op.attributes["mode"]).rpartition(" ")[2].rstrip(">")
    kind = enum("cuda", "shuffle_kind", word)
    value, lane, width = op.operands
    result = emit.value("cuda.shuffle", op.results[0].type, value, lane, width, kind=kind)
    op.results[0].replace_all_uses_with(result)
    op.erase()


def _replace(op: ir.Operation, value: ir.Value) -> None:
    op.results[0].replace_all_uses_with(value)
    op.erase()
