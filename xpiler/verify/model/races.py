"""Races: two accesses to one element, one a write, that nothing orders.

Executions run one thread after the other, so an earlier access is ordered before a later one only where the program says so:
same thread, a barrier of the block between them, or a warp barrier between two lanes of one warp.

Lanes of one warp that store one value to one element by the same statement (`partial[warp] = sum` behind a sum that all lanes have)
do not race: one of them performs the write, whichever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xpiler.verify.limits import Defect, NotModelled

if TYPE_CHECKING:
    from xpiler.verify.model.accesses import ChosenAccesses


@dataclass(frozen=True, eq=False)
class Stamp:
    """Who accesses from where, and how many barriers of its block and of its warp are behind it."""

    block: int = 0
    thread: int = 0
    epoch: int = 0
    warp: int = 0
    warp_epoch: int = 0
    where: str = ""
    guards: tuple = ()  # conditions on data: whether the access happens is not known
    chosen: ChosenAccesses | None = None  # what is known of these
    barriers: Mapping = field(default_factory=dict)  # see Thread.barriers

    def before(self, later: Stamp) -> bool:
        """Whether this access is ordered before `later`, which happened after it in the execution at hand."""
        if self.block != later.block:
            return False
        if self.thread == later.thread or self.epoch < later.epoch:
            return True
        if self.warp == later.warp and self.warp_epoch < later.warp_epoch:
            return True
        return bool(later.barriers) and self._is_behind_barrier_of_branch(later)

    def _is_behind_barrier_of_branch(self, later: Stamp) -> bool:
        """A barrier in a branch on data orders what happens only where that branch is taken, and one in each of both branches all."""
        passed = {
            guards
            for (of_warp, guards), count in later.barriers.items()
            if count > self.barriers.get((of_warp, guards), 0) and (not of_warp or self.warp == later.warp)
        }
        for guards in sorted(passed, key=len, reverse=True):
            while guards and (*guards[:-1], (guards[-1][0], not guards[-1][1])) in passed:
                guards = guards[:-1]
                passed.add(guards)
        return any(guards in (self.guards[: len(guards)], later.guards[: len(guards)]) for guards in passed)

    def is_one_statement_with(self, other: Stamp) -> bool:
        """Whether two lanes of a warp run the same statement, both for certain."""
        same = (self.block, self.warp, self.epoch, self.warp_epoch, self.where) == (
            other.block,
            other.warp,
            other.epoch,
            other.warp_epoch,
            other.where,
        )
        return same and bool(self.where) and not self.guards and not other.guards


class _Record:
    """The accesses to one element that later ones may conflict with."""

    __slots__ = ("readers", "uncertain", "updates", "writer")

    def __init__(self) -> None:
        self.writer: Stamp | None = None
        self.readers: dict[Stamp, None] = {}
        self.updates: dict[tuple[Stamp, str], None] = {}
        self.uncertain: dict[Stamp, None] = {}  # writers under conditions on data


class AccessLog:
    """Accesses to one buffer that several threads see, since the launch."""

    def __init__(self) -> None:
        self._records: dict[int, _Record] = {}
        self._read_once: dict[int, Stamp] = {}  # most elements have one reader or one writer, which needs no record
        self._written_once: dict[int, Stamp] = {}
        self._anywhere: dict[Stamp, None] = {}  # who reads elements that data chooses
        self._is_written = False

    def clear(self) -> None:
        """A new launch: everything before it is ordered before it."""
        self._records.clear()
        self._read_once.clear()
        self._written_once.clear()
        self._anywhere.clear()
        self._is_written = False

    def read_anywhere(self, stamp: Stamp, name: str) -> None:
        """Notes a read of an element that data chooses; NotModelled where it may meet a write."""
        if self._is_written:
            raise NotModelled(f"a read of an element of '{name}' that data chooses, in a launch that writes it")
        self._anywhere[stamp] = None

    def _written_behind(self, stamp: Stamp, name: str) -> None:
        if any(not reader.before(stamp) for reader in self._anywhere):
            raise NotModelled(f"a read of an element of '{name}' that data chooses, in a launch that writes it")

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
        for other in record.uncertain:
            self._against(other, stamp, name, "written", "read")
        record.readers[stamp] = None

    def write(self, offset: int, stamp: Stamp, name: str, repeats: Callable[[], bool] = lambda: False) -> None:
        """Notes a write; Defect where it races. Readers that are ordered before it need not be remembered: whoever races them races it.

        `repeats` says whether the element holds what is written already.
        """
        self._is_written = True
        if self._anywhere:
            self._written_behind(stamp, name)
        record = self._record(offset) if stamp.guards else self._records.get(offset)
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
        for other in record.uncertain:
            self._against(other, stamp, name, "written", "written")
        if stamp.guards:
            record.uncertain[stamp] = None
            return
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
        self._is_written = True
        if self._anywhere:
            self._written_behind(stamp, name)
        record = self._record(offset)
        self._against(record.writer, stamp, name, "written", "updated")
        for other in record.uncertain:
            self._against(other, stamp, name, "written", "updated")
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
        if earlier.guards or later.guards:
            meet(name, earlier.guards, later.guards, earlier.chosen or later.chosen)
            return
        who = [f"thread {s.thread} of block {s.block}" for s in (earlier, later)]
        who[0] += f" at {earlier.where}" if earlier.where else ""
        raise Defect("race", f"an element of '{name}' is {did} by {who[0]} and {does} by {who[1]} with no barrier between", later.where)


def meet(name: str, earlier: tuple, later: tuple, chosen: ChosenAccesses | None) -> None:
    """Two accesses to one element under conditions on data that nothing orders: NotModelled where both may happen."""
    if any(condition is other and holds is not too for condition, holds in earlier for other, too in later):
        return
    if chosen is None:
        raise NotModelled(f"accesses to '{name}' that meet under conditions that depend on data")
    chosen.meet(name, earlier, later)
