"""The space, the constraints decided before building, the cost model's order, and the strategies on a landscape of our own."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest

from xpiler.diagnostics import PassFailed
from xpiler.passes import pass_class
from xpiler.pipeline import Pipeline
from xpiler.platforms.target import Target
from xpiler.tune.builder import Candidate
from xpiler.tune.search import RandomOrder, Ranking, TreeSearch
from xpiler.tune.space import GENERAL, Point, Space

BANG = Space(Target("bang", "mtp_592"))


def test_what_cannot_fit_is_left_out() -> None:
    tiles = [step for point in BANG.points(("bang-matmul",)) for step in point.steps]
    assert tiles[0].options() == {}
    assert max(step.memory_bytes(4)["nram"] for step in tiles) <= 393216
    assert not any(step.options() == {"tile_rows": "256", "tile_columns": "256", "depth": "1024"} for step in tiles)
    narrow = [step for point in Space(Target("bang", "mtp_592"), 1).points(("bang-matmul",)) for step in point.steps]
    assert len(narrow) > len(tiles)


def test_accumulators_fit_the_registers() -> None:
    shapes = [point.steps[0] for point in Space(Target("vnni", "icelake-server")).points(("vnni-float-product",))]
    assert all((step.rows * step.registers + step.registers + 1) <= 32 for step in shapes)
    assert any(step.rows * step.registers >= 24 for step in shapes)


@pytest.mark.parametrize(("flag", "option"), [("bang-matmul", "depth"), ("bang-nram-pieces", "longest")])
def test_a_length_is_a_multiple_of_a_granule(flag: str, option: str) -> None:
    with pytest.raises(PassFailed, match="multiple of 64"):
        pass_class(flag).with_options({option: "100"})


def test_a_point_is_a_schedule_that_parses_back() -> None:
    points = [point.schedule for point in BANG.points(("reduction-split", "bang-nram-pieces"))]
    assert points[0] == "reduction-split,bang-nram-pieces{arch=mtp_592}"
    assert "reduction-split,bang-nram-pieces{arch=mtp_592 longest=512 pipeline=true}" in points
    assert all(",".join(map(str, Pipeline.parse(text).stages)) == text for text in points)


def landscape(good: Callable[[Point], float]) -> Callable[[Sequence[Point]], list[Candidate]]:
    """A lowering whose texts are the schedules, and whose estimate is what a point truly costs."""
    return lambda points: [Candidate(point, point.schedule, good(point)) for point in points]


def cost(point: Point) -> float:
    """Pieces pay where they are long, and only behind the passes that leave them something to do."""
    pieces = next((step for step in point.steps if step.name == "bang-nram-pieces"), None)
    if pieces is None:
        return 100.0
    behind = point.sequence.index("bang-nram-pieces")
    merged = 0.5 if "loop-merge" in point.sequence[:behind] else 1.0
    return merged * (10 + 8192 / pieces.longest + abs(pieces.longest - 16384) / 8192)


def best_of(strategy: TreeSearch | RandomOrder, trials: int) -> float:
    best = float("inf")
    for _ in range(trials):
        candidate = strategy.propose()
        assert candidate is not None
        score = cost(candidate.point)
        best = min(best, score)
        strategy.learn(candidate, 12.0 / score)
    return best


def test_tree_search_beats_random_order() -> None:
    """Over six seeds, at equal trials; and it finds the best sequence with the best piece most of the time."""
    lower, tree, chance = landscape(cost), [], []
    for seed in range(6):
        random_state = random.Random(seed)
        tree.append(best_of(TreeSearch(BANG, Ranking(BANG, lower, random_state), random_state), 20))
        random_state = random.Random(seed)
        chance.append(best_of(RandomOrder(BANG, Ranking(BANG, lower, random_state), random_state, lower), 20))
    assert sum(tree) < sum(chance)
    assert sorted(tree)[3] == 0.5 * (10 + 8192 / 16384)


def test_the_model_ranks_and_one_text_is_one_candidate() -> None:
    ranking = Ranking(BANG, landscape(cost), random.Random(0))
    first = ranking.of(("bang-nram-pieces",))
    assert [c.estimate for c in first] == sorted(c.estimate for c in first)
    assert ranking.of(("bang-nram-pieces",)) == []


def test_decisions_are_completed_by_the_default_schedule() -> None:
    assert BANG.completed(()) == BANG.default.sequence
    others = [name for name in BANG.default.sequence if name != "bang-transpose"]
    assert BANG.completed(("loop-merge", "-bang-transpose")) == ("loop-merge", *others)
    assert "bang-transpose" not in BANG.moves(("-bang-transpose",))


def test_a_space_that_is_used_up_ends_the_search() -> None:
    chance = random.Random(0)
    small = Space(BANG.target, idle=frozenset({"loop-digits", "bang-matmul", "bang-rows", "loop-merge", "loop-interchange"}))
    search = TreeSearch(small, Ranking(small, lambda points: [Candidate(p, "same", 1.0) for p in points], chance), chance)
    first = search.propose()
    assert first is not None
    search.learn(first, 1.0)
    assert search.propose() is None


def test_a_pass_that_does_nothing_unless_asked_is_asked() -> None:
    """Rows stay as they are by default: leaving the pass out says nothing about it, another setting does."""
    probes = [point.schedule for point in BANG.probes()["bang-rows"]]
    assert any("bang-rows{stages=1}" in schedule for schedule in probes)
    assert any("bang-rows" not in schedule for schedule in probes)


def test_chance_takes_what_few_passes_there_are() -> None:
    small = Space(BANG.target, idle=frozenset({*BANG.default.sequence, *GENERAL} - {"bang-nram-pieces"}))
    lower, chance = landscape(cost), random.Random(0)
    search = RandomOrder(small, Ranking(small, lower, chance), chance, lower)
    found = [search.propose() for _ in range(5)]
    assert all(candidate is not None and candidate.point.sequence == ("bang-nram-pieces",) for candidate in found)
