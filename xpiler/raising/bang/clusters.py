"""Kernels whose tasks meet at barriers or share SRAM, raised as blocks of threads are.

The cores of a cluster are the threads of a block, SRAM is the memory the block shares and `__sync_cluster` its
barrier. Where all clusters of a union meet, the whole union is the block, and each cluster has its part of SRAM.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.dialects.words import space, word
from xpiler.raising.bang.scratch import SHARED
from xpiler.raising.bang.tasks import CORES, Launch
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.places import invalid, unsupported
from xpiler.raising.simt.geometry import Geometry
from xpiler.raising.simt.raise_kernel import raise_launched
from xpiler.raising.structure import entry, replace, walk

OF_A_CLUSTER = ("cluster", "all_ipu_within_cluster")


def tasks_meet(kernel: ir.Operation) -> bool:
    """Whether a kernel has barriers or memory that tasks share."""
    return any(op.name == "bang.barrier" or _is_shared(op) for op in walk(kernel))


def _is_shared(op: ir.Operation) -> bool:
    return op.name == "memref.alloca" and space(op.results[0].type) == "sram"


def to_blocks(kernel: ir.Operation, launch: Launch) -> Blocks:
    """Indices, barriers and SRAM as those of a SIMT kernel; `raise_blocks` finishes what this begins."""
    barriers = [op for op in walk(kernel) if op.name == "bang.barrier"]
    shared = [op for op in walk(kernel) if _is_shared(op)]
    if not launch.clusters and (barriers or shared):
        raise invalid((barriers + shared)[0], "tasks of a Block launch share nothing and do not meet", "launch a Union")
    wide = any(word(op.attributes["kind"]) not in OF_A_CLUSTER for op in barriers)
    if wide and shared:
        raise unsupported(shared[0], "SRAM in a kernel whose clusters meet cannot be raised yet", "use __sync_cluster()")
    threads = CORES * launch.clusters if wide else CORES
    blocks = Blocks(threads, launch)
    for op in barriers:
        _as_barrier(op)
    for op in [op for op in walk(kernel) if op.name in ("bang.index", "bang.is_memory_core")]:
        blocks.replace_index(op)
    return blocks


def _as_barrier(op: ir.Operation) -> None:
    EmissionPoint(ir.InsertionPoint(op), op.location).op("cuda.barrier")
    op.erase()


def _shared_type(type_: ir.Type) -> ir.Type:
    attribute = ir.Attribute.parse("#cuda.space<shared>", type_.context)
    return ir.MemRefType.get(type_.shape, type_.element_type, memory_space=attribute)


@dataclass
class Blocks:
    """The launch as blocks of `threads` tasks."""

    threads: int
    launch: Launch

    def raise_blocks(self, kernel: ir.Operation) -> ir.Operation:
        """The kernel in shared form."""
        for op in [op for op in walk(kernel) if SHARED in op.attributes]:
            del op.attributes[SHARED]
            op.results[0].set_type(_shared_type(op.results[0].type))
        emit = EmissionPoint(ir.InsertionPoint.at_block_begin(entry(kernel)), kernel.location)
        i32 = emit.integer_type(32)
        x, y, z = self.launch.tasks
        sizes = [emit.constant(size, i32) for size in (x // self.threads, y, z, self.threads, 1)]
        geometry = Geometry((sizes[0], sizes[1], sizes[2]), (sizes[3], sizes[4], sizes[4]), None)
        return raise_launched(kernel, geometry, self.threads)

    def replace_index(self, op: ir.Operation) -> None:
        """An index variable in terms of block and thread."""
        emit = EmissionPoint(ir.InsertionPoint(op), op.location)
        if op.name == "bang.is_memory_core":
            replace(op, [emit.constant(0, emit.integer_type(1))])
            return
        kind = word(op.attributes["kind"])
        i32 = emit.integer_type(32)
        sizes = self.launch.sizes()
        replace(op, [emit.constant(sizes[kind], i32) if kind in sizes else self._position(emit, kind)])

    def _position(self, emit: EmissionPoint, kind: str) -> ir.Value:
        i32 = emit.integer_type(32)
        y, z = self._id(emit, "block_id", "y"), self._id(emit, "block_id", "z")
        x = emit.add(emit.mul(self._id(emit, "block_id", "x"), emit.constant(self.threads, i32)), self._id(emit, "thread_id", "x"))
        if kind == "task_id":
            outer = emit.add(emit.mul(z, emit.constant(self.launch.tasks[1], i32)), y)
            return emit.add(emit.mul(outer, emit.constant(self.launch.tasks[0], i32)), x)
        if kind == "core_id":
            return emit.rem(x, emit.constant(CORES, i32))
        if kind == "cluster_id":
            return emit.rem(emit.floor_div(x, emit.constant(CORES, i32)), emit.constant(self.launch.clusters, i32))
        return {"task_id_x": x, "task_id_y": y, "task_id_z": z}[kind]

    def _id(self, emit: EmissionPoint, name: str, dimension: str) -> ir.Value:
        """A block or thread index; zero in a dimension of one."""
        i32 = emit.integer_type(32)
        counts = {"x": self.launch.tasks[0] // self.threads, "y": self.launch.tasks[1], "z": self.launch.tasks[2]}
        if name == "block_id" and counts[dimension] == 1:
            return emit.constant(0, i32)
        return emit.value(f"cuda.{name}", i32, dimension=ir.Attribute.parse(f"#cuda<dim {dimension}>", i32.context))
