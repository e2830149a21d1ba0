"""Buffers as bytes with typed cells, and pointers into them.

A cell is one stored element at its byte offset. A read must name a cell with the type it was written under; bytes nobody
wrote are a symbol of the buffer's initial contents (parameters) or a fresh unknown (scratch memory).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from xpiler.verify.limits import Defect, NotModelled
from xpiler.verify.model.races import AccessLog, Stamp
from xpiler.verify.terms.term import Value, make, undefined


class _Sizes(dict[str, int]):
    """Bytes of an element, by its type. A fragment is no bytes: as an element of an array it only needs a width of its own."""

    def __missing__(self, type_: str) -> int:
        if ".fragment<" in type_:
            return 16
        raise KeyError(type_)


Contents = Callable[[str, int, str], Value]  # of a buffer's name, the element, its type
SIZES = _Sizes({"i1": 1, "i8": 1, "i16": 2, "i32": 4, "i64": 8, "index": 8, "f16": 2, "bf16": 2, "f32": 4, "f64": 8})


Alike = Callable[[Value, Value, str], bool]  # whether two values of a type are equal


def _holds(cell: tuple[str, Value] | None, type_: str, value: Value, alike: Alike | None) -> bool:
    """Whether an element holds a value already."""
    if cell is None or cell[0] != type_:
        return False
    return cell[1] is value or (alike is not None and alike(cell[1], value, type_))


def symbol(name: str, element: int, type_: str) -> Value:
    """An element of a buffer that holds anything."""
    return make("leaf", name, element, type_)


@dataclass(eq=False)
class Buffer:
    """One object of memory. `extent` is in bytes, None where nothing states it; `element` is the declared type."""

    name: str
    element: str
    extent: int | None
    is_parameter: bool = False
    loops: frozenset[int] = frozenset()  # the parallel loops that declare it (see model.forall)
    log: AccessLog | None = None
    cells: dict[int, tuple[str, Value]] = field(default_factory=dict)
    writers: dict[int, str] = field(default_factory=dict)  # byte offset -> the statement that wrote it last
    sizes: set[int] = field(default_factory=set)
    copied: int = 0  # bytes a launcher copies from or to it, at most
    is_target: bool = False  # of a copy by the host, whatever that copy writes
    alignment: int = 0  # bytes of the widest access that must be aligned: the start is taken to be
    reach: int = 0  # one past the last byte touched
    watched: int = 0  # how many parallel loops, of those that run, may write it (see model.forall)
    guards: int = 0  # how many of these look at a read: the log, parallel loops, asynchronous copies
    locks: dict[int, int] = field(default_factory=dict)  # byte offset -> pending asynchronous accesses (see model.copies)
    write_locks: dict[int, int] = field(default_factory=dict)
    is_freed: bool = False
    outputs: int = 0  # how many launches, of those that run, may write it (see model.outputs)
    is_unfollowed: bool = False  # whether data chose elements past the reach
    is_open: bool = False  # whether data chooses elements of a parameter, and nobody states how many there are
    contents: Contents | None = None  # what the elements of a parameter hold at first, where they are no symbols
    behind: tuple[int, Buffer] | None = None  # bytes from the start that hold, where no cell is, what a parameter did at first

    def __post_init__(self) -> None:
        self.guards += self.log is not None

    def free(self) -> None:
        """The end of the memory: every access from here on is a defect."""
        self.extent, self.is_freed = -1, True
        self.cells.clear()

    def watch(self, by: int) -> None:
        """One parallel loop that may write it begins (1) or ends (-1)."""
        self.watched += by
        self.guards += by

    def lock(self, offset: int) -> None:
        """An asynchronous copy is going to write an element."""
        self.locks[offset] = 1
        self.guards += 1

    def unlock(self, offset: int) -> None:
        """The copy has been waited for."""
        del self.locks[offset]
        self.guards -= 1

    def unlock_write(self, offset: int) -> None:
        """One asynchronous copy that reads an element has been waited for."""
        self.write_locks[offset] -= 1
        if not self.write_locks[offset]:
            del self.write_locks[offset]

    def load(self, offset: int, type_: str, stamp: Stamp) -> Value:
        """The element at a byte offset."""
        cell = self.cells.get(offset)
        if cell is None or cell[0] != type_:
            self._check(offset, type_, stamp, "read")
        if self.log is not None:
            self.log.read(offset, stamp, self.name)
        if self.locks and self.locks.get(offset):
            raise Defect("race", f"a read of '{self.name}' while an asynchronous copy writes it", stamp.where)
        if cell is None:
            return self._unwritten(offset, type_)
        return cell[1] if cell[0] == type_ else retyped(cell[1], cell[0], type_)

    def read_anywhere(self, stamp: Stamp) -> None:
        """An element that data chooses is read, of what nobody has written."""
        if self.log is not None:
            self.log.read_anywhere(stamp, self.name)

    def held(self, offset: int, type_: str) -> Value:
        """What an element holds, read by nobody."""
        cell = self.cells.get(offset)
        return self._unwritten(offset, type_) if cell is None else retyped(cell[1], cell[0], type_)

    def store(self, offset: int, type_: str, value: Value, stamp: Stamp, alike: Alike | None = None) -> None:
        """Writes the element at a byte offset; `alike` tells equal values of a type."""
        self._check(offset, type_, stamp, "write")
        if self.log is not None:
            cell = self.cells.get(offset)
            self.log.write(offset, stamp, self.name, lambda: _holds(cell, type_, value, alike))
        if (self.locks and self.locks.get(offset)) or (self.write_locks and self.write_locks.get(offset)):
            raise Defect("race", f"a write to '{self.name}' while an asynchronous copy uses it", stamp.where)
        self.cells[offset] = (type_, value)
        self.writers[offset] = stamp.where

    def transfer(self, base: int, to: Buffer, to_base: int, elements: int, type_: str, stamp: Stamp, *, written_only: bool = False) -> None:
        """A copy by the host: nothing else runs, so that no access of it is noted.

        `written_only` leaves out what nobody wrote: nobody asks for it after a launch of which a part ran.
        """
        size, to.is_target = SIZES[type_], True
        for buffer, start, what in ((self, base, "read"), (to, to_base, "write")):
            for offset in (start, start + size * (elements - 1)) if elements > 0 else ():
                buffer._check(offset, type_, stamp, what)
        if self._is_untouched_parameter(base) and to.is_fresh(to_base):
            to.behind = (size * elements, self)  # a term for each element would be made for nothing where few are read
            return
        cells, written, writers, authors = self.cells, to.cells, to.writers, self.writers
        nothing = undefined()
        for offset in self._written(base, size * elements, size) if written_only else range(0, size * elements, size):
            cell = cells.get(base + offset)
            if cell is None:
                if base == to_base and to_base + offset not in written and self._is_as_at_first(base + offset, to):
                    continue  # it is what it was
                cell = (type_, self._unwritten(base + offset, type_, nothing))
            elif cell[0] != type_:
                cell = (type_, retyped(cell[1], cell[0], type_))
            written[to_base + offset] = cell
            writers[to_base + offset] = authors.get(base + offset, "")

    def _written(self, base: int, length: int, size: int) -> list[int]:
        """The offsets from `base` on of whole elements in a range that have a cell."""
        return [at - base for at in self.cells if 0 <= at - base < length and not (at - base) % size]

    def _is_as_at_first(self, offset: int, parameter: Buffer) -> bool:
        """Whether bytes without a cell hold what the parameter held there."""
        return self.behind is not None and self.behind[1] is parameter and offset < self.behind[0]

    def _is_untouched_parameter(self, base: int) -> bool:
        return self.is_parameter and not (self.cells or self.is_unfollowed or base)

    def is_fresh(self, base: int) -> bool:
        """Whether nothing has been written to it yet, as device memory before the first copy."""
        return not (self.is_parameter or self.cells or self.behind or base)

    def is_plain(self, offset: int, size: int) -> bool:
        """Whether a write needs no check and no note: the element lies in what was touched before, and only parallel loops look."""
        if not 0 <= offset <= self.reach - size or size not in self.sizes or offset % size or self.is_freed:
            return False
        return self.log is None and not self.locks and not self.write_locks

    def update(self, offset: int, type_: str, kind: str, combine, stamp: Stamp) -> None:
        """An atomic update whose result nobody uses."""
        self._check(offset, type_, stamp, "atomic update")
        if self.log is not None:
            self.log.update(offset, stamp, kind, self.name)
        cell = self.cells.get(offset)
        old = cell[1] if cell is not None and cell[0] == type_ else self._unwritten(offset, type_) if cell is None else None
        if old is None:
            raise NotModelled(f"an atomic update of '{self.name}' under another type")
        self.cells[offset] = (type_, combine(old))
        self.writers[offset] = stamp.where

    def final(self, element: int) -> Value | None:
        """The element of the declared type after the run; None where it still is the initial one."""
        size = SIZES[self.element]
        cell = self.cells.get(element * size)
        if cell is None:
            return None
        return cell[1] if cell[0] == self.element else retyped(cell[1], cell[0], self.element)

    def initial(self, element: int) -> Value:
        """What an element of a parameter holds at first: a symbol, where nothing else was given."""
        return (self.contents or symbol)(self.name, element, self.element)

    def _check(self, offset: int, type_: str, stamp: Stamp, what: str) -> None:
        size = SIZES[type_]
        if offset < 0 or (self.extent is not None and offset + size > self.extent):
            if self.is_freed:
                raise Defect("bounds", f"{what} of '{self.name}' after it is freed", stamp.where)
            elements = "" if self.extent is None else f" of {self.extent // SIZES[self.element]} elements"
            raise Defect("bounds", f"{what} of '{self.name}'{elements} at element {offset // SIZES[self.element]}", stamp.where)
        if offset % size:
            raise NotModelled(f"an access to '{self.name}' that is not aligned to its element")
        if size not in self.sizes:
            self.sizes.add(size)
            if len(self.sizes) > 1:
                raise NotModelled(f"'{self.name}' is accessed with elements of different sizes")
        self.touch(offset + size)

    def touch(self, end: int) -> None:
        """Elements up to an offset are accessed. NotModelled where data may have chosen them before, which nobody has followed."""
        if end > self.reach:
            if self.is_unfollowed:
                raise NotModelled(f"an element of '{self.name}' that data may have chosen before")
            self.reach = end

    def _unwritten(self, offset: int, type_: str, nothing: Value | None = None) -> Value:
        """What an element holds that has no cell; `nothing` is what to take for uninitialised memory, else a symbol of its own."""
        of = self
        if self.behind is not None and offset < self.behind[0]:
            of = self.behind[1]
        elif not self.is_parameter:
            return undefined() if nothing is None else nothing
        leaf = of.initial(offset // SIZES[of.element])
        return leaf if type_ == of.element else retyped(leaf, of.element, type_)


def retyped(value: Value, written: str, read: str) -> Value:
    """Bytes read under another type of the same size: the bit cast of what was written."""
    if written == read:
        return value
    if "i1" in (written, read):
        raise NotModelled(f"bytes written as {written} and read as {read}")
    if written[0] == "i" and read[0] == "i":
        return value
    return make("bitcast", written, read, value)


@dataclass(frozen=True)
class Pointer:
    """A memref value: the buffer, the byte its first element is at, and its extents where it has several dimensions."""

    buffer: Buffer
    base: int
    sizes: tuple[int, ...] = ()
