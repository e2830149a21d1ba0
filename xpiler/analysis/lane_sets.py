"""Regular families of element sets: rows, columns and segments that the number of a lane decides."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
from mlir import ir
from mlir.dialects import arith


@dataclass(frozen=True)
class LaneSets:
    """Group g is the elements `first + step*g + stride*k` for k below `count`; a lane's group is a sum of weighted features.

    A feature is a lane coordinate `v`, or `v floordiv width`; width 1 is the coordinate itself.
    """

    count: int
    stride: int
    first: int
    step: int
    groups: int
    features: tuple[tuple[ir.Value, int, int], ...]  # coordinate, width, weight
    offset: int

    def groups_key(self) -> tuple[int, ...]:
        """What the reductions themselves depend on, however lanes find theirs."""
        return (self.count, self.stride, self.first, self.step, self.groups)

    def moved(self, by: int) -> LaneSets:
        """The sets of the elements that stand so much behind these."""
        return replace(self, first=self.first + by)

    def element(self, group: ir.Value | None, k: ir.Value) -> ir.Value:
        """The position of the k-th element of a group, as arithmetic at the insertion point."""
        position = _plus(_times(k, self.stride), self.first)
        return position if group is None else arith.addi(_times(group, self.step), position)

    def group_index(self) -> ir.Value:
        """The group of the current lane, as arithmetic at the insertion point."""
        total: ir.Value | None = None
        for value, width, weight in self.features:
            feature = value if width == 1 else arith.floordivsi(value, _constant(width))
            weighted = _times(feature, weight)
            total = weighted if total is None else arith.addi(total, weighted)
        return _plus(total, self.offset) if total is not None else _constant(self.offset)


def fit_lane_sets(masks: list[int], coordinates: dict[ir.Value, list[int]]) -> LaneSets | None:
    """The regular family that the lanes' sets are, if they are one."""
    shapes = {mask: _progression(mask) for mask in set(masks)}
    if None in shapes.values() or len({shape[1:] for shape in shapes.values()}) != 1:
        return None
    stride, count = next(iter(shapes.values()))[1:]
    starts = [shapes[mask][0] for mask in masks]
    distinct = sorted(set(starts))
    steps = {b - a for a, b in itertools.pairwise(distinct)}
    if len(steps) > 1:
        return None
    step = steps.pop() if steps else 0
    groups = [(start - distinct[0]) // step for start in starts] if step else []
    fit = _fit(groups, coordinates, (count, count * stride, stride)) if step else ((), 0)
    return LaneSets(count, stride, distinct[0], step, len(distinct), *fit) if fit else None


def _progression(mask: int) -> tuple[int, int, int] | None:
    """(first, stride, count) of an arithmetic progression of bits."""
    bits = [k for k in range(mask.bit_length()) if mask >> k & 1]
    if not bits:
        return None
    strides = {b - a for a, b in itertools.pairwise(bits)}
    return None if len(strides) > 1 else (bits[0], strides.pop() if strides else 1, len(bits))


def _fit(target: list[int], coordinates: dict[ir.Value, list[int]], widths: tuple[int, ...]) -> tuple[tuple, int] | None:
    """Integer weights of coordinates (and of their quotients by `widths`) that give `target` in every lane; few features first."""
    features = [(v, w) for v in coordinates for w in dict.fromkeys((1, *widths)) if w >= 1]
    columns = [[number // w for number in coordinates[v]] for v, w in features]
    for feature, column in zip(features, columns, strict=True):
        line = _line(column, target)
        if line:
            return (((*feature, line[0]),) if line[0] else ()), line[1]
    return _combination(features, columns, target)


def _line(column: list[int], target: list[int]) -> tuple[int, int] | None:
    """Integers (weight, offset) for which every target is `weight * number + offset`."""
    first = column[0]
    other = next((k for k, number in enumerate(column) if number != first), None)
    if other is None:
        return None
    weight = (target[other] - target[0]) // (column[other] - first)
    offset = target[0] - weight * first
    return (weight, offset) if all(weight * n + offset == t for n, t in zip(column, target, strict=True)) else None


def _combination(features: list[tuple[ir.Value, int]], columns: list[list[int]], target: list[int]) -> tuple[tuple, int] | None:
    """Integer weights of all features together, by least squares."""
    matrix = np.stack([*map(np.array, columns), np.ones(len(target), dtype=np.int64)], axis=1)
    weights, *_ = np.linalg.lstsq(matrix.astype(float), np.array(target, dtype=float), rcond=None)
    rounded = np.rint(weights).astype(np.int64)
    if not (matrix @ rounded == np.array(target)).all():
        return None
    used = tuple((*feature, int(w)) for feature, w in zip(features, rounded, strict=False) if w)
    return used, int(rounded[-1])


def _times(value: ir.Value, factor: int) -> ir.Value:
    return value if factor == 1 else arith.muli(value, _constant(factor))


def _plus(value: ir.Value, offset: int) -> ir.Value:
    return value if offset == 0 else arith.addi(value, _constant(offset))


def _constant(number: int) -> ir.Value:
    return arith.constant(ir.IndexType.get(), number)
