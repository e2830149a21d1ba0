"""Refutations explained: the smallest sizes, the first differing element, the statements, or the finding of a simulator."""

from __future__ import annotations

from pathlib import Path

import pytest
from proof_subjects import KERNELS, PLATFORMS, corpus, text_of

from xpiler import frontend
from xpiler.platforms.names import DEFAULT_ARCH
from xpiler.verify.counterexample import Counterexample
from xpiler.verify.counterexample_search import small_rows
from xpiler.verify.differential import Text
from xpiler.verify.refutation import explained


@pytest.fixture
def explain(tmp_path: Path):
    """The counterexample of a corpus kernel with one piece of text replaced."""

    def run(name: str, suffix: str, old: str, new: str, sizes: dict[str, int]) -> Counterexample | None:
        path, platform = tmp_path / f"{name}{suffix}", PLATFORMS[suffix]
        path.write_text(text_of(name, suffix).replace(old, new))
        texts = [Text(p, platform, DEFAULT_ARCH[platform]) for p in (KERNELS / name / path.name, path)]
        return explained(tuple(texts), (corpus(name, suffix), frontend.read(path, platform)), sizes)

    return run


def test_a_dropped_element_is_shown_at_the_smallest_sizes(explain) -> None:
    found = explain("row_sum", ".cpp", "c < cols; ++c", "c < cols - 1; ++c", {"rows": 3, "cols": 37})
    assert found.sizes == {"rows": 1, "cols": 1}
    assert (found.buffer, found.element, found.expected, found.actual) == ("T", 0, 1.0, 0.0)
    assert all(place.endswith(":18:5: T[r] = sum;") for place in found.statements)
    assert "rows = 1, cols = 1, A = [1]" in str(found)


def test_what_fails_at_large_sizes_alone_is_lowered(explain) -> None:
    found = explain("softmax", ".cu", "offset = 16", "offset = 8", {"rows": 5, "cols": 300})
    assert found.sizes == {"rows": 1, "cols": 17}  # lanes above 15 are left out
    assert "out[c] = expf" in found.statements[1]


def test_a_race_is_shown_as_the_simulator_and_the_model_find_it(explain) -> None:
    found = explain("transpose", ".cu", "__syncthreads();", "", {"rows": 5, "cols": 7})
    assert found.finding.startswith("race: read of shared memory")
    assert "written by thread 1 of block 0 at" in found.statements[1]
    assert "read by thread 32" in found.statements[1]


def test_a_read_beyond_the_end_is_shown_natively(explain) -> None:
    found = explain("row_sum", ".cpp", "c < cols; ++c", "c < cols + 1; ++c", {"rows": 1, "cols": 3})
    assert found.finding.startswith("crashed")
    assert "bounds: read of 'A' of 1 elements at element 1" in found.statements[1]


def test_equal_programs_have_none(explain) -> None:
    assert explain("row_sum", ".cpp", "sum += row[c]", "sum = row[c] + sum", {"rows": 2, "cols": 5}) is None


def test_small_rows_come_in_the_order_of_their_product() -> None:
    rows = [tuple(row.values()) for row in small_rows({"rows": 3, "cols": 900})]
    assert rows[:4] == [(1, 1), (1, 2), (2, 1), (1, 3)]
    assert rows[-1] == (3, 4)
