"""Waits for a core's queues, and barriers between cores."""

from __future__ import annotations

from xpiler.frontend.calls import Call
from xpiler.frontend.language import Handler

ON_CHIP = ("nram", "wram", "sram")
PATHS = [(a, b) for a in ("dram", *ON_CHIP) for b in ("dram", *ON_CHIP) if (a, b) not in (("dram", "dram"), ("wram", "wram"))]


def wait(kind: str) -> Handler:
    """A wait for one queue, or all."""

    def read(call: Call) -> None:
        call.emit("bang.sync", kind=f"#bang.sync_kind<{kind}>")

    return read


def wait_between(call: Call) -> None:
    """`__sync_io_move_compute(producers, consumers)`, all of them."""
    if any(not call.constant(k) for k in range(len(call))):
        raise call.refuse("a wait between some of the queues only is not supported", "wait for all: __sync_io_move_compute()")
    call.emit("bang.sync", kind="#bang.sync_kind<io_move_compute>")


def barrier(kind: str) -> Handler:
    """A barrier of cores."""

    def read(call: Call) -> None:
        call.emit("bang.barrier", kind=f"#bang.barrier_kind<{kind}>")

    return read


def _queue(source: str, target: str) -> str:
    if "dram" in (source, target):
        return "io"
    return "compute" if (source, target) == ("nram", "nram") else "move"


SYNCS: dict[str, Handler] = {
    "__sync": wait("all_queues"),
    "__sync_io": wait("io"),
    "__sync_move": wait("move"),
    "__sync_compute": wait("compute"),
    "__sync_io_move_compute": wait_between,
    **{f"__sync_copy_{a}_to_{b}": wait(_queue(a, b)) for a, b in PATHS},
    "__sync_cluster": barrier("cluster"),
    "__sync_all": barrier("all"),
    "__sync_all_ipu": barrier("all_ipu"),
    "__sync_all_ipu_within_cluster": barrier("all_ipu_within_cluster"),
    "__sync_all_mpu": barrier("all_mpu"),
}

# `__asm__ volatile("sync;")`, which kernels write for a wait for all queues.
ASSEMBLY = {"sync": "__sync"}
