"""CUDA and HIP: indices, barriers, shuffles, and the schedule of a launch.

Blocks run one after the other, threads of a block one after the other between the places where they meet. What that order
hides is found by the access logs (model.races); a meeting that not all live threads reach is a defect.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from mlir import ir

from xpiler.dialects.semantics import Wanted
from xpiler.dialects.words import word
from xpiler.verify.limits import Defect, NotModelled
from xpiler.verify.model.async_copies import copies_of_a_thread
from xpiler.verify.model.control import known
from xpiler.verify.model.integers import unsigned
from xpiler.verify.model.meanings import array, meaning_of, run_meaning
from xpiler.verify.model.memory import SIZES, Buffer, Pointer
from xpiler.verify.model.outputs import written
from xpiler.verify.model.program import Compiler, Function, Machine, Meeting, Registers, Step, Thread, compiles
from xpiler.verify.model.races import AccessLog
from xpiler.verify.terms.term import Value

AXES = ("x", "y", "z")
MOST_THREADS = 1024  # of a block
INDICES = ("thread_id", "block_id", "block_dim", "grid_dim")


@compiles(*(f"{dialect}.{name}" for dialect in ("cuda", "hip") for name in INDICES))
def _index(compiler: Compiler, op: ir.Operation) -> Step:
    key, result = f"{op.name.partition('.')[2]} {word(op.attributes['dimension'])}", compiler.register(op.results[0])

    def run(registers: Registers, thread: Thread) -> None:
        registers[result] = thread.coordinates[key]

    return run


@compiles("cuda.warp_size", "hip.warp_size")
def _warp_size(compiler: Compiler, op: ir.Operation) -> Step:
    result = compiler.register(op.results[0])

    def run(registers: Registers, thread: Thread) -> None:
        registers[result] = thread.coordinates["warp_size"]

    return run


@compiles("cuda.dynamic_shared", "hip.dynamic_shared")
def _dynamic_shared(compiler: Compiler, op: ir.Operation) -> Step:
    result = compiler.register(op.results[0])

    def run(registers: Registers, thread: Thread) -> None:
        registers[result] = Pointer(thread.shared["dynamic"], 0)

    return run


@compiles("cuda.barrier", "hip.barrier")
def _barrier(compiler: Compiler, op: ir.Operation) -> tuple[Step, bool]:
    meeting = Meeting(object(), "barrier")

    def run(registers: Registers, thread: Thread) -> Iterator[Meeting]:
        yield meeting

    return run, True


@compiles("cuda.warp_barrier", "hip.warp_barrier")
def _warp_barrier(compiler: Compiler, op: ir.Operation) -> tuple[Step, bool]:
    site, mask = object(), compiler.register(op.operands[0])

    def run(registers: Registers, thread: Thread) -> Iterator[Meeting]:
        yield Meeting(site, "warp", (registers[mask],))

    return run, True


@compiles("cuda.shuffle", "hip.shuffle", "cuda.vote", "hip.vote")
def _collective(compiler: Compiler, op: ir.Operation) -> tuple[Step, bool]:
    masked = str(op.operands[len(op.operands) - 1].type) in ("i32", "i64") and len(op.operands) == (4 if op.name.endswith("shuffle") else 2)
    types = [str(v.type) for v in op.operands]
    out = str(op.results[0].type)
    wanted_types = (*types, out) if op.name.endswith("vote") else tuple(types)
    program = meaning_of(Wanted(op.name, (word(op.attributes["kind"]),), frozenset({"masked"} if masked else ()), wanted_types), op)
    operands, result = compiler.registers(op.operands), compiler.register(op.results[0])
    site = Collective(program, tuple(types), out, masked)

    def run(registers: Registers, thread: Thread) -> Iterator[Meeting]:
        registers[result] = yield Meeting(site, "collective", tuple(registers[r] for r in operands))

    return run, True


class Collective:
    """A lane collective: its meaning on arrays over the lanes of a warp."""

    def __init__(self, program, types: tuple[str, ...], out: str, masked: bool):
        self.program, self.types, self.out, self.masked = program, types, out, masked

    def resolve(self, lanes: dict[int, tuple[Value, ...]], size: int, thread: Thread) -> dict[int, Value]:
        """The result of every lane that takes part, given their operands."""
        if self.masked:
            _check_masks({lane: operands[-1] for lane, operands in lanes.items()}, size)
        some = next(iter(lanes.values()))
        arrays = [array([lanes.get(lane, some)[k] for lane in range(size)], type_) for k, type_ in enumerate(self.types)]
        into = Pointer(Buffer("result", self.out, SIZES[self.out] * size), 0)
        active = array([int(lane in lanes) for lane in range(size)], "i1")
        run_meaning(self.program, [*arrays, into, active, size], Thread(thread.machine))
        return {lane: into.buffer.final(lane) for lane in lanes}


def _check_masks(masks: dict[int, Value], size: int) -> None:
    """Every lane that takes part must be named by all: partial masks are not modelled."""
    together = sum(1 << lane for lane in masks)
    for mask in masks.values():
        if unsigned(known(mask, "a lane mask"), size) & together != together:
            raise NotModelled("a lane mask that leaves out live lanes")


def launch(
    machine: Machine, kernel: Function, arguments: list, grid: tuple[int, ...], block: tuple[int, ...], shared_bytes: int, warp_size: int
) -> None:
    """Runs all blocks of a launch."""
    if any(n <= 0 for n in (*grid, *block)) or math.prod(block) > MOST_THREADS:
        raise Defect("launch", f"a launch of {grid} blocks of {block} threads")
    for log in machine.logs:
        log.clear()
    members = [_along("thread_id", (x, y, z)) for z, y, x in itertools.product(*(range(n) for n in reversed(block)))]
    extents = _along("block_dim", block) | _along("grid_dim", grid) | {"warp_size": warp_size}
    with written(kernel, arguments):
        _run_blocks(machine, kernel, arguments, grid, (members, extents), shared_bytes, warp_size)


def _run_blocks(
    machine: Machine, kernel: Function, arguments: list, grid: tuple[int, ...], of_threads: tuple, shared_bytes: int, warp_size: int
) -> None:
    members, extents = of_threads
    for number in machine.chosen(math.prod(grid)):
        x, y, z = number % grid[0], number // grid[0] % grid[1], number // (grid[0] * grid[1])
        shared: dict[object, object] = {"dynamic": Buffer("dynamic shared memory", "i8", shared_bytes, log=AccessLog())}
        of_block = extents | _along("block_id", (x, y, z))
        threads = [
            Thread(machine, of_block | own, number, k, k // warp_size, shared=shared, copies=copies_of_a_thread())
            for k, own in enumerate(members)
        ]
        Schedule(kernel, arguments, threads, warp_size).run()


def _along(name: str, values: tuple[int, ...]) -> dict[str, int]:
    """Coordinates of one kind by their axes."""
    return {f"{name} {axis}": value for axis, value in zip(AXES, values, strict=True)}


class Schedule:
    """The threads of one block, run from meeting to meeting."""

    def __init__(self, kernel: Function, arguments: list, threads: list[Thread], warp_size: int):
        self._threads = threads
        self._warp_size = warp_size
        self._running = [_start(kernel, arguments, thread) for thread in threads]
        self._waiting: dict[int, Meeting] = {}

    def run(self) -> None:
        """Until all threads are done."""
        ready: dict[int, Value | None] = dict.fromkeys(range(len(self._threads)))
        while ready:
            for index, sent in ready.items():
                self._advance(index, sent)
            ready = self._resolve_warps()
            if not ready and self._waiting:
                ready = self._resolve_barrier()

    def _advance(self, index: int, sent: Value | None) -> None:
        self._waiting.pop(index, None)
        try:
            self._waiting[index] = self._running[index].send(sent)
        except StopIteration:
            thread = self._threads[index]
            thread.copies.finish(thread.stamp())

    def _resolve_warps(self) -> dict[int, Value | None]:
        """Warps all of whose live lanes wait at one collective."""
        ready: dict[int, Value | None] = {}
        self._meet_alike()
        for warp in sorted({self._threads[i].warp for i in self._waiting}):
            lanes = {i: m for i, m in self._waiting.items() if self._threads[i].warp == warp}
            sites = {m.site for m in lanes.values()}
            first = next(iter(lanes.values()))
            if first.kind == "barrier" and len(sites) == 1:
                continue
            if len(sites) != 1:
                if all(m.kind == "barrier" for m in lanes.values()):
                    continue
                raise NotModelled("lanes of a warp that meet at different places")
            ready |= self._resolve_warp(warp, lanes, first)
        return ready

    def _meet_alike(self) -> None:
        """Where threads meet in a branch on data they all have its condition: all are there, or none."""
        if len({tuple(self._threads[index].guards) for index in self._waiting}) > 1:
            raise NotModelled("threads that meet under conditions that depend on data and differ")

    def _resolve_warp(self, warp: int, lanes: dict[int, Meeting], first: Meeting) -> dict[int, Value | None]:
        base = warp * self._warp_size
        self._no_lane_left_out(warp, lanes)
        if first.kind == "warp":
            _check_masks({i - base: m.operands[0] for i, m in lanes.items()}, self._warp_size)
            for i in lanes:
                self._threads[i].pass_barrier(of_warp=True)
            return dict.fromkeys(lanes)
        results = first.site.resolve({i - base: m.operands for i, m in lanes.items()}, self._warp_size, self._as_thread(warp, lanes))
        return {i: results[i - base] for i in lanes}

    def _as_thread(self, warp: int, lanes: dict[int, Meeting]) -> Thread:
        """A warp as one more thread of its block: what it accesses as a whole is not ordered with its lanes but by barriers."""
        some = self._threads[next(iter(lanes))]
        at = (some.block, -2 * warp - 1, warp, some.epoch, some.warp_epoch)
        return Thread(some.machine, some.coordinates, *at, shared=some.shared, guards=some.guards, barriers=some.barriers)

    def _no_lane_left_out(self, warp: int, lanes: dict[int, Meeting]) -> None:
        """A lane that ran past the meeting without having returned diverged around it."""
        for thread in self._threads[warp * self._warp_size : (warp + 1) * self._warp_size]:
            if thread.index not in lanes and not thread.returned:
                raise NotModelled("a lane collective that not all lanes of the warp reach")

    def _resolve_barrier(self) -> dict[int, Value | None]:
        """All live threads of the block wait at the same barrier."""
        if len({m.site for m in self._waiting.values()}) != 1:
            raise Defect("barrier", "threads of a block wait at different barriers")
        for thread in self._threads:
            if thread.index not in self._waiting and not thread.returned:
                raise Defect("barrier", f"thread {thread.index} of block {thread.block} does not reach a barrier that others wait at")
        for index in self._waiting:
            self._threads[index].pass_barrier()
        return dict.fromkeys(self._waiting)


def _start(kernel: Function, arguments: list, thread: Thread) -> Iterator[Meeting]:
    registers: Registers = [None] * kernel.registers
    for register, value in zip(kernel.code.arguments, arguments, strict=True):
        registers[register] = value
    yield from kernel.code.run_meeting(registers, thread)
