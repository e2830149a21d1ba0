"""How memory is declared, subscripted and viewed."""

from __future__ import annotations

from dataclasses import replace

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.lowering.c_text.attributes import is_dynamic, space_of
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.buffer import ZERO, Buffer, plus, times
from xpiler.lowering.c_text.ctype import BOOL, INT, INT64, CType, scalar_type
from xpiler.lowering.c_text.expression import Expr, integer, leaf
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.c_text.integers import cast
from xpiler.lowering.c_text.location import place_of
from xpiler.lowering.c_text.registers import first_store
from xpiler.lowering.c_text.uses import ancestor_in, owners
from xpiler.lowering.c_text.words import array_words

MEMORY = Handlers()


def element_type(body: Body, memref: ir.Type) -> CType:
    """The C type of the elements of a memref."""
    element = ir.MemRefType(memref).element_type
    ctype = scalar_type(element)
    if ctype == BOOL:
        return CType("uint", 8, "bool")
    return ctype if ctype is not None else body.language.opaque_type(body, element)


def row_major(shape: list[int]) -> tuple[Expr, ...]:
    """The strides of a dense array whose inner sizes are static."""
    strides, product = [], 1
    for size in reversed(shape):
        strides.append(integer(product, INT))
        product *= size
    return tuple(reversed(strides))


def parameter_buffer(body: Body, memref: ir.Type, name: str, element: CType) -> Buffer:
    """A pointer parameter."""
    kind = ir.MemRefType(memref)
    pointer = leaf(name, CType("pointer", 64, f"{element.name} *"))
    return Buffer(pointer, element, row_major(list(kind.shape)), space=space_of(memref))


@MEMORY.writes("memref.alloca", "memref.alloc")
def _alloca(body: Body, op: ir.Operation) -> Buffer | None:
    loop = only_parallel_loop(op)
    if loop is not None and loop not in body.entered:
        body.private_arrays.setdefault(loop, []).append(op)
        return None
    return _declared(body, op)


def only_parallel_loop(op: ir.Operation) -> ir.Operation | None:
    """The OpenMP loop that holds every use of a thread-private array declared before it: there each thread has its own."""
    tops = [ancestor_in(user, op.block) for user in owners(op.results[0])]
    if not tops or tops[0] is None or tops[0].name != "scf.forall" or any(t is None or t != tops[0] for t in tops):
        return None
    return tops[0]


def declare_private_arrays(body: Body, loop: ir.Operation) -> None:
    """Declares, at the start of the loop's body, the arrays that belong to it."""
    body.entered.append(loop)
    for op in body.private_arrays.pop(loop, ()):
        body.values[op.results[0]] = _declared(body, op)


def _declared(body: Body, op: ir.Operation) -> Buffer:
    kind = ir.MemRefType(op.results[0].type)
    element, space = element_type(body, kind), space_of(kind)
    name = body.names.claim(*array_words(op, lambda value: _parameter_name(body, value)))
    if any(is_dynamic(s) for s in kind.shape):
        if kind.rank != 1 or not body.language.has_run_time_arrays:
            raise Unsupported("an array of run-time size has no place in the target's memory", place_of(op.location))
        return _of_run_time_size(body, name, kind, element, body.value(op.operands[0]))
    base, strides = leaf(name, CType("pointer", 64, f"{element.name} *")), row_major(list(kind.shape))
    buffer = Buffer(base, element, strides, ZERO, max(len(kind.shape), 1), space, is_variable=first_store(op) is not None)
    if not buffer.is_variable:
        sizes = "".join(f"[{s}]" for s in kind.shape) or "[1]"
        body.line(f"{body.language.spaces.get(space, '')}{body.language.alignment(op)}{body.spell(element)} {name}{sizes};")
    return buffer


def _of_run_time_size(body: Body, name: str, kind: ir.MemRefType, element: CType, count: Expr) -> Buffer:
    """An array on the heap, which ends with its scope."""
    body.file.include("<vector>")
    spelled, memory = body.spell(element), body.names.claim(f"{name}_memory")
    body.line(f"std::vector<{spelled}> {memory}({count.text});")
    body.line(f"{spelled} *{name} = {memory}.data();")
    return parameter_buffer(body, kind, name, element)


def _parameter_name(body: Body, value: ir.Value) -> str | None:
    """The name of the pointer parameter that a buffer is, or is a view of."""
    while not isinstance(value.owner, ir.Block):
        if value.owner.operation.name != "xpiler.view":
            return None
        value = value.owner.operation.operands[0]
    return body.buffer(value).base.text


@MEMORY.writes("memref.dealloc", "memref.assume_alignment")
def _nothing(body: Body, op: ir.Operation) -> None:
    """Arrays end with their scope."""


@MEMORY.writes("memref.get_global")
def _global(body: Body, op: ir.Operation) -> Buffer:
    name = ir.FlatSymbolRefAttr(op.attributes["name"]).value
    kind = ir.MemRefType(op.results[0].type)
    element = element_type(body, kind)
    pointer = leaf(name, CType("pointer", 64, f"{element.name} *"))
    return Buffer(pointer, element, row_major(list(kind.shape)), ZERO, len(kind.shape), space_of(kind))


def place(body: Body, base: ir.Value, indices: object) -> Expr:
    """The lvalue of an element; a rank-0 buffer has one."""
    buffer = body.buffer(base)
    subscripts = body.indices(indices) or (ZERO,)
    strides = buffer.strides or (integer(1, INT64),)
    return replace(buffer, strides=strides).element_at(subscripts)


