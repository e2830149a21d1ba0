"""Trees over pairs of a value and its place: what is left is a loop over the elements; trees that break ties otherwise stay trees."""

from __future__ import annotations

import itertools
import random
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from mlir import ir
from pipeline_runs import assert_same_results
from test_normalize_corpus import count

from xpiler.analysis.pair_choices import STATES, Choice, Combined, Comparison, Condition, Ties, choice_of, holds
from xpiler.dialects import context
from xpiler.frontend import read
from xpiler.raising import raise_module

KERNELS = Path(__file__).parent / "pair_trees"
ROWS, COLS = 5, 300
CLEAN = (1, 1, 0, 0)  # loops over rows and over elements, no tree, no array

SUBJECTS = {  # the outputs of each kernel for `rows` rows of `cols` numbers, and the numbers that follow the arrays
    "cub_struct.cu": ([np.zeros(ROWS, np.int32)], [COLS, ROWS]),
    "two_arrays.cu": ([np.zeros(ROWS, np.float32), np.zeros(ROWS, np.int32)], [COLS, ROWS]),
    "warp_of_warps.cu": ([np.zeros(ROWS, np.int32)], [COLS, ROWS]),
    "column.cu": ([np.zeros(COLS, np.int32)], [ROWS, COLS]),
    "by_blocks.hip": ([np.zeros(12, np.float32), np.zeros(12, np.int32)], [ROWS * COLS]),
    "float2_pairs.cu": ([np.zeros(2 * ROWS, np.int32)], [COLS, ROWS]),
}
TWINS = [  # (kernel, what is changed, into what): other programs, which must come out as they are
    ("cub_struct.cu", "(b.value > a.value)", "(b.value >= a.value)"),
    ("cub_struct.cu", "(b.key < a.key)", "(b.key > a.key)"),
    ("cub_struct.cu", "((a.value == b.value) && (b.key < a.key))", "false"),
    ("cub_struct.cu", "theirs.key = __shfl_xor_sync(~0u, mine.key, d)", "theirs.key = __shfl_xor_sync(~0u, mine.key, d / 2)"),
    ("two_arrays.cu", "p[t + s] < p[t]", "p[t + s] > p[t]"),
    ("two_arrays.cu", "p[t] = p[t + s];", "p[t] = p[s];"),
    ("two_arrays.cu", "where = -1", "where = t"),
    ("two_arrays.cu", "where = -1", "where = 1000"),
    ("warp_of_warps.cu", "is[lane] : 0", "is[lane] : -3"),
    ("warp_of_warps.cu", "vs[lane] : -FLT_MAX", "vs[lane] : 2.0f"),
    ("warp_of_warps.cu", "mask = 16", "mask = 8"),
    ("warp_of_warps.cu", "ov == v ? oi < i : ov > v", "ov == v ? ov > v : oi < i"),
    ("column.cu", "there < where", "there > where"),
    ("column.cu", "(other == best && there < where)", "false"),
    ("by_blocks.hip", "? i : -1", "? i : 2000"),
    ("by_blocks.hip", "p[t + s] > p[t]", "p[t + s] < p[t]"),
    ("float2_pairs.cu", "o.y < best.y", "o.y < best.x"),
    ("float2_pairs.cu", "o = s[t]", "o = s[t - 1]"),
]
STAY_TREES = [TWINS[k] for k in (0, 2, 3, 4, 5, 11, 12, 13, 16)]


def numbers(name: str) -> np.ndarray:
    """Few different numbers, so that there are many ties."""
    kind = np.int32 if name == "float2_pairs.cu" else np.float32
    return np.random.default_rng(0).integers(-3, 3, ROWS * COLS).astype(kind)


def raised(path: Path, *, normalize: bool = True) -> ir.Module:
    return raise_module(read(path, "hip" if path.suffix == ".hip" else "cuda", context=context()), normalize=normalize)


def counts(module: ir.Module) -> tuple[int, ...]:
    return tuple(count(module, op) for op in ("scf.forall", "scf.for", "scf.while", "memref.alloca"))


def same_and_normal(path: Path, name: str) -> ir.Module:
    """The normal form, which computes what the kernel does as it is written."""
    before, after = raised(path, normalize=False), raised(path)
    kernel = next(op for op in after.body.operations if "xpiler.kernel" in op.attributes).name.value
    outputs, sizes = SUBJECTS[name]
    assert_same_results(before, after, kernel, [numbers(name)], [*outputs, *sizes])
    return after


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_tree_vanishes(name: str) -> None:
    assert counts(same_and_normal(KERNELS / name, name)) == CLEAN


@pytest.mark.parametrize(("name", "old", "new"), TWINS)
def test_a_twin_means_what_it_says(name: str, old: str, new: str, tmp_path: Path) -> None:
    text = (KERNELS / name).read_text()
    assert old in text
    path = tmp_path / name
    path.write_text(text.replace(old, new))
    after = same_and_normal(path, name)
    if (name, old, new) in STAY_TREES:
        assert counts(after) != CLEAN


def condition(generator: random.Random, depth: int = 2) -> Condition:
    if depth == 0:
        sides = generator.sample(generator.choice((["b", "a"], ["j", "i"])), 2)
        return Comparison(generator.choice(((0, 0, 1), (0, 1, 1), (1, 0, 0), (0, 1, 0), (1, 0, 1))), *sides)
    operation = generator.choice(("arith.andi", "arith.ori", "arith.xori", "arith.select"))
    return Combined(operation, tuple(condition(generator, depth - 1) for _ in range(3 if operation == "arith.select" else 2)))


def test_a_choice_by_place_is_the_greater_in_a_total_order() -> None:
    """Whatever the condition looks like: taken again and again, in any order, it takes the one greatest pair."""
    generator, found = random.Random(3), 0
    for _ in range(20000):
        decided = condition(generator)
        choice = choice_of(decided, ("b", "j"), ("a", "i"))
        if choice is None or choice.ties is not Ties.BY_PLACE:
            continue
        found += 1
        pairs = [(generator.randrange(3), generator.randrange(3)) for _ in range(5)]
        orders = {taken(decided, order) for order in itertools.permutations(pairs)}
        signs = (1 if choice.greatest else -1, -1 if choice.first else 1)
        assert orders == {max(pairs, key=lambda pair: (signs[0] * pair[0], signs[1] * pair[1]))}
    assert found > 50


def taken(decided: Condition, pairs: tuple[tuple[int, int], ...]) -> tuple[int, int]:
    old = pairs[0]
    for new in pairs[1:]:
        old = new if holds(decided, partial(sign, dict(zip("bjai", (*new, *old), strict=True)))) else old
    return old


def sign(values: dict[str, int], left: str, right: str) -> int:
    return (values[left] > values[right]) - (values[left] < values[right])


def test_what_is_compared_besides_is_no_choice() -> None:
    greater = Comparison((0, 0, 1), "b", "a")
    assert choice_of(greater, ("b", "j"), ("a", "i")) == Choice(greatest=True, ties=Ties.KEPT)
    assert choice_of(Combined("arith.ori", (greater, Comparison((0, 0, 1), "b", "c"))), ("b", "j"), ("a", "i")) is None
    assert len(STATES) == 9
