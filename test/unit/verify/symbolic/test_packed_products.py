"""The default float product of AVX-512, with its packed columns and its tile of sums, for all sizes; twins are not proved."""

from __future__ import annotations

from pathlib import Path

import pytest
from all_sizes import doubt
from proof_subjects import corpus

PACKED = (Path(__file__).parents[2] / "lowering" / "golden" / "gemm_packed.cpp").read_text()
TWINS = {
    "row-of-its-neighbour": ("(int64_t)row + r < M", "(int64_t)row + r <= M"),
    "sums-of-the-first-piece-lost": ("start > 0 ? left : 0", "start > 512 ? left : 0"),
    "stale-piece": ("std::min(K - start, 512)", "512"),
    "sums-not-cleared": ("c < 384", "c < 368"),
}


def test_equal_for_all_sizes(written) -> None:
    assert doubt(corpus("gemm", ".cpp"), written(PACKED, ".cpp")) == ""


@pytest.mark.parametrize("twin", TWINS)
def test_a_twin_is_not_proved(written, twin: str) -> None:
    old, new = TWINS[twin]
    assert old in PACKED
    assert doubt(corpus("gemm", ".cpp"), written(PACKED.replace(old, new), ".cpp")) != ""
