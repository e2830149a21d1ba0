"""A SIMT kernel raised: parallel loops over blocks, and in them the body split into phases over the threads."""

from __future__ import annotations

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.launch_parameters import take_launch_parameters
from xpiler.raising.simt.cas_loops import join_cas_loops
from xpiler.raising.simt.dead_carried import drop_dead_carried
from xpiler.raising.simt.dynamic_shared import LARGEST_BYTES
from xpiler.raising.simt.fission import Fission, body_of
from xpiler.raising.simt.flat_arrays import flatten_arrays
from xpiler.raising.simt.geometry import Geometry, place_geometry
from xpiler.raising.simt.groups import BlockGroup, X, Y, Z
from xpiler.raising.simt.indices import DIMENSIONS, collect_indices, warp_lanes
from xpiler.raising.simt.plain_ops import replace_platform_operations
from xpiler.raising.simt.platform_ops import is_pure, simt_name, word
from xpiler.raising.simt.shared_memory import SharedMemory, drop_spaces
from xpiler.raising.simt.sub_warps import group_lanes
from xpiler.raising.simt.uniformity import Uniformity
from xpiler.raising.simt.value_places import ThreadIndex, Uniform
from xpiler.raising.simt.vectors import scalarize_vectors
from xpiler.raising.simt.whole_warps import with_whole_warps
from xpiler.raising.structure import captures, clone, constant_value, definition, entry, walk

FACTS = ("xpiler.extent", "xpiler.assume")
UNSIGNED = ("arith.extui", "arith.divui", "arith.remui", "arith.shrui", "arith.index_castui", "arith.minui", "arith.maxui")
INT_MAX = 2**31 - 1


def raise_kernel(module: ir.Module, kernel: ir.Operation) -> ir.Operation:
    """Replace a kernel in platform form by one in shared form, which is returned."""
    take_launch_parameters(module, kernel, is_pure)
    kernel = scalarize_vectors(kernel)
    return raise_launched(kernel, place_geometry(module, kernel), warp_lanes(module))


def raise_launched(kernel: ir.Operation, geometry: Geometry, lanes: int) -> ir.Operation:
    """The same for a geometry that is known: values at the kernel's top."""
    join_cas_loops(kernel)
    replace_platform_operations(kernel)
    flatten_arrays(kernel)
    drop_dead_carried(kernel)
    geometry = with_whole_warps(kernel, geometry, lanes)
    collect_indices(kernel, geometry, lanes)
    shared = drop_spaces(kernel)
    return _KernelRaising(kernel, geometry, group_lanes(kernel, lanes), shared).run()


def is_unsigned(op: ir.Operation) -> bool:
    """Whether an operation reads integers as unsigned."""
    return op.name in UNSIGNED or (op.name == "arith.cmpi" and ir.IntegerAttr(op.attributes["predicate"]).value > 5)


