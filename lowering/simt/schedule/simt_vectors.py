"""simt-vectors: a loop whose iterations touch neighbouring elements takes four of them at once.

    forall i { T[i] = f(A[i]) }      becomes      forall i by 4 {
                                                    if (i + 4 <= n) { a = A[i .. i + 3]; T[i .. i + 3] = f(a.x), f(a.y), f(a.z), f(a.w) }
                                                    else for j from i to n { T[j] = f(A[j]) }
                                                  }

Accesses of sixteen bytes move more of the memory's bandwidth. They need addresses that are multiples of sixteen: arrays start at
one, and a subscript that has other terms than the loop's variable is a multiple of four, or the access stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, scf, vector

from xpiler.analysis.effects import walk
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Atom
from xpiler.passes import Pass
from xpiler.transforms.rewriting import as_value, body, clone, content, extent, functions, index, is_unit_forall, variable

LANES = 4
MOST_OPERATIONS = 40  # of an iteration: a longer one is bound by what it computes, and four of it are hard to read
_ELEMENTS = ("f32", "i32")
_SLE = 3


class SimtVectorsPass(Pass):
    """Rewrites every parallel loop over single elements."""

    name = "simt-vectors"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            forms = IndexForms()
            for loop in [op for op in walk(function) if is_unit_forall(op) and op.parent.operation == function]:
                wide = _wide_accesses(loop, forms)
                if wide:
                    with ir.InsertionPoint(loop), loop.location:
                        _Vectors(loop, wide).emit()
                    loop.erase()


def _wide_accesses(loop: ir.Operation, forms: IndexForms) -> list[ir.Operation]:
    """The accesses of an iteration that four iterations can make at once; none where some store is not among them."""
    operations = content(body(loop))
    accesses = [op for op in operations if op.name in ("memref.load", "memref.store")]
    if len(operations) > MOST_OPERATIONS or any(not _computes(op) for op in operations if op not in accesses):
        return []
    own = forms.atom(variable(loop))
    wide = [op for op in accesses if _is_wide(op, own, forms)]
    stores = [op for op in accesses if op.name == "memref.store"]
    return wide if stores and all(op in wide for op in stores) and not _meet(stores, accesses) else []


def _computes(op: ir.Operation) -> bool:
    return op.name.split(".")[0] in ("arith", "math") and not len(op.regions)


def _is_wide(op: ir.Operation, own: Atom, forms: IndexForms) -> bool:
    """Whether four iterations that begin at a multiple of four access one aligned vector."""
    base, *subscripts = list(op.operands)[0 if op.name == "memref.load" else 1 :]
    kind = ir.MemRefType(base.type)
    if len(subscripts) != 1 or not isinstance(base.owner, ir.Block) or str(kind.element_type) not in _ELEMENTS:
        return False
    parts = forms.of(subscripts[0]).split(own)
    if parts is None or parts[0].as_int() != 1:
        return False
    return all(coefficient % LANES == 0 for coefficient in parts[1].terms.values())


def _meet(stores: list[ir.Operation], accesses: list[ir.Operation]) -> bool:
    """Whether one iteration accesses an array at another place than it stores to, which another iteration may have."""
    for store in stores:
        base, subscript = list(store.operands)[1:]
        for op in accesses:
            other, at = list(op.operands)[0 if op.name == "memref.load" else 1 :]
            if other == base and at != subscript:
                return True
    return False


@dataclass
class _Vectors:
    """The loop that takes the place of one over single elements."""

    loop: ir.Operation
    wide: list[ir.Operation]

    def emit(self) -> None:
        self.end = as_value(extent(self.loop))
        loop = scf.ForallOp([0], [self.end], [LANES])
        loop.body.arguments[0].set_location(variable(self.loop).location)
        with ir.InsertionPoint(loop.body):
            first = loop.induction_variables[0]
            behind = arith.addi(first, index(LANES))
            choice = scf.IfOp(arith.CmpIOp(_SLE, behind, self.end).result, has_else=True)
            with ir.InsertionPoint(choice.then_block):
                self._lanes(first)
                scf.yield_([])
            with ir.InsertionPoint(choice.else_block):
                self._rest(first)
                scf.yield_([])
            scf.InParallelOp()

    def _lanes(self, first: ir.Value) -> None:
        """Four iterations, one after the other where they compute, together where they access memory."""
        places = [first, *(arith.addi(first, index(lane)) for lane in range(1, LANES))]
        values: list[dict[ir.Value, ir.Value]] = [{variable(self.loop): place} for place in places]
        for op in content(body(self.loop)):
            if op not in self.wide:
                for of_lane in values:
                    clone(op, of_lane, ir.InsertionPoint.current)
            elif op.name == "memref.load":
                self._load(op, values)
            else:
                self._store(op, values)

    def _load(self, op: ir.Operation, values: list[dict[ir.Value, ir.Value]]) -> None:
        base, subscript = op.operands
        with op.location:
            loaded = vector.load(ir.VectorType.get([LANES], op.results[0].type), base, [values[0].get(subscript, subscript)])
        for lane, of_lane in enumerate(values):
            of_lane[op.results[0]] = vector.extract(loaded, [], [lane])

    def _store(self, op: ir.Operation, values: list[dict[ir.Value, ir.Value]]) -> None:
        stored, base, subscript = op.operands
        lanes = [of_lane.get(stored, stored) for of_lane in values]
        packed = vector.from_elements(ir.VectorType.get([LANES], stored.type), lanes)
        vector.store(packed, base, [values[0].get(subscript, subscript)])

    def _rest(self, first: ir.Value) -> None:
        """The iterations that are fewer than four."""
        rest = scf.ForOp(first, self.end, index(1))
        rest.induction_variable.set_location(ir.Location.name("j", ir.Location.current))
        with ir.InsertionPoint(rest.body):
            mapping = {variable(self.loop): rest.induction_variable}
            for op in content(body(self.loop)):
                clone(op, mapping, ir.InsertionPoint.current)
            scf.yield_([])
