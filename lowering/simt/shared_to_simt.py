"""From the shared form to CUDA's or HIP's platform form."""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import walk
from xpiler.lowering.launcher.build import Launch
from xpiler.lowering.launcher.run_time_arrays import move_run_time_arrays
from xpiler.lowering.parallel_nest import merge_perfect_nest, serialise_inside
from xpiler.lowering.simt.atomics import convert_atomics
from xpiler.lowering.simt.block_code import LARGEST_SHARED_BYTES, bind_blocks, fits_shared
from xpiler.lowering.simt.flat_nest import Geometry, bind_flat
from xpiler.lowering.simt.global_arrays import LARGEST_PRIVATE_BYTES, Scratch, move_to_global, refuse_large_stacks
from xpiler.lowering.simt.grid import launch_of
from xpiler.lowering.simt.guards_of_loops import guards_inside
from xpiler.lowering.simt.phases import phases_of, split_phases, works_outside
from xpiler.platforms.target import Target
from xpiler.transforms.rewriting import operations

LARGEST_STACK_BYTES = {"cuda": 512 * 1024, "hip": 131056}  # of a thread: local memory of CUDA, a frame of the AMDGPU back end


def convert_kernel(function: ir.Operation, target: Target) -> Launch:
    """Converts one kernel in place, adding further `__global__` functions behind it where it has several phases; returns its launch."""
    guards_inside(function)
    workspaces = move_run_time_arrays(function)
    split_phases(function)
    return launch_of([(f, _convert_phase(f, target.platform)) for f in phases_of(function)], workspaces)


def _convert_phase(function: ir.Operation, dialect: str) -> Geometry:
    """A single parallel loop goes over threads, or over blocks where it holds parallel loops and its arrays fit; all else is one block."""
    name = ir.StringAttr(function.attributes["sym_name"]).value
    loops = [op for op in operations(function.regions[0].blocks[0]) if op.name == "scf.forall"]
    outer = merge_perfect_nest(loops[0]) if len(loops) == 1 and not works_outside(function) else None
    scratch = _moved_out(function, outer)
    if outer is not None and not (_has_inner_loop(outer) and fits_shared(outer)):
        serialise_inside(outer)
        geometry = bind_flat(outer, dialect, function, name)
    else:
        geometry = bind_blocks(function, outer, dialect, name)
    convert_atomics(function, dialect)
    geometry.scratch = scratch
    refuse_large_stacks(function, LARGEST_STACK_BYTES[dialect])
    return geometry


def _moved_out(function: ir.Operation, outer: ir.Operation | None) -> list[Scratch]:
    """Moves the arrays that have no room in shared memory, or with a thread that works alone, to global memory."""
    blocks = outer is None or _has_inner_loop(outer)
    root = function if outer is None else outer
    return [] if blocks and fits_shared(root) else move_to_global(function, root, LARGEST_SHARED_BYTES if blocks else LARGEST_PRIVATE_BYTES)


def _has_inner_loop(loop: ir.Operation) -> bool:
    return any(op.name == "scf.forall" for op in walk(loop) if op != loop)
