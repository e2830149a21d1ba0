"""Asynchronous copies of BANG: the source is read at some moment from issue to wait, the destination written at the wait.

Until then the destination may be neither read nor written and the source not written; what does is a race.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from xpiler.verify.limits import Defect
from xpiler.verify.model.memory import Buffer
from xpiler.verify.model.races import Stamp
from xpiler.verify.terms.term import Value


@dataclass
class Copies:
    """The pending copies of one task, by the queue each runs in; its thread is `recording` while the meaning of one is run at its issue."""

    queue: str = ""  # of the copy that is recorded
    _reads: list[tuple[str, Buffer, int]] = field(default_factory=list)
    _writes: list[tuple[str, Buffer, int, str, Value]] = field(default_factory=list)

    def reads(self, buffer: Buffer, offset: int) -> None:
        """Notes an element that a copy may read until the wait."""
        buffer.write_locks[offset] = buffer.write_locks.get(offset, 0) + 1
        self._reads.append((self.queue, buffer, offset))

    def writes(self, buffer: Buffer, offset: int, type_: str, value: Value) -> None:
        """Notes an element that a copy will write."""
        if buffer.locks.get(offset) or buffer.write_locks.get(offset):
            raise Defect("race", f"an asynchronous copy writes '{buffer.name}' while another one uses it")
        buffer.lock(offset)
        self._writes.append((self.queue, buffer, offset, type_, value))

    def wait(self, stamp: Stamp, queues: frozenset[str]) -> None:
        """All pending copies of these queues are done."""
        done = [write for write in self._writes if write[0] in queues]
        for queue, buffer, offset in self._reads:
            if queue in queues:
                buffer.unlock_write(offset)
        for _, buffer, offset, _, _ in done:
            buffer.unlock(offset)
        for _, buffer, offset, type_, value in done:
            buffer.store(offset, type_, value, stamp)
        self._reads = [read for read in self._reads if read[0] not in queues]
        self._writes = [write for write in self._writes if write[0] not in queues]

    def finish(self, stamp: Stamp) -> None:
        """The end of the task: it is done when its copies are."""
        self.wait(stamp, frozenset(queue for queue, *_ in (*self._reads, *self._writes)))
