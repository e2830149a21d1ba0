"""What lanes do with their shares of a reduction: how two shares are one, and what a share begins with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.effects import is_pure
from xpiler.analysis.pair_folds import pair_fold
from xpiler.analysis.pair_orders import order_of
from xpiler.analysis.reductions import FOLD_WORDS, IDEMPOTENT, folds_of
from xpiler.transforms.pair_code import pair_step
from xpiler.transforms.rewriting import applied


@dataclass(frozen=True)
class SharedFold:
    """The folds of a loop's accumulators, or the order by which it looks for a value and its place (`pair`: where these two stand)."""

    operators: tuple[str, ...]
    pair: tuple[int, int] | None = None

    def joined(self, own: Iterable[ir.Value], other: Iterable[ir.Value]) -> list[ir.Value]:
        """Two shares as one."""
        own, other = list(own), list(other)
        if self.pair is None:
            return [applied(*each) for each in zip(self.operators, own, other, strict=True)]
        value, place = self.pair
        chosen = pair_step(self.operators[value], self.operators[place], (other[value], other[place]), (own[value], own[place]))
        return [chosen[self.pair.index(k)] for k in range(len(own))]

    def repeats(self, k: int) -> bool:
        """Whether each share may begin with what the k-th accumulator begins with."""
        return self.pair is not None or self.operators[k] in IDEMPOTENT

    def word(self, k: int) -> str:
        """What the k-th accumulator holds."""
        return "place" if self.pair is not None and self.pair[1] == k else FOLD_WORDS.get(self.operators[k], "result")


def shared_fold(loop: ir.Operation) -> SharedFold | None:
    """How the turns of an scf.for can be shared out, if they can."""
    operators = tuple(fold.operator for fold in folds_of(loop))
    if all(operators):
        return SharedFold(operators)
    fold = pair_fold(loop) if len(operators) == len(("value", "place")) and is_pure(loop) else None
    order = None if fold is None else order_of(fold)
    if order is None:
        return None
    names = dict(zip(fold.positions, fold.operators_of(order), strict=True))
    return SharedFold((names[0], names[1]), fold.positions)
