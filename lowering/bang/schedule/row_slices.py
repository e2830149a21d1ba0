"""Which parts of memory the loops of one row walk: slices that follow one another, by buffer and where they begin.

    forall r: { for j: .. A[r * n + j] .. ; forall j: T[r * n + j] = .. G[j] .. }      A, T: slices of the row; G: the same for every row

A row is refused where its loops differ in length, where something else touches a buffer that is written by slices, or where two
slices of a buffer that is written begin at different places.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mlir import ir

from xpiler.analysis.effects import walk
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.transforms.rewriting import body, content, defined_inside, extent, is_unit_for, is_unit_forall, variable

ACCESSES = ("memref.load", "memref.store")


@dataclass
class Slice:
    """`extent` elements of a buffer from `start` (a value in the row's body with the loop's variable in it) on."""

    buffer: ir.Value
    start: ir.Value
    inner: ir.Value  # the variable that `start` holds, to be taken as 0
    accesses: list[ir.Operation] = field(default_factory=list)
    is_loaded: bool = False  # before anything is stored
    is_stored: bool = False
    is_of_all_rows: bool = False

    @property
    def element(self) -> ir.Type:
        """What it holds."""
        return ir.MemRefType(self.buffer.type).element_type


@dataclass
class Row:
    """A loop over rows: its slices, and how long each is."""

    loop: ir.Operation
    extent: ir.Value | int
    slices: list[Slice]


def row_of(loop: ir.Operation) -> Row | None:
    """The slices of a loop over rows; None where it is none, or has none to keep on the chip."""
    if not (is_unit_forall(loop) and loop.parent.operation.name == "func.func"):
        return None
    inner = [op for op in content(body(loop)) if len(op.regions)]
    if not inner or not all(_is_simple(op) for op in inner):
        return None
    forms = IndexForms()
    lengths = [extent(op) for op in inner]
    if any(isinstance(n, ir.Value) and defined_inside(n, loop) for n in lengths):
        return None
    if len({str(forms.of(n)) if isinstance(n, ir.Value) else n for n in lengths}) != 1:
        return None
    slices = _slices(loop, inner, forms)
    return Row(loop, lengths[0], slices) if slices else None


def _is_simple(op: ir.Operation) -> bool:
    """A loop in normal form that holds no other region and no operation of the target's."""
    inside = [inner for inner in walk(op) if inner != op and inner.name != "scf.forall.in_parallel"]
    return (is_unit_for(op) or is_unit_forall(op)) and not any(len(i.regions) or i.name.startswith("bang.") for i in inside)


def _slices(loop: ir.Operation, inner: list[ir.Operation], forms: IndexForms) -> list[Slice]:
    found: dict[tuple[ir.Value, Poly], Slice] = {}
    others: set[ir.Value] = set()
    for op in walk(loop):
        if op.name not in ACCESSES:
            others |= {v for v in op.operands if isinstance(v.type, ir.MemRefType)}
            continue
        buffer, subscripts = _accessed(op)
        of = next((i for i in inner if i == op.parent.operation), None)
        start = _start(subscripts, of, forms)
        if start is None or not isinstance(buffer, ir.BlockArgument):
            others.add(buffer)
            continue
        at = found.setdefault((buffer, start), Slice(buffer, subscripts[0], variable(of)))
        at.accesses.append(op)
        stores = op.name == "memref.store"
        at.is_loaded |= not stores and not at.is_stored
        at.is_stored |= stores
        at.is_of_all_rows = not start.mentions(forms.atom(variable(loop)))
    return [at for at in found.values() if _may_stay(at, found, others)]


def _accessed(op: ir.Operation) -> tuple[ir.Value, list[ir.Value]]:
    base, *subscripts = list(op.operands)[1:] if op.name == "memref.store" else list(op.operands)
    return base, subscripts


def _start(subscripts: list[ir.Value], of: ir.Operation | None, forms: IndexForms) -> Poly | None:
    """Where a slice begins, if the elements of an access follow one another in the loop right around it."""
    if of is None or len(subscripts) != 1:
        return None
    parts = forms.of(subscripts[0]).split(forms.atom(variable(of)))
    return parts[1] if parts is not None and parts[0].as_int() == 1 else None


def _may_stay(at: Slice, found: dict[tuple[ir.Value, Poly], Slice], others: set[ir.Value]) -> bool:
    """Nothing else reads or writes what a slice writes; what is only read may be read elsewhere too.

    What begins with a store needs no load: the loops of a row hold no conditions and are all of one length.
    """
    siblings = [s for s in found.values() if s.buffer == at.buffer and s is not at]
    written = at.is_stored or any(s.is_stored for s in siblings)
    return not (written and (siblings or at.buffer in others or at.is_of_all_rows))
