"""Twins of proved pairs, one thing wrong in each: none may be proved, and the reason names what is wrong."""

from __future__ import annotations

import pytest
from proof_subjects import SIZES, answer, corpus, text_of

from xpiler.verify.verdict import Verdict

TWINS = [
    pytest.param("add", ".cu", "i < n", "i < n - 1", "uninitialised", id="bound-one-short"),
    pytest.param("add", ".cu", "i < n", "i <= n", "bounds", id="bound-one-far"),
    pytest.param("add", ".cu", "A[i] + B[i]", "A[i] - B[i]", "T[0]", id="operator"),
    pytest.param("add", ".cu", "(n + 255) / 256", "n / 256", "launch", id="grid-rounded-down"),
    pytest.param("add", ".mlu", "__sync_io_move_compute();", "", "race", id="missing-sync"),
    pytest.param("add", ".mlu", "i < mine + 2", "i < mine + 1", "uninitialised", id="pipeline-not-drained"),
    pytest.param(
        "transpose", ".cu", "tile[threadIdx.x][threadIdx.y + j]", "tile[threadIdx.y + j][threadIdx.x]", "T[", id="swapped-subscripts"
    ),
    pytest.param("transpose", ".cu", "__syncthreads();", "", "race", id="missing-barrier"),
    pytest.param("transpose", ".cu", "[(y + j) * rows + x]", "[(y + j) * cols + x]", "", id="wrong-stride"),
    pytest.param("row_sum", ".cpp", "for (; c < cols; ++c)", "for (; c < cols - 1; ++c)", "T[0]", id="dropped-tail"),
    pytest.param("row_sum", ".cu", "delta = 16", "delta = 8", "T[0]", id="half-a-warp"),
    pytest.param("row_sum", ".hip", "__syncthreads();", "", "race", id="missing-barriers-of-a-tree"),
    pytest.param("gelu", ".cpp", "0.044715f", "0.044714f", "T[0]", id="constant"),
    pytest.param("softmax", ".cu", "expf(row[c] - peak) * scale", "expf(row[c]) * scale", "T[0]", id="forgotten-shift"),
    pytest.param("maxpool", ".cu", "fmaxf", "fminf", "", id="minimum-for-maximum"),
    pytest.param("gemm", ".cpp", "k < K", "k < K - 1", "C[0]", id="one-product-less"),
]


@pytest.mark.parametrize(("name", "suffix", "old", "new", "reason"), TWINS)
def test_a_twin_is_not_proved(changed, name: str, suffix: str, old: str, new: str, reason: str) -> None:
    other = ".cpp" if suffix != ".cpp" else ".cu"
    found = answer(corpus(name, other), changed(name, suffix, old, new), SIZES[name])
    assert found.verdict is Verdict.UNSUPPORTED  # nothing is refuted without a run
    assert reason in found.reason


def test_each_barrier_of_softmax_is_needed(changed) -> None:
    """Two of them order the reuse of one array."""
    for skipped in range(3):
        parts = _text_parts()
        assert len(parts) == 4
        text = parts[0] + "".join(("" if k == skipped else "__syncthreads();") + part for k, part in enumerate(parts[1:]))
        found = answer(corpus("softmax", ".cpp"), changed("softmax", ".cu", "__syncthreads();".join(parts), text), SIZES["softmax"])
        assert found.verdict is Verdict.UNSUPPORTED
        assert "race" in found.reason


def _text_parts() -> list[str]:
    return text_of("softmax", ".cu").split("__syncthreads();")


def test_a_wrong_source_proves_nothing(changed) -> None:
    racy = changed("transpose", ".cu", "__syncthreads();", "")
    found = answer(racy, racy, SIZES["transpose"])
    assert found.verdict is Verdict.UNSUPPORTED
    assert found.reason.startswith("the source is wrong: race")


@pytest.mark.parametrize(("sync", "verdict"), [("__sync_io();", Verdict.PROVED), ("__sync_move();", Verdict.UNSUPPORTED)])
def test_a_sync_waits_for_its_own_queue(changed, sync: str, verdict: Verdict) -> None:
    """Copies from off the chip run in the queue of input and output."""
    module = changed("gemm_half", ".mlu", "__sync_io();", sync)
    found = answer(corpus("gemm_half", ".mlu"), module, {"M": 2, "N": 3, "K": 5})
    assert found.verdict is verdict, found
    assert verdict is Verdict.PROVED or "race" in found.reason
