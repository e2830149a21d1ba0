"""Moving, cloning and building structured code: what MLIR's Python bindings leave to their user."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mlir import ir
from mlir.dialects import arith, scf

from xpiler.analysis.effects import defining, is_pure, walk
from xpiler.analysis.forms import forall_bounds

Mapping = dict[ir.Value, ir.Value]


def clone(op: ir.Operation, mapping: Mapping, ip: ir.InsertionPoint) -> ir.Operation:
    """Clones `op` at `ip` with operands replaced by `mapping`, which then also holds the clone's results."""
    copy = op.clone(ip)
    for inner in walk(copy.operation):
        for index, operand in enumerate(inner.operands):
            if operand in mapping:
                inner.operands[index] = mapping[operand]
    mapping.update(zip(op.results, copy.operation.results, strict=True))
    return copy.operation


def operations(block: ir.Block) -> list[ir.Operation]:
    """The operations of a block as a list that stays while the block changes."""
    return [op.operation for op in block.operations]


def body(op: ir.Operation) -> ir.Block:
    """The block of a loop."""
    return op.regions[0].blocks[0]


def content(block: ir.Block) -> list[ir.Operation]:
    """The operations of a loop's or branch's block without the terminator."""
    return operations(block)[:-1]


def terminator(block: ir.Block) -> ir.Operation:
    """The last operation of a block."""
    return operations(block)[-1]


def inside(op: ir.Operation, ancestor: ir.Operation) -> bool:
    """Whether `op` is `ancestor` or in one of its regions."""
    current = op
    while current is not None:
        if current == ancestor:
            return True
        current = current.parent.operation if current.parent else None
    return False


def defined_inside(value: ir.Value, ancestor: ir.Operation) -> bool:
    """Whether a value is a result or block argument somewhere inside `ancestor` (its own results are not)."""
    owner = value.owner
    op = owner.owner.operation if isinstance(owner, ir.Block) else owner.operation
    return inside(op, ancestor) and (isinstance(owner, ir.Block) or op != ancestor)


def available_before(value: ir.Value, op: ir.Operation) -> bool:
    """Whether a value is not computed inside `op`."""
    return not isinstance(value, ir.Value) or not defined_inside(value, op)


def blocks(root: ir.Operation) -> list[ir.Block]:
    """All blocks inside an operation, outer ones first."""
    return [block for op in walk(root) for region in op.regions for block in region.blocks]


def ancestor_in(block: ir.Block, op: ir.Operation) -> ir.Operation | None:
    """The operation of `block` that is or holds `op`."""
    current: ir.Operation | None = op
    while current is not None and current.block != block:
        parent = current.parent
        current = parent.operation if parent is not None and parent.name != "builtin.module" else None
    return current


def move_content(ops: Iterable[ir.Operation], block: ir.Block) -> None:
    """Moves operations before the terminator of `block`."""
    end = terminator(block)
    for op in ops:
        op.move_before(end)


def is_unit_forall(op: ir.Operation) -> bool:
    """Whether `op` is an scf.forall of one variable from 0 by 1, unbound and without results: the normal form."""
    if op.name != "scf.forall" or len(op.results) or "mapping" in op.attributes:
        return False
    bounds = forall_bounds(op.opview)
    return len(bounds) == 1 and bounds[0][0] == 0 and bounds[0][2] == 1


def is_unit_for(op: ir.Operation) -> bool:
    """Whether `op` is an scf.for of index type from 0 by 1: the normal form."""
    if op.name != "scf.for" or not isinstance(body(op).arguments[0].type, ir.IndexType):
        return False
    loop = op.opview
    return constant_int(loop.lowerBound) == 0 and constant_int(loop.step) == 1


def is_unit_loop(op: ir.Operation) -> bool:
    """Whether `op` is a loop in normal form, parallel or not."""
    return is_unit_forall(op) or is_unit_for(op)


def variable(loop: ir.Operation) -> ir.Value:
    """The variable of a loop in normal form."""
    return body(loop).arguments[0]


def extent(loop: ir.Operation) -> ir.Value | int:
    """How often a loop in normal form runs."""
    if loop.name == "scf.for":
        number = constant_int(loop.opview.upperBound)
        return loop.opview.upperBound if number is None else number
    return forall_bounds(loop.opview)[0][1]


def constant_int(value: ir.Value) -> int | None:
    """The number of an integer constant."""
    op = defining(value)
    if op is None or op.name != "arith.constant" or not isinstance(op.attributes["value"], ir.IntegerAttr):
        return None
    return op.attributes["value"].value


def new_forall(upper: ir.Value | int, location: ir.Location, ip: ir.InsertionPoint) -> ir.Operation:
    """An empty scf.forall over [0, upper)."""
    with ip, location:
        loop = scf.ForallOp([0], [upper], [1])
        with ir.InsertionPoint(loop.body):
            if not len(loop.body.operations):
                scf.InParallelOp()
    _place_arguments(loop.operation, location)
    return loop.operation