class _KernelRaising:
    """Builds the raised function beside the kernel, then takes its place."""

    def __init__(self, kernel: ir.Operation, geometry: Geometry, lanes: int, shared: SharedMemory):
        self.kernel = kernel
        self.lanes = lanes
        self.shared = shared
        self.source = entry(kernel)
        self.raised = self._empty_function()
        self.top = EmissionPoint(ir.InsertionPoint.at_block_terminator(entry(self.raised)), kernel.location)
        self.places: dict[ir.Value, object] = {
            old: Uniform(new) for old, new in zip(self.source.arguments, entry(self.raised).arguments, strict=True)
        }
        self.geometry = self._at_top(geometry)

    def run(self) -> ir.Operation:
        self._state_facts()
        self.shared.copy_starts(self._copied)
        self._bound_shared_bytes()
        self._bound_threads()
        inside = self._open_blocks()
        group = BlockGroup(self.geometry, self.lanes)
        ops = [op for op in body_of(self.source) if op.name not in FACTS and simt_name(op) != "dynamic_shared"]
        self._place_threads(ops, group, inside)
        self.places.update(self.shared.emit(inside, self.geometry))
        uniform = Uniformity(group.collectives, {value for value, place in self.places.items() if isinstance(place, Uniform)})
        uniform.analyse(ops)
        fission = Fission(group, inside, self.places, uniform)
        fission.run(ops)
        fission.flush()
        self.kernel.erase()
        return self.raised

    def _empty_function(self) -> ir.Operation:
        attributes = {name: self.kernel.attributes[name] for name in self.kernel.attributes}
        function = ir.Operation.create(
            "func.func", attributes=attributes, regions=1, loc=self.kernel.location, ip=ir.InsertionPoint(self.kernel)
        ).operation
        types = [argument.type for argument in self.source.arguments]
        block = function.regions[0].blocks.append(*types, arg_locs=[argument.location for argument in self.source.arguments])
        ir.Operation.create("func.return", loc=self.kernel.location, ip=ir.InsertionPoint(block))
        return function

    def _copied(self, value: ir.Value) -> ir.Value:
        """A value at the kernel's top that depends on its parameters alone, before the loop over the blocks."""
        if value not in self.places:
            op = definition(value)
            copied = clone(op, {used: self._copied(used) for used in captures(op)}, self.top.at)
            self.places.update((old, Uniform(new)) for old, new in zip(op.results, copied.results, strict=True))
        return self.places[value].value

    def _at_top(self, geometry: Geometry) -> Geometry:
        grid = tuple(self._copied(value) for value in geometry.grid)
        block = tuple(self._copied(value) for value in geometry.block)
        return Geometry(grid, block, self._copied(geometry.shared_bytes) if geometry.shared_bytes is not None else None)

    def _state_facts(self) -> None:
        for op in body_of(self.source):
            if op.name in FACTS:
                clone(op, {value: self._copied(value) for value in op.operands}, self.top.at)

    def _bound_shared_bytes(self) -> None:
        """States what targets without such memory rely on: how much of it a launch asks for at most."""
        bytes_ = self.geometry.shared_bytes
        if self.shared.dynamic and bytes_ is not None and constant_value(bytes_) is None:
            index = self.top.cast(bytes_, self.top.index)
            fits = self.top.compare("sle", index, self.top.constant(LARGEST_BYTES))
            reason = ir.StringAttr.get("a launch asks for at most 64 KB of dynamic shared memory")
            self.top.op("xpiler.assume", [], [fits], reason=reason)

    def _bound_threads(self) -> None:
        """States, where unsigned arithmetic needs it, what C code that numbers threads by `int` relies on: they fit one."""
        if not any(is_unsigned(op) for op in walk(self.kernel)):
            return
        for blocks, threads in zip(self.geometry.grid, self.geometry.block, strict=True):
            if constant_value(blocks) is None or constant_value(threads) is None:
                index = self.top.index
                count = self.top.mul(self.top.cast(blocks, index), self.top.cast(threads, index))
                fits = self.top.compare("sle", count, self.top.constant(INT_MAX))
                self.top.op("xpiler.assume", [], [fits], reason=ir.StringAttr.get("the number of a thread fits an int"))

    def _open_blocks(self) -> EmissionPoint:
        """The parallel loop over the blocks; a dimension of one block has none."""
        dimensions = [d for d in (Z, Y, X) if constant_value(self.geometry.grid[d]) != 1]
        inside, variables = (self.top, [])
        if dimensions:
            inside, variables = self.top.forall([self.geometry.grid[d] for d in dimensions])
        self.block_indices = dict(zip(dimensions, variables, strict=True))
        return inside

    def _place_threads(self, ops: list[ir.Operation], group: BlockGroup, inside: EmissionPoint) -> None:
        """Where block and thread indices are to be found."""
        for op in ops:
            name = simt_name(op)
            if name not in ("thread_id", "block_id"):
                continue
            dimension = DIMENSIONS.index(word(op, "dimension"))
            result = op.results[0]
            zero = inside.constant(0)
            if name == "block_id":
                self.places[result] = Uniform(inside.cast(self.block_indices.get(dimension, zero), result.type))
            elif dimension in group.dimensions:
                self.places[result] = ThreadIndex(dimension)
            else:
                self.places[result] = Uniform(inside.cast(zero, result.type))
