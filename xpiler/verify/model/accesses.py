"""Accesses at addresses that depend on data, of both sides of a comparison.

The source is taken to stay within its buffers, and where its threads might meet in an element that data chooses, that they do not; both are
printed. The output may access what it is seen to be within, and else only what the source accesses, under conditions that imply its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from xpiler.verify.limits import NotModelled
from xpiler.verify.terms import values
from xpiler.verify.terms.choices import decided
from xpiler.verify.terms.integer_rules import truncated
from xpiler.verify.terms.knowledge import Guard, Knowledge
from xpiler.verify.terms.normal_form import NormalForm
from xpiler.verify.terms.polynomial import UNIT, Frozen, Polynomial, freeze, reduced, single_atom
from xpiler.verify.terms.term import Term, Value

NARROW = 32  # bits: no buffer has more elements
MOST_KEPT, STEPS_OF_A_MEETING = 64, 32
LARGEST = 1 << 40  # an address that is no larger is there, where nobody states how many elements there are
BY_DATA = "at"


class _Access(NamedTuple):
    """One of the source: the address, and what holds where it happens."""

    name: str
    count: int | None  # elements of the buffer, where that is stated
    address: Value
    form: Frozen
    known: frozenset
    is_counted: bool  # by signed integers of 32 bits, as far as is known of the elements

    def is_within(self, name: str, count: int | None) -> bool:
        """Whether it would be there in a buffer of the output."""
        if self.count is None or count is None:
            return self.count is count and self.name == name
        return self.count <= count


class Beyond(NamedTuple):
    """A store somewhere in a buffer whose extent nobody states."""

    name: str
    form: Frozen
    known: frozenset
    kind: str
    type: str
    value: Value


@dataclass
class ChosenAccesses:
    """What one run may access by data, and did."""

    forms: NormalForm
    of_source: ChosenAccesses | None = None  # where it is the output that runs
    assumed: set[str] = field(default_factory=set)
    beyond: list[Beyond] = field(default_factory=list)
    said: set[Term] = field(default_factory=set)  # see terms.term.trusting
    merges_loops: bool = False  # whether a loop in a branch on data was executed
    _accesses: dict[Frozen, list[_Access]] = field(default_factory=lambda: defaultdict(list))
    _knowledge: dict[tuple[Guard, ...], Knowledge] = field(default_factory=dict)

    def of_output(self) -> ChosenAccesses:
        """Those of an output of this source."""
        return ChosenAccesses(self.forms, of_source=self, said=self.said)

    def note_loop(self) -> None:
        """A loop in a branch on data is executed, by either side."""
        (self.of_source or self).merges_loops = True

    def mismatch(self) -> str | None:
        """Where the stores of both sides to buffers of unknown extent differ; None where they are the same, in the same order."""
        ours, theirs = self.beyond, self.of_source.beyond
        if len(ours) != len(theirs):
            return "stores at addresses that depend on data are not shown equal"
        for mine, other in zip(ours, theirs, strict=True):
            if mine[:-1] != other[:-1] or not self.forms.equal(mine.value, other.value, mine.type):
                return f"a store to an element of '{mine.name}' that data chooses is not shown equal"
        return None

    def knowledge(self, guards: Sequence[Guard]) -> Knowledge:
        """What the conditions around an access say."""
        key = tuple(guards)
        found = self._knowledge.get(key)
        if found is None:
            if len(self._knowledge) > MOST_KEPT:
                self._knowledge.clear()
            found = self._knowledge[key] = Knowledge(self.forms, key)
        return found

    def allowed(self, name: str, address: Value, count: int | None, knowledge: Knowledge) -> Value:
        """An address in a buffer of so many elements as the source has it. Raises NotModelled where it may lie outside."""
        form = values.address(self.forms, address)
        low, high = knowledge.range(form)
        is_within = low >= 0 and count is not None and high < count
        if self.of_source is not None:
            found = self.of_source.find(name, form, count, knowledge.known)
            if found is None and not is_within:
                raise NotModelled(f"an address in '{name}' that the source does not access")
            return address if found is None else found
        if not (is_within or (count is None and low >= 0 and high < LARGEST)):
            self.assumed.add(f"what data chooses of '{name}' is there")
        same = self._accesses[self._narrow(form)]
        most = count - 1 if count is not None else high if 0 <= low and high < LARGEST else 0
        new = _Access(name, count, address, freeze(form), knowledge.known, most < 1 << (NARROW - 1))
        if len(same) < MOST_KEPT and not any(old[:2] == new[:2] and old.known <= new.known for old in same):
            same.append(new)
        return address

    def find(self, name: str, form: Polynomial, count: int | None, known: frozenset) -> Value | None:
        """The address of an access of the source's that is the same, where what is known implies that it happens.

        It is to a buffer with no more elements, whatever its name (both sides may have a `local`), or to the same parameter, where nobody
        states how many there are for either side. An extended integer is the address that has its low bits: that one lies within a buffer,
        whose elements it can count unless more of them are known to be there.
        """
        is_extended = self._is_extended(form)
        for access in self._accesses.get(self._narrow(form), ()):
            if not access.is_within(name, count):
                continue
            is_same = (is_extended and access.is_counted) or access.form == freeze(form)
            if is_same and all(decided(self.forms, part, known) for part in access.known):
                return access.address
        return None

    def _is_extended(self, form: Polynomial) -> bool:
        """Whether a form is a signed integer that counts elements, from an element on that is there."""
        atom = single_atom({m: c for m, c in form.items() if m != UNIT})
        return atom is not None and self.forms.atoms.key(atom)[:2] == ("signed", NARROW) and 0 <= form.get(UNIT, 0) < 1 << (NARROW - 1)

    def _narrow(self, form: Polynomial) -> Frozen:
        return freeze(truncated(self.forms, reduced(form, values.ADDRESS_BITS), NARROW))

    def meet(self, name: str, earlier: Sequence[Guard], later: Sequence[Guard]) -> None:
        """Two accesses to one element that nothing orders: NotModelled where both may happen."""
        self.forms.budget.spend(STEPS_OF_A_MEETING)
        first, second = self.knowledge(earlier).known, self.knowledge(later).known
        together = first | second
        if False in together or any(decided(self.forms, part, together - {part}) is False for part in together):
            return
        if any(known <= together for known in self.forms.exclusive):
            return
        always_meet = first <= second or second <= first  # taken to be apart, one of them would never happen, whatever the data
        if self.of_source is None and not always_meet and all(any(c.kind == BY_DATA for c, _ in guards) for guards in (earlier, later)):
            self.forms.exclusive.add(together)
            self.assumed.add(f"no two threads access one element of '{name}' that data chooses for both")
            return
        raise NotModelled(f"accesses to '{name}' that meet under conditions that depend on data")