def _place_arguments(loop: ir.Operation, location: ir.Location) -> None:
    """Gives the variable (and the accumulators) of a new loop the loop's location, hence its name."""
    block = body(loop)
    kinds = [argument.type for argument in block.arguments]
    for _ in kinds:
        block.erase_argument(len(block.arguments) - 1)
    for kind in kinds:
        block.add_argument(kind, location)


def new_for(upper: ir.Value | int, inits: Iterable[ir.Value], location: ir.Location, ip: ir.InsertionPoint) -> ir.Operation:
    """An scf.for over [0, upper) by 1 with iter_args; the caller adds the yield where there are any."""
    inits = list(inits)
    with ip, location:
        loop = scf.ForOp(index(0), as_value(upper), index(1), inits)
        if not inits:
            with ir.InsertionPoint(loop.body):
                scf.YieldOp([])
            _place_arguments(loop.operation, location)
    return loop.operation


def new_fold(upper: ir.Value | int, start: ir.Value, value: ir.Location, ip: ir.InsertionPoint) -> ir.Operation:
    """A `new_for` that computes one value: the value's name, if its location has one, is the accumulator's and not the loop variable's."""
    loop = new_for(upper, [start], unnamed(value), ip)
    name_accumulators(loop, [value])
    return loop


def name_accumulators(loop: ir.Operation, locations: Iterable[ir.Location]) -> None:
    """Gives what an scf.for carries the locations, hence the names, of what it stands for."""
    for argument, location in zip(list(body(loop).arguments)[1:], locations, strict=True):
        argument.set_location(location)


def take_place(new: ir.BlockArgument, old: ir.Value) -> None:
    """Uses a value that a new loop carries in place of the one that an old loop carried, under the same name."""
    new.set_location(old.location)
    old.replace_all_uses_with(new)


def unnamed(location: ir.Location) -> ir.Location:
    """A place without the name of what stands there."""
    return location.child_loc if location.is_a_name() else location


def forget_no_wrap(loop: ir.Operation) -> None:
    """Integer sums in `loop` may wrap on the way: in another order, partial results are others."""
    for op in walk(loop):
        if "overflowFlags" in op.attributes and isinstance(op.results[0].type, ir.IntegerType):
            folds = any(isinstance(o, ir.BlockArgument) and isinstance(o.type, ir.IntegerType) for o in op.operands)
            if folds:
                op.attributes["overflowFlags"] = ir.Attribute.parse("#arith.overflow<none>", op.context)


def set_extent(loop: ir.Operation, upper: ir.Value) -> ir.Operation:
    """Gives a loop in normal form another extent; a parallel one is rebuilt, so use what is returned."""
    if loop.name == "scf.for":
        loop.operands[1] = upper
        return loop
    new = new_forall(upper, loop.location, ir.InsertionPoint(loop))
    variable(loop).replace_all_uses_with(variable(new))
    move_content(content(body(loop)), body(new))
    loop.erase()
    return new


def is_pure_between(op: ir.Operation) -> bool:
    """Whether `op` is arithmetic that two loops may be joined across."""
    return not len(op.regions) and is_pure(op) and not op.name.startswith("memref.")


def index(number: int) -> ir.Value:
    """An index constant at the current insertion point."""
    return arith.constant(ir.IndexType.get(), number)


def applied(operator: str, left: ir.Value, right: ir.Value) -> ir.Value:
    """`left operator right` at the current insertion point."""
    return ir.Operation.create(operator, results=[left.type], operands=[left, right]).result


def as_value(bound: ir.Value | int) -> ir.Value:
    """A bound as a value at the current insertion point."""
    return index(bound) if isinstance(bound, int) else bound


def erase_dead(root: ir.Operation) -> None:
    """Erases operations that only compute values nobody uses, innermost and last first."""
    for op in walk(root)[:0:-1]:
        unused = len(op.results) and not any(_used(result) for result in op.results)
        if unused and is_pure(op):
            op.erase()


def _used(value: ir.Value) -> bool:
    return next(iter(value.uses), None) is not None


def functions(op: ir.Operation) -> Iterator[ir.Operation]:
    """The kernels (functions with a body) in `op`, or `op` itself where it is one."""
    if op.name == "func.func":
        yield op
        return
    for inner in operations(body(op)):
        if inner.name == "func.func" and len(inner.regions[0].blocks):
            yield inner


def note_noalias(op: ir.Operation) -> None:
    """Records on the function around `op` that a pass took its pointer parameters to be apart."""
    while op is not None and op.name != "func.func":
        op = op.parent.operation if op.parent else None
    if op is not None:
        op.attributes["xpiler.noalias"] = ir.UnitAttr.get(op.context)
