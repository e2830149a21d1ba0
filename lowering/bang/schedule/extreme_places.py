"""Where the greatest (or least) element of a row stands: `__bang_argmax` of each piece, the best piece by scalars.

The builtin leaves the value and, as an integer in the word behind it, the first index of it in the piece. A loop whose places grow by one
from turn to turn adds the piece's own; of equal pieces it keeps the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlir import ir
from mlir.dialects import arith, memref

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import defining
from xpiler.analysis.pair_choices import Ties
from xpiler.analysis.pair_folds import PairFold, pair_fold, step_of
from xpiler.analysis.pair_orders import order_of
from xpiler.analysis.reductions import is_identity
from xpiler.lowering.bang.schedule.bits_of_floats import retyped
from xpiler.transforms.pair_code import pair_step
from xpiler.transforms.rewriting import index, unnamed, variable

if TYPE_CHECKING:
    from xpiler.lowering.bang.schedule.piece import Piece


@dataclass(frozen=True)
class ExtremePlace:
    """A loop that looks for a float and its place.

    `ties`: whether places decide between equal pieces; `begins_with_nothing`: with an infinity at the first place, so that of one piece
    what the builtin finds is all.
    """

    fold: PairFold
    ties: bool
    begins_with_nothing: bool

    def leaves_out(self) -> set[ir.Operation]:
        """The operations of the loop that the builtin does."""
        step, place = step_of(self.fold), defining(self.fold.place)
        counted = place is not None and all(use.owner.operation in step for use in self.fold.place.uses)
        return step | {place} if counted else step

    def joined(self, piece: Piece, found: ir.Value, src: ir.Value, so_far: list[ir.Value]) -> list[ir.Value]:
        """What the loop carries behind one piece; `found` is an array for what the builtin leaves."""
        piece.builtins.arg("max" if self.fold.choice.greatest else "min", found, src)
        word, (value, place) = self.fold.place.type, self.fold.positions
        with unnamed(self.fold.loop.location):
            best = memref.load(found, [index(0)])
        with ir.Location.name("found", unnamed(self.fold.loop.location)):
            within = memref.load(retyped(found, word), [index(1)])
        with unnamed(self.fold.loop.location):
            nowrap = arith.IntegerOverflowFlags.nsw  # it is the place of an element
            new = best, arith.addi(within, piece.scalar(self.fold.place), overflow_flags=nowrap)
        if self.begins_with_nothing and so_far[value] == self.fold.starts[0]:
            return [new[self.fold.positions.index(k)] for k in range(len(so_far))]
        names = [argument.location for argument in list(self.fold.loop.regions[0].blocks[0].arguments)[1:]]
        with names[place]:
            chosen = pair_step(*self.fold.operators, new, (so_far[value], so_far[place]), self.ties)
        return [chosen[self.fold.positions.index(k)] for k in range(len(so_far))]


def extreme_place(loop: ir.Operation) -> ExtremePlace | None:
    """The loop as a search for the first place of an extreme, if it is one whose places grow by one."""
    fold = pair_fold(loop) if loop.name == "scf.for" and len(loop.results) == len(("value", "place")) else None
    if fold is None or fold.inner is not None or str(fold.value.type) != "f32" or str(fold.place.type) != "i32":
        return None
    order = order_of(fold)
    if order is None or not order.first or fold.choice.ties is Ties.TAKEN:
        return None
    forms = forms_of(loop)
    parts = forms.of(fold.place).split(forms.atom(variable(loop)))
    if parts is None or parts[0].as_int() != 1:
        return None
    nothing = is_identity(fold.starts[0], fold.operators[0]) and forms.of(fold.starts[1]) == parts[1]
    return ExtremePlace(fold, fold.choice.ties is Ties.BY_PLACE, nothing)
