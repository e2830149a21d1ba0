"""Loads, stores and atomic updates at addresses that depend on data.

A load of what nobody has written is a term of its address; of other memory it is a choice among the elements. A store is a store to each
element under the condition that it is the one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

from xpiler.verify.limits import NotModelled
from xpiler.verify.model.accesses import LARGEST, Beyond, ChosenAccesses
from xpiler.verify.model.memory import SIZES, Buffer
from xpiler.verify.model.outputs import may_be_written
from xpiler.verify.model.places import Place
from xpiler.verify.model.program import Thread
from xpiler.verify.terms import values
from xpiler.verify.terms.choices import decided
from xpiler.verify.terms.knowledge import Knowledge
from xpiler.verify.terms.polynomial import UNIT, Polynomial, freeze
from xpiler.verify.terms.term import Term, Value, make, undefined

STEPS_OF_ONE, STEPS_OF_A_CHOICE = 64, 48
WRAPPING = 1 << 63
STORE = "store"
MOST_CHOSEN_FROM = 1 << 14  # elements


class Update(NamedTuple):
    """An atomic update: its kind, and what it makes of the old value."""

    kind: str
    combine: Callable[[Value], Value]


class _At(NamedTuple):
    """A place as this thread sees it: the address, as the source has it; the elements of the buffer, None where nobody states them."""

    accesses: ChosenAccesses
    address: Value
    count: int | None
    knowledge: Knowledge
    size: int  # of an element, in bytes


def load(thread: Thread, buffer: Buffer, place: Place, type_: str) -> Value:
    """The element at a place."""
    at = _located(thread, buffer, place, type_)
    origin = _untouched(buffer)
    if origin is not None and not may_be_written(buffer):
        buffer.read_anywhere(thread.stamp())
        return make("load", origin.name, type_, at.address)
    if buffer.is_unfollowed:
        raise NotModelled(f"a read of an element of '{buffer.name}' that data may have chosen to write before")
    if at.count is None and _is_past(buffer, at):
        raise NotModelled(f"a read of an element of '{buffer.name}' that data chooses, and of which nobody states how many there are")
    found = list(_candidates(thread, buffer, at))
    if not found:
        return undefined()
    cells = []
    for element in range(found[0], found[-1] + 1):
        cells.append(_one(thread, at, element, lambda offset: _read(thread, buffer, offset, type_)))
    return cells[0] if len(cells) == 1 else make("lookup", at.address, type_, found[0], *cells)


def _read(thread: Thread, buffer: Buffer, offset: int, type_: str) -> Value:
    from xpiler.verify.model.memory_ops import load as load_one

    return load_one(thread, buffer, offset, type_)


def store(thread: Thread, buffer: Buffer, place: Place, type_: str, value: Value, store_one: Callable[..., None]) -> None:
    """Writes the element at a place."""
    at = _located(thread, buffer, place, type_)
    if _is_beyond(buffer, at):
        _note_beyond(buffer, at, STORE, value)
    for element in _candidates(thread, buffer, at):
        own = chosen_at(value, at.address, element)
        _one(thread, at, element, lambda offset, own=own: store_one(thread, buffer, offset, type_, own))


def update(thread: Thread, buffer: Buffer, place: Place, type_: str, by: Update, update_one: Callable[..., None]) -> None:
    """Updates the element at a place at once."""
    at = _located(thread, buffer, place, type_)
    if _is_beyond(buffer, at):
        _note_beyond(buffer, at, by.kind, by.combine(make("leaf", buffer.name, 0, type_)))
    for element in _candidates(thread, buffer, at):
        _one(thread, at, element, lambda offset: update_one(thread, buffer, offset, type_, by))


def _one(thread: Thread, at: _At, element: int, act: Callable[[int], Value | None]) -> Value | None:
    """Does something to one element under the condition that it is the one that is chosen."""
    thread.machine.budget.spend()
    thread.guards.append((make("at", at.address, element), True))
    try:
        return act(element * at.size)
    finally:
        thread.guards.pop()


def _located(thread: Thread, buffer: Buffer, place: Place, type_: str) -> _At:
    accesses = thread.machine.data_accesses
    if accesses is None or thread.recording or buffer.locks or buffer.write_locks:
        raise NotModelled("an address that depends on data")
    if place.size != SIZES[type_] or buffer.is_freed or (type_ != buffer.element and _untouched(buffer) is not None):
        raise NotModelled(f"an element of '{buffer.name}' that data chooses, under another type")
    thread.machine.budget.spend(STEPS_OF_ONE)
    knowledge = accesses.knowledge(thread.guards)
    address = knowledge.widened(place.index)
    if not isinstance(address, Term):
        raise NotModelled("an address that depends on data")
    at = _At(accesses, address, _count(buffer, place.size), knowledge, place.size)
    return at._replace(address=_allowed(_untouched(buffer) or buffer, at))


def _count(buffer: Buffer, size: int) -> int | None:
    bytes_ = None if buffer.is_open else buffer.extent
    if buffer.behind is not None and not buffer.cells:
        bytes_ = buffer.behind[0] if bytes_ is None else min(bytes_, buffer.behind[0])
    return None if bytes_ is None else bytes_ // size


def _untouched(buffer: Buffer) -> Buffer | None:
    """The parameter whose first contents a buffer holds, all of them; None where something else was written to it."""
    if buffer.cells or buffer.is_unfollowed:
        return None
    return buffer if buffer.is_parameter else buffer.behind[1] if buffer.behind is not None else None


def _is_beyond(buffer: Buffer, at: _At) -> bool:
    """Whether a store may be to elements whose contents are not followed, as nobody states how many there are."""
    if not buffer.is_parameter or at.count is not None:
        return False
    source = at.accesses.of_source
    return _is_past(buffer, at) or (source is not None and any(known.name == buffer.name for known in source.beyond))


def _is_past(buffer: Buffer, at: _At) -> bool:
    """Whether a place may be past all elements that are accessed otherwise."""
    low, high = at.knowledge.range(values.address(at.accesses.forms, at.address))
    return low < 0 or high >= _followed(buffer) // at.size


def _followed(buffer: Buffer) -> int:
    """The bytes of a parameter of unknown extent whose contents are followed: in the output all that the source accesses otherwise."""
    return max(buffer.reach, buffer.extent or 0)


def _note_beyond(buffer: Buffer, at: _At, kind: str, value: Value) -> None:
    """A store that may be to what is not followed: it has to be the same on both sides, and nobody may look there behind it.

    Nobody notes who accesses such an element. So the source's threads are taken not to meet there, and of the output's they may not but
    by updates that commute.
    """
    if may_be_written(buffer):
        if at.accesses.of_source is None:
            at.accesses.assumed.add(f"no two threads access one element of '{buffer.name}' that data chooses for both")
        elif kind == STORE or any(other.name == buffer.name and other.kind != kind for other in at.accesses.beyond):
            raise NotModelled(f"parallel stores to '{buffer.name}' where data chooses, of which nobody states how many elements there are")
    form = freeze(values.address(at.accesses.forms, at.address))
    at.accesses.beyond.append(Beyond(buffer.name, form, at.knowledge.known, kind, buffer.element, value))
    buffer.is_unfollowed = True


def _allowed(buffer: Buffer, at: _At) -> Value:
    """The address as the source has it; where nobody states how many elements there are, those that it may be are touched."""
    if at.count is None and at.accesses.of_source is None:
        low, high = at.knowledge.range(values.address(at.accesses.forms, at.address))
        if low >= 0 and high < LARGEST:
            buffer.touch((int(high) + 1) * at.size)
        else:
            buffer.is_open = True
    return at.accesses.allowed(buffer.name, at.address, at.count, at.knowledge)


def _candidates(thread: Thread, buffer: Buffer, at: _At) -> Iterator[int]:
    """The elements that may be at a place, in their order."""
    form = values.address(at.accesses.forms, at.address)
    low, high = at.knowledge.range(form)
    count = at.count
    if count is None:
        count = max(_followed(buffer) // at.size, int(high) + 1 if low >= 0 and high < MOST_CHOSEN_FROM else 0)
    numbers = range(count)
    if -WRAPPING <= low and high < WRAPPING:  # else 2^64 may be added to it
        numbers = _of_residue(form, range(int(max(low, 0)), int(min(high, count - 1)) + 1))
    for number in numbers:
        thread.machine.budget.spend(STEPS_OF_A_CHOICE)
        condition = at.accesses.forms.condition(make("at", at.address, number))
        if decided(at.accesses.forms, condition, at.knowledge.known) is not False:
            yield number


def _of_residue(form: Polynomial, numbers: range) -> range:
    """The numbers that a form may be, as its factors have a common divisor: each row has one element of a column."""
    divisor = math.gcd(*(int(c) for m, c in form.items() if m != UNIT)) or 1
    first = numbers.start + (int(form.get(UNIT, 0)) - numbers.start) % divisor
    return range(first, numbers.stop, divisor)


def chosen_at(value: Value, address: Term, element: int) -> Value:
    """What a value is where an address is an element: what was loaded or looked up by it is that one's."""
    if not isinstance(value, Term) or not value.looks_up:
        return value
    if value.kind == "load" and value.args[2] is address:
        return make("leaf", value.args[0], element, value.args[1])
    if value.kind == "lookup" and value.args[0] is address:
        position = element - value.args[2]
        return chosen_at(value.args[3 + position], address, element) if 0 <= position < len(value.args) - 3 else value
    parts = tuple(chosen_at(part, address, element) if isinstance(part, Term) else part for part in value.args)
    return value if parts == value.args else make(value.kind, *parts)
