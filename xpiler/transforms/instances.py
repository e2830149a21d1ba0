"""Whether a nest of loops is an instance of a meaning, and with which buffers, sizes and scalars.

The meaning is a function over the shared layer whose arguments are unknown. Both sides are walked together: loops against
loops, values against values; subscripts and extents give equations between polynomials, in which the meaning's sizes are
solved for one after another. An instance is found only where every equation then holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mlir import ir

from xpiler.analysis.effects import Access, access_of, defining, is_pure
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Atom, Poly
from xpiler.analysis.reductions import IDENTITIES
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import body, content, defined_inside, is_unit_loop, terminator, variable

COMMUTATIVE = set(IDENTITIES)
IGNORED = {"fastmath", "overflowFlags"}


@dataclass(frozen=True)
class Instance:
    """What the arguments of a meaning are: a buffer from an offset on, a number, or a value."""

    buffers: dict[ir.Value, tuple[ir.Value, Poly]]
    sizes: dict[ir.Value, Poly]
    scalars: dict[ir.Value, ir.Value]


def instance_of(forms: IndexForms, meaning: ir.Operation, nest: ir.Operation) -> Instance | None:
    """The arguments for which the function `meaning`, whose only effect is one nest, is `nest`."""
    effects = [op for op in content(meaning.regions[0].blocks[0]) if not is_pure(op) and op.name != "xpiler.assume"]
    if len(effects) != 1:
        return None
    match = _Match(forms, list(meaning.regions[0].blocks[0].arguments), nest)
    return match.solved() if match.statement(effects[0], nest) else None


@dataclass
class _Match:
    """Pairs found so far, and the equations between numbers of the meaning (left) and of the nest (right)."""

    forms: IndexForms
    arguments: list[ir.Value]
    nest: ir.Operation
    values: dict[ir.Value, ir.Value] = field(default_factory=dict)
    buffers: dict[ir.Value, ir.Value] = field(default_factory=dict)
    variables: dict[Atom, Poly] = field(default_factory=dict)
    equations: list[tuple[Poly, Poly]] = field(default_factory=list)
    subscripts: list[tuple[ir.Value, Poly, Poly]] = field(default_factory=list)

    def statement(self, ours: ir.Operation, theirs: ir.Operation) -> bool:
        """Whether two operations with an effect correspond."""
        if ours.name != theirs.name:
            return False
        if ours.name == "memref.store":
            return self._access(ours, theirs) and self.value(ours.operands[0], theirs.operands[0])
        return is_unit_loop(ours) and is_unit_loop(theirs) and not len(ours.results) and self._loop(ours, theirs)

    def _loop(self, ours: ir.Operation, theirs: ir.Operation) -> bool:
        self._range(ours, theirs)
        pairs = [[op for op in content(body(loop)) if not is_pure(op)] for loop in (ours, theirs)]
        return len(pairs[0]) == len(pairs[1]) and all(self.statement(a, b) for a, b in zip(*pairs, strict=True))

    def _range(self, ours: ir.Operation, theirs: ir.Operation) -> None:
        self.equations.append((extent_form(self.forms, ours), extent_form(self.forms, theirs)))
        self.variables[self.forms.atom(variable(ours))] = self.forms.table.value(variable(theirs))

    def value(self, ours: ir.Value, theirs: ir.Value) -> bool:
        """Whether two values correspond; what was noted in vain is forgotten by whoever tries several ways."""
        if ours in self.values:
            return self.values[ours] == theirs
        if ours.type != theirs.type:
            return False
        if isinstance(ours.type, ir.IndexType):
            self.equations.append((self.forms.of(ours), self.forms.of(theirs)))
            return True
        if ours in self.arguments:
            self.values[ours] = theirs
            return not defined_inside(theirs, self.nest)
        return self._computed(ours, theirs)

    def _computed(self, ours: ir.Value, theirs: ir.Value) -> bool:
        a, b = defining(ours), defining(theirs)
        if a is None or b is None or a.name != b.name or list(a.results).index(ours) != list(b.results).index(theirs):
            return False
        if a.name == "memref.load":
            return self._access(a, b)
        if a.name == "scf.for":
            return self._reduction(a, b)
        if len(a.regions) or not is_pure(a) or _attributes(a) != _attributes(b):
            return False
        return self._operands(list(a.operands), list(b.operands), a.name in COMMUTATIVE)

    def _operands(self, ours: list[ir.Value], theirs: list[ir.Value], commute: bool) -> bool:
        before = self._noted()
        if len(ours) == len(theirs) and all(self.value(a, b) for a, b in zip(ours, theirs, strict=True)):
            return True
        self._forget(before)
        return commute and self._operands(ours, theirs[::-1], commute=False)

    def _reduction(self, ours: ir.Operation, theirs: ir.Operation) -> bool:
        if not (is_unit_loop(ours) and is_unit_loop(theirs) and len(ours.results) == len(theirs.results)):
            return False
        if not (is_pure(ours) and is_pure(theirs)) or not self._all(list(ours.operands)[3:], list(theirs.operands)[3:]):
            return False
        self._range(ours, theirs)
        self.values |= zip(list(body(ours).arguments)[1:], list(body(theirs).arguments)[1:], strict=True)
        return self._all(terminator(body(ours)).operands, terminator(body(theirs)).operands)

    def _all(self, ours: list[ir.Value], theirs: list[ir.Value]) -> bool:
        return all(self.value(a, b) for a, b in zip(ours, theirs, strict=True))

    def _access(self, ours: ir.Operation, theirs: ir.Operation) -> bool:
        a, b = access_of(ours), access_of(theirs)
        if not _is_plain(a) or not _is_plain(b) or self.buffers.setdefault(a.buffer, b.buffer) != b.buffer:
            return False
        self.subscripts.append((a.buffer, self.forms.of(a.subscripts[0]), self.forms.of(b.subscripts[0])))
        return True

    def _noted(self) -> tuple:
        return dict(self.values), dict(self.buffers), dict(self.variables), list(self.equations), list(self.subscripts)

    def _forget(self, noted: tuple) -> None:
        self.values, self.buffers, self.variables, self.equations, self.subscripts = noted

    def solved(self) -> Instance | None:
        """The instance, if all equations can be made to hold."""
        numbers = [a for a in self.arguments if isinstance(a.type, ir.IntegerType) and a not in self.values]
        sizes = self._sizes([self.forms.atom(a) for a in numbers])
        known = {**self.variables, **sizes}
        if any(self.forms.substitute(left, known) != right for left, right in self.equations):
            return None
        offsets = self._offsets(known)
        if offsets is None or any(self.forms.atom(a) not in sizes for a in numbers):
            return None
        buffers = {ours: (theirs, offsets[ours]) for ours, theirs in self.buffers.items()}
        return Instance(
            buffers, {a: sizes[self.forms.atom(a)] for a in numbers}, {a: self.values[a] for a in self.arguments if a in self.values}
        )

    def _offsets(self, known: dict[Atom, Poly]) -> dict[ir.Value, Poly] | None:
        """Where each buffer begins: what is left of its subscripts, the same for all of them and outside the nest."""
        found: dict[ir.Value, Poly] = {}
        for buffer, left, right in self.subscripts:
            offset = right - self.forms.substitute(left, known)
            if found.setdefault(buffer, offset) != offset or any(_inside(atom, self.nest) for atom in offset.atoms()):
                return None
        return found

    def _sizes(self, unknown: list[Atom]) -> dict[Atom, Poly]:
        """The sizes that the equations determine."""
        sizes: dict[Atom, Poly] = {}
        equations = [*self.equations, *(each for _, left, right in self.subscripts for each in self._by_variable(left, right))]
        progress = True
        while progress:
            progress = False
            for left, right in equations:
                reduced = self.forms.substitute(left, {**self.variables, **sizes})
                found = _root(self.forms, reduced, right, [a for a in unknown if a not in sizes])
                if found and not any(_inside(atom, self.nest) for atom in found[1].atoms()):
                    sizes[found[0]], progress = found[1], True
        return sizes

    def _by_variable(self, left: Poly, right: Poly) -> list[tuple[Poly, Poly]]:
        """Two subscripts are equal up to an offset where each loop variable has the same factor in both."""
        pairs = []
        for ours, theirs in self.variables.items():
            split = left.split(ours), right.split(theirs.own_atoms()[0])
            if None not in split and split[0][0].terms and split[1][0].terms:
                pairs.append((split[0][0], split[1][0]))
        return pairs


def _root(forms: IndexForms, left: Poly, right: Poly, unknown: list[Atom]) -> tuple[Atom, Poly] | None:
    """The one unknown of `left = right` and its value: `f*u + r`, or `(u + r) floordiv d + s` (then the least such u)."""
    within = [u for u in unknown if left.mentions(u)]
    if len(within) != 1:
        return None
    (u,) = within
    split = left.split(u)
    if split is not None:
        quotient, rest = (right - split[1]).divided_by(split[0])
        return None if rest.terms else (u, quotient)
    for atom in left.own_atoms():
        outer = left.split(atom) if atom.kind == "floordiv" else None
        inner = atom.args[0].split(u) if outer and outer[0].as_int() == 1 else None
        if inner and inner[0].as_int() == 1 and not outer[1].mentions(u) and not atom.args[1].mentions(u):
            return u, (right - outer[1]) * atom.args[1] - inner[1]
    return None


def _is_plain(access: Access | None) -> bool:
    return access is not None and access.exact and not access.atomic and len(access.subscripts) == 1


def _inside(atom: Atom, nest: ir.Operation) -> bool:
    return atom.kind == "value" and isinstance(atom.value, ir.Value) and defined_inside(atom.value, nest)


def _attributes(op: ir.Operation) -> dict[str, str]:
    return {name: str(op.attributes[name]) for name in op.attributes if name not in IGNORED}
