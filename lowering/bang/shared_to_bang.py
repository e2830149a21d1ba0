"""From the shared form to BANG C: parallel loops over the tasks of a union, scalar code on GDRAM inside.

This is the form that is always right; schedules that stage tiles in NRAM and use builtins work on the shared form before it.
"""

from __future__ import annotations

from functools import reduce

from mlir import ir
from mlir.dialects import arith, scf

from xpiler.analysis.counts import to_be_raised
from xpiler.analysis.effects import walk
from xpiler.analysis.forms import IndexForms
from xpiler.dialects.words import enum
from xpiler.lowering.bang.atomics import convert_atomics
from xpiler.lowering.group_code import GroupCode
from xpiler.lowering.index_arithmetic import add, i32, integer, mul, to_index
from xpiler.lowering.launcher.build import Launch
from xpiler.lowering.launcher.run_time_arrays import Workspace, move_run_time_arrays
from xpiler.lowering.launcher.scratch import around_launches
from xpiler.lowering.parallel_nest import Dimension, as_index, dimensions, for_loop, serialise_inside
from xpiler.lowering.private_atomics import update_private_memory_plainly
from xpiler.platforms.target import Target
from xpiler.transforms.rewriting import body, content, move_content, operations, terminator

TASKS, KIND = 16, "union4"
_EQUAL = 0
_SHORT = 16


class UnionCode(GroupCode):
    """The statements of the tasks of one union."""

    def bind(self, loop: ir.Operation) -> None:
        """Iterations over tasks."""
        bind_tasks(loop)

    def barrier(self) -> None:
        """`__sync_all_ipu()`."""
        ir.Operation.create("bang.barrier", attributes={"kind": enum("bang", "barrier_kind", "all_ipu")})

    def is_first(self) -> ir.Value:
        """`taskId == 0`."""
        return arith.CmpIOp(_EQUAL, task_index("task_id"), integer(0)).result

    def share(self, alloca: ir.Operation) -> None:
        """Never asked for: a kernel whose tasks would share an array runs as one task."""


def convert_kernel(function: ir.Operation, target: Target) -> Launch:
    """Converts one kernel in place; returns its launch."""
    workspaces = move_run_time_arrays(function)
    tasks, kind = (1, "block") if _shares_arrays(function) else (TASKS, KIND)
    if tasks == 1:
        serialise_inside(function)
    else:
        union = UnionCode()
        union.hazards.private |= {op.results[0] for op in walk(function) if op.name == "memref.alloca"}  # each task has its own
        union.convert(operations(function.regions[0].blocks[0]))
    update_private_memory_plainly(function)
    convert_atomics(function)
    function.attributes["xpiler.tasks"] = ir.IntegerAttr.get(i32(), tasks)
    return _launch_of(ir.StringAttr(function.attributes["sym_name"]).value, tasks, kind, workspaces)


def _shares_arrays(function: ir.Operation) -> bool:
    """Whether an array outside every parallel loop is used inside one: tasks have no memory of their own that others see."""
    for op in walk(function):
        if op.name == "memref.alloca" and not _inside_forall(op) and any(_inside_forall(u.owner.operation) for u in op.results[0].uses):
            return True
    return False


def _inside_forall(op: ir.Operation) -> bool:
    while op.name != "func.func":
        if op.name == "scf.forall":
            return True
        op = op.parent.operation
    return False


def task_index(kind: str) -> ir.Value:
    """`taskId`, `taskDim`... as i32."""
    return ir.Operation.create("bang.index", results=[i32()], attributes={"kind": enum("bang", "index_kind", kind)}).result


