"""Where the threads of a block must meet: memory that one has written and another reads or writes."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlir import ir

from xpiler.analysis.effects import Effects

Place = ir.Value | str


def places(buffers: set[ir.Value]) -> set[Place]:
    """What buffers may share memory: arrays of the kernel are apart, pointer parameters may overlap each other."""
    return {"parameters" if isinstance(b.owner, ir.Block) else b for b in buffers}


@dataclass
class Hazards:
    """Accesses since the last barrier: by all threads (`reads`, `writes`) and by the block's first thread alone (`single`).

    Arrays of which each thread has its own (`private`) are no meeting place, nor are those that asynchronous copies fill
    (`awaited`): whoever uses them meets at the waits.
    """

    reads: set[Place] = field(default_factory=set)
    writes: set[Place] = field(default_factory=set)
    single: set[Place] = field(default_factory=set)
    private: set[ir.Value] = field(default_factory=set)
    awaited: set[ir.Value] = field(default_factory=set)

    def copy(self) -> Hazards:
        """The same accesses, to be continued apart."""
        return Hazards(set(self.reads), set(self.writes), set(self.single), self.private, self.awaited)

    def merge(self, other: Hazards) -> None:
        """Adds the accesses of another path."""
        self.reads |= other.reads
        self.writes |= other.writes
        self.single |= other.single

    def clear(self) -> None:
        """A barrier."""
        self.reads.clear()
        self.writes.clear()
        self.single.clear()

    def conflict(self, effects: Effects, *, single: bool) -> bool:
        """Whether new accesses, by all threads or by the first one, meet earlier ones of other threads."""
        reads, writes = self._read(effects), self._written(effects)
        earlier_writes = self.writes if single else self.writes | self.single
        return bool(reads & earlier_writes or writes & (earlier_writes | self.reads))

    def add(self, effects: Effects, *, single: bool) -> None:
        """Records new accesses."""
        self.reads |= self._read(effects) if not single else set()
        (self.single if single else self.writes).update(self._written(effects))

    def repeats(self, effects: Effects) -> bool:
        """Whether accesses since the last barrier meet those of the same statements (`effects`) run once more."""
        return bool(self.writes or self.single or self.reads & self._written(effects))

    def _read(self, effects: Effects) -> set[Place]:
        return self._places(effects.reads() | effects.touched)

    def _written(self, effects: Effects) -> set[Place]:
        return self._places(effects.written())

    def _places(self, buffers: set[ir.Value]) -> set[Place]:
        return places(buffers - self.private - self.awaited)
