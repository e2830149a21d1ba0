"""Races: two accesses to one element, one a write, that nothing orders.

Executions run one thread after the other, so an earlier access is ordered before a later one only where the program says so:
same thread, a barrier of the block between them, or a warp barrier between two lanes of one warp.

Lanes of one warp that store one value to one element by the same statement (`partial[warp] = sum` behind a sum that all lanes have)
do not race: one of them performs the write, whichever.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from xpiler.verify.limits import Defect, NotModelled


@dataclass(frozen=True, eq=False)
class Stamp:
    """Who accesses from where, and how many barriers of its block and of its warp are behind it."""

    block: int = 0
    thread: int = 0
    epoch: int = 0
    warp: int = 0
    warp_epoch: int = 0
    where: str = ""
    is_guarded: bool = False  # by a condition on data: whether the access happens is not known

    def before(self, later: Stamp) -> bool:
        """Whether this access is ordered before `later`, which happened after it in the execution at hand."""
        if self.block != later.block:
            return False
        if self.thread == later.thread or self.epoch < later.epoch:
            return True
        return self.warp == later.warp and self.warp_epoch < later.warp_epoch

    def is_one_statement_with(self, other: Stamp) -> bool:
        """Whether two lanes of a warp run the same statement, both for certain."""
        same = (self.block, self.warp, self.epoch, self.warp_epoch, self.where) == (
            other.block,
            other.warp,
            other.epoch,
            other.warp_epoch,
            other.where,
        )
        return same and bool(self.where) and not self.is_guarded and not other.is_guarded


class _Record:
    """The accesses to one element that later ones may conflict with."""

    __slots__ = ("readers", "updates", "writer")

    def __init__(self) -> None:
        self.writer: Stamp | None = None
        self.readers: dict[Stamp, None] = {}
        self.updates: dict[tuple[Stamp, str], None] = {}


class AccessLog:
    """Accesses to one buffer that several threads see, since the launch."""

    def __init__(self) -> None:
        self._records: dict[int, _Record] = {}
        self._read_once: dict[int, Stamp] = {}  # most elements have one reader or one writer, which needs no record
        self._written_once: dict[int, Stamp] = {}

    def clear(self) -> None:
        """A new launch: everything before it is ordered before it."""
        self._records.clear()
        self._read_once.clear()
        self._written_once.clear()

    def read(self, offset: int, stamp: Stamp, name: str) -> None:
        """Notes a read; Defect where it races."""
        record = self._records.get(offset)
        if record is None:
            only = self._read_once.get(offset)
            if only is stamp or (only is None and offset not in self._written_once):
                self._read_once[offset] = stamp
                return
            record = self._record(offset)
        writer = record.writer
        if writer is not None and writer is not stamp and not writer.before(stamp):
            self._against(writer, stamp, name, "written", "read")
        if record.updates:
            for other, _ in record.updates:
                self._against(other, stamp, name, "updated", "read")
        record.readers[stamp] = None

    def write(self, offset: int, stamp: Stamp, name: str, repeats: Callable[[], bool] = lambda: False) -> None:
        """Notes a write; Defect where it races. Readers that are ordered before it need not be remembered: whoever races them races it.

        `repeats` says whether the element holds what is written already.
        """
        record = self._records.get(offset)
        if record is None:
            only = self._written_once.get(offset)
            if only is stamp or (only is None and offset not in self._read_once):
                self._written_once[offset] = stamp
                return
            record = self._record(offset)
        writer = record.writer
        if writer is not None and writer is not stamp and not (writer.is_one_statement_with(stamp) and repeats()):
            self._against(writer, stamp, name, "written", "written")
        for other in record.readers:
            self._against(other, stamp, name, "read", "written")
        for other, _ in record.updates:
            self._against(other, stamp, name, "updated", "written")
        record.writer = stamp
        if record.readers:
            record.readers = {}

    def _record(self, offset: int) -> _Record:
        record = self._records.get(offset)
        if record is None:
            record = self._records[offset] = _Record()
            record.writer = self._written_once.pop(offset, None)
            if (reader := self._read_once.pop(offset, None)) is not None:
                record.readers[reader] = None
        return record

    def update(self, offset: int, stamp: Stamp, kind: str, name: str) -> None:
        """Notes an atomic update, which conflicts with everything but updates of its kind: those commute."""
        record = self._record(offset)
        self._against(record.writer, stamp, name, "written", "updated")
        for other in record.readers:
            self._against(other, stamp, name, "read", "updated")
        for other, other_kind in record.updates:
            if other_kind != kind:
                self._against(other, stamp, name, "updated", "updated otherwise")
        record.updates[stamp, kind] = None

    @staticmethod
    def _against(earlier: Stamp | None, later: Stamp, name: str, did: str, does: str) -> None:
        if earlier is None or earlier.before(later):
            return
        if earlier.is_guarded or later.is_guarded:
            raise NotModelled(f"accesses to '{name}' that meet under conditions that depend on data")
        who = [f"thread {s.thread} of block {s.block}" for s in (earlier, later)]
        who[0] += f" at {earlier.where}" if earlier.where else ""
        raise Defect("race", f"an element of '{name}' is {did} by {who[0]} and {does} by {who[1]} with no barrier between", later.where)
