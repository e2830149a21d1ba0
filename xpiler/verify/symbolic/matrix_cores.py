"""AMD's matrix cores: a product whose operands and result lie in the registers of the 64 lanes of a wave.

The instructions that make one product (not several blocks at once) spread its depth over groups of lanes: lane `line` of a group has
`each` elements of row `line` of A from column each * group on, and of column `line` of B alike; its register r is the result at row
8 (r / 4) + 4 group + r % 4 (side 32) or 4 group + r (side 16), and column `line`. So a result is the sum of what other lanes have, which
is asked of their values as they are: nothing is stored.
"""

from __future__ import annotations

from mlir import ir

from xpiler.dialects.mfma import mfma_form
from xpiler.verify.limits import NotModelled
from xpiler.verify.symbolic import algebra
from xpiler.verify.symbolic.evaluate import KINDS, Evaluator
from xpiler.verify.symbolic.expressions import Pieces, apply, substituted
from xpiler.verify.symbolic.program import LANE, Held
from xpiler.verify.symbolic.sets import PwAff, Set, fresh, holds, name, number, project_out, substitute_in_set, within
from xpiler.verify.symbolic.walker import Walker, handles
from xpiler.verify.terms.term import Term, make

LANES, REGISTERS = 64, 4  # of a wave; rows that follow each other in a lane
SIDES = (16, 32)
MODIFIERS = ("cbsz", "abid", "blgp")
PRODUCT = "wave_product"


@handles("hip.mfma")
def multiply(w: Walker, op: ir.Operation) -> None:
    """a b + c, the sum over the depth in any order."""
    side, each = _shape(op)
    _whole_wave(w, side)
    a, b, c = (w.term(v) for v in op.operands)
    w.env[op.results[0]] = make("add", c, make(PRODUCT, side, each, Held(w.lanes), a, b))


def _shape(op: ir.Operation) -> tuple[int, int]:
    """The side of the result, and the elements a lane has of an operand."""
    kind = ir.StringAttr(op.attributes["kind"]).value
    if any(ir.IntegerAttr(op.attributes[flag]).value for flag in MODIFIERS if flag in op.attributes):
        raise NotModelled(f"the matrix instruction '{kind}' with modifiers")
    try:
        form = mfma_form(kind)
    except KeyError:
        raise NotModelled(f"the matrix instruction '{kind}'") from None
    if form.types != ("f16", "f16", "f32") or form.blocks != 1 or form.constants["M"] not in SIDES:
        raise NotModelled(f"the matrix instruction '{kind}'")
    return form.constants["M"], form.constants["E"]


def _whole_wave(w: Walker, side: int) -> None:
    """All lanes of a wave get here, or none; they are told apart by lines as long as the result is wide."""
    if len(w.lanes) == 1:
        raise NotModelled("matrix instructions in a kernel whose lanes exchange values in other ways too")
    if not w.lanes:
        raise NotModelled(f"a matrix instruction in a block whose width is no multiple of {LANES}, or beside one of another shape")
    here = w.domain.intersect_params(w.box.sizes)
    wave = project_out(here, w.lanes).intersect_params(within(w.lanes[0], LANES // side)).intersect_params(within(w.lanes[1], side))
    if w.exited is not None or not holds(here, wave):
        raise NotModelled("a matrix instruction that not all lanes of a wave are shown to reach")


def _result_row(side: int, group: PwAff) -> PwAff:
    """The row of register `LANE` of the lanes of a group."""
    register = name(LANE)
    if side == SIDES[0]:
        return group.mul(number(REGISTERS)).add(register)
    four = register.div(number(REGISTERS)).floor().mul(number(REGISTERS * LANES // side))
    return four.add(group.mul(number(REGISTERS))).add(register.tdiv_r(number(REGISTERS)))


def _product(e: Evaluator, term: Term, domain: Set) -> Pieces:
    """Rows of the first operand by columns of the second: depth `each * group + element` is what the lanes of a group have."""
    side, each, held, *operands = term.args
    (of_group, of_line), group, element = held.what, fresh("g"), fresh("d")
    every = project_out(domain, [of_group, of_line, LANE])
    for of, extent in ((of_group, LANES // side), (of_line, side), (LANE, each)):
        every = every.intersect_params(within(of, extent))
    sides = []
    for operand, line in zip(operands, (_result_row(side, name(of_group)), name(of_line)), strict=True):
        sides.append(_moved(e.term(operand, every), {of_group: name(group), of_line: line, LANE: name(element)}))
    steps = within(group, LANES // side).intersect(within(element, each))
    products = apply(algebra.multiply, domain.intersect_params(steps), *sides)
    return [(domain, algebra.sum_pieces((group, element), products, domain))]


def _moved(pieces: Pieces, place: dict[str, PwAff]) -> Pieces:
    """What other lanes have."""
    return [(substitute_in_set(at, place), None if value is None else substituted(value, place)) for at, value in pieces]


KINDS[PRODUCT] = _product