@MEMORY.writes("memref.extract_aligned_pointer_as_index")
def _address(body: Body, op: ir.Operation) -> Expr:
    """A pointer as a number: what a test for null compares with zero."""
    return cast(INT64, body.buffer(op.operands[0]).pointer())


@MEMORY.writes("memref.load")
def _load(body: Body, op: ir.Operation) -> Expr:
    base, *indices = op.operands
    return replace(place(body, base, indices), operators=1)


@MEMORY.writes("memref.store")
def _store(body: Body, op: ir.Operation) -> None:
    value, base, *indices = op.operands
    expr, target = body.value(value), place(body, base, indices)
    if body.buffer(base).is_variable and first_store(base.owner.operation) == op:
        body.statement(f"{body.spell(target.ctype)} {target.text} = {expr.initial(target.ctype)};")
    else:
        body.language.store(body, target, expr)


@MEMORY.writes("xpiler.view")
def _view(body: Body, op: ir.Operation) -> Buffer:
    base, offset = op.operands
    if not isinstance(base.owner, ir.Block) and base.owner.operation.name.endswith(".dynamic_shared"):
        return _part(body, op)
    buffer = body.buffer(base)
    moved = moved_by(buffer, body.signed(offset))
    source, target = (str(ir.MemRefType(v.type).element_type) for v in (base, op.results[0]))
    element = element_type(body, op.results[0].type)
    if source == target:
        return replace(moved, element=element, strides=(integer(1, INT64),), array_rank=0, base=moved.flat())
    constant = "const " if buffer.const else ""
    spelling = f"{constant}{body.language.pointee(body, moved.space)}{body.spell(element)} *"
    return moved.retyped(element, CType("pointer", 64, spelling), spelling)


def _part(body: Body, op: ir.Operation) -> Buffer:
    """A typed part of the launch's shared memory, as a pointer of its own."""
    base, offset = op.operands
    memory, start = body.buffer(base).base.text, body.signed(offset)
    element = element_type(body, op.results[0].type)
    name = body.names.claim(*array_words(op, lambda value: None))
    place = memory if start.constant == 0 else f"({memory} + {start.text})"
    body.line(f"{body.spell(element)} *{name} = ({body.spell(element)} *){place};")
    return Buffer(leaf(name, CType("pointer", 64, f"{element.name} *")), element, row_major([1]), ZERO, space="shared")


def moved_by(buffer: Buffer, offset: Expr) -> Buffer:
    """The buffer from `offset` elements on."""
    if offset.constant == 0:
        return buffer
    return replace(buffer, offset=plus(buffer.offset, offset), base=buffer.flat(), array_rank=0)


@MEMORY.writes("memref.cast", "memref.memory_space_cast")
def _same(body: Body, op: ir.Operation) -> Buffer:
    return body.buffer(op.operands[0])


@MEMORY.writes("memref.collapse_shape")
def _collapse(body: Body, op: ir.Operation) -> Buffer:
    """Groups of dimensions of a dense buffer as one: the stride of a group is that of its last dimension."""
    buffer = body.buffer(op.operands[0])
    groups = [list(ir.ArrayAttr(g)) for g in ir.ArrayAttr(op.attributes["reassociation"])]
    strides = tuple(buffer.strides[ir.IntegerAttr(g[-1]).value] for g in groups)
    same = buffer.array_rank == len(groups)
    return replace(buffer, strides=strides, base=buffer.base if same else buffer.flat(), array_rank=buffer.array_rank if same else 0)


@MEMORY.writes("memref.expand_shape")
def _expand(body: Body, op: ir.Operation) -> Buffer:
    buffer = body.buffer(op.operands[0])
    return replace(buffer, strides=row_major(list(ir.MemRefType(op.results[0].type).shape)), base=buffer.flat(), array_rank=0)


@MEMORY.writes("memref.subview", "memref.reinterpret_cast")
def _subview(body: Body, op: ir.Operation) -> Buffer:
    buffer = body.buffer(op.operands[0])
    offsets, steps = view_numbers(body, op, "offsets"), view_numbers(body, op, "strides")
    if op.name == "memref.reinterpret_cast":
        return replace(buffer, offset=plus(buffer.offset, offsets[0]), strides=tuple(steps), base=buffer.flat(), array_rank=0)
    offset = buffer.offset
    for index, stride in zip(offsets, buffer.strides, strict=True):
        offset = plus(offset, times(index, stride))
    strides = tuple(times(step, stride) for step, stride in zip(steps, buffer.strides, strict=True))
    kept = _kept_dimensions(op, len(strides))
    return replace(buffer, offset=offset, strides=tuple(strides[d] for d in kept), base=buffer.flat(), array_rank=0)


def view_numbers(body: Body, op: ir.Operation, of: str) -> list[Expr]:
    """The `offsets`, `sizes` or `strides` of a view, those that are constants too."""
    segments = list(ir.DenseI32ArrayAttr(op.attributes["operandSegmentSizes"]))
    segment = ("offsets", "sizes", "strides").index(of) + 1
    start = sum(segments[:segment])
    run_time = iter(list(op.operands)[start : start + segments[segment]])
    return [body.signed(next(run_time)) if is_dynamic(n) else integer(n, INT) for n in ir.DenseI64ArrayAttr(op.attributes[f"static_{of}"])]


def _kept_dimensions(op: ir.Operation, rank: int) -> list[int]:
    """The source dimensions a rank-reducing subview keeps: the unit ones go first."""
    result = list(ir.MemRefType(op.results[0].type).shape)
    sizes = list(ir.DenseI64ArrayAttr(op.attributes["static_sizes"]))
    kept = list(range(rank))
    for dimension in range(rank):
        if len(kept) > len(result) and sizes[dimension] == 1:
            kept.remove(dimension)
    return kept