def bind_tasks(loop: ir.Operation) -> None:
    """Task t takes iterations t, t + taskDim, ... of the leading dimensions (`_shared`), taken as one."""
    dims = dimensions(loop)
    shared = dims[: _shared(dims, any(op.name.startswith(("scf.for", "scf.while")) for op in walk(loop) if op != loop))]
    with ir.InsertionPoint(loop), loop.location:
        first = _linear(shared) if len(shared) > 1 else dims[0]
        position, width = to_index(task_index("task_id")), to_index(task_index("task_dim"))
        start = position if first.step == 1 else mul(position, as_index(first.step))
        start = start if first.lower == 0 else add(as_index(first.lower), start)
        stride = width if first.step == 1 else mul(width, as_index(first.step))
        with first.variable.location:
            block = scf.ForOp(start, as_index(first.upper), stride).body
        with ir.InsertionPoint(block):
            scf.YieldOp([])
    _define(shared, block)
    for dimension in dims[len(shared) :]:
        block = for_loop(dimension, block)
    move_content(content(body(loop)), block)
    loop.erase()


def _shared(dims: list[Dimension], repeats: bool) -> int:
    """How many dimensions the tasks share: one, two where it is too short; of several steps of one all, as any may be short.

    What does not repeat anything is left a dimension of its own, so that elements are not counted apart one by one.
    """
    if len(dims) > 1 and _is_short(dims[0]):
        return 2
    single = next((at for at, d in enumerate(dims) if d.lower != 0 or d.step != 1), len(dims) if repeats else len(dims) - 1)
    return max(1, single)


def _is_short(dimension: Dimension) -> bool:
    static = all(isinstance(b, int) for b in (dimension.lower, dimension.upper, dimension.step))
    return static and -(-(dimension.upper - dimension.lower) // dimension.step) < _SHORT


def _count(dimension: Dimension) -> ir.Value:
    """How many iterations a dimension has, at the current insertion point."""
    extent = arith.SubIOp(as_index(dimension.upper), as_index(dimension.lower)).result
    return arith.CeilDivSIOp(extent, as_index(dimension.step)).result


def _linear(dims: list[Dimension]) -> Dimension:
    """The iterations of several dimensions as one."""
    forms, counts = IndexForms(), [_count(dimension) for dimension in dims]
    raised = to_be_raised(forms, [forms.of(count) for count in counts])
    factors = [arith.maxsi(count, integer(0, count.type)) if up else count for count, up in zip(counts, raised, strict=True)]
    return Dimension(dims[0].variable, 0, reduce(mul, factors), 1)


def _define(dims: list[Dimension], block: ir.Block) -> None:
    """The variables of the task loop's dimensions from its own."""
    rest = block.arguments[0]
    first = dims[0]
    with ir.InsertionPoint(terminator(block)):
        for dimension in reversed(dims[1:]):
            with dimension.variable.location:
                width = _count(dimension)
                value = add(as_index(dimension.lower), mul(arith.RemUIOp(rest, width).result, as_index(dimension.step)))
                dimension.variable.replace_all_uses_with(value)
            with first.variable.location:
                rest = arith.DivUIOp(rest, width).result
        with first.variable.location:
            rest = rest if len(dims) == 1 else add(as_index(first.lower), mul(rest, as_index(first.step)))
    first.variable.replace_all_uses_with(rest)


def _launch_of(kernel: str, tasks: int, kind: str, workspaces: list[Workspace]) -> Launch:
    def launch(arguments: list[ir.Value], mapping: dict[ir.Value, ir.Value], stream: ir.Value | None) -> None:
        streams = [stream] if stream is not None else []
        with around_launches(workspaces, mapping) as buffers:
            handed = [*arguments, *buffers]
            ir.Operation.create(
                "xpiler.launch",
                operands=[integer(tasks), integer(1), integer(1), *streams, *handed],
                attributes={
                    "kernel": ir.FlatSymbolRefAttr.get(kernel),
                    "task_kind": enum("xpiler", "task_kind", kind),
                    "operandSegmentSizes": ir.DenseI32ArrayAttr.get([0, 0, 3, 0, len(streams), len(handed)]),
                },
            )

    return launch
