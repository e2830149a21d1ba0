"""What is wrong only where a size is a multiple of a tile, or one short of it, and loops that small sizes never enter."""

from __future__ import annotations

import pytest
from proof_subjects import corpus

from xpiler.verify.border_rows import border_sizes
from xpiler.verify.coverage import Coverage
from xpiler.verify.stages import at_sizes, staged
from xpiler.verify.verdict import Verdict

SCALED = "cols - 16; c += 16)\n      _mm512_storeu_ps(out + c, _mm512_mul_ps(_mm512_loadu_ps(out + c), scale));\n    "
# The kernel that is changed against one of another platform: a mask one lane too early, a tail that begins behind the last whole
# vector, a block that is a thread short, a sum that is short at one size alone, registers that small numbers of channels do not fill.
WRONG = {
    "mask": ("gemm", ".cu", ".cpp", "N - j >= 16 ?", "N - j >= 15 ?"),
    "tail": ("softmax", ".cu", ".cpp", f"c <= {SCALED}for (; c", f"c < {SCALED}for (c = cols - cols % 16; c"),
    "block": ("relu", ".hip", ".cu", "(n + 1023) / 1024, 256", "(n + 1023) / 1024, 255"),
    "a loop of dear rows": (
        "dense",
        ".mlu",
        ".cpp",
        "_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i)",
        "_mm512_loadu_ps(a + i), _mm512_loadu_ps(a + i)",
    ),
    "padded tile": (
        "nchw_to_nhwc",
        ".cpp",
        ".cu",
        "if (c < channels && p < pixels) out",
        "if (c < channels && p < pixels - (pixels % 32 == 31)) out",
    ),
    "one size": ("col_sum", ".cu", ".hip", "y < TY; ++y", "y < TY - (rows == 300); ++y"),
    "registers": ("avgpool", ".hip", ".cpp", "_mm256_set1_ps(ninth)", "_mm256_set1_ps(0.125f)"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_borders_alone_show_is_not_proved(changed, name: str) -> None:
    kernel, source, target, old, new = WRONG[name]
    assert at_sizes(corpus(kernel, source), changed(kernel, target, old, new), {}, 30).answer.verdict is Verdict.UNSUPPORTED
    assert at_sizes(corpus(kernel, source), corpus(kernel, target), {}, 30).answer.verdict is Verdict.PROVED


COPIED = 'extern "C" void k_kernel(const float *A, float *T, int n) {{\n  for (int i = 0; i < n; ++i) T[i] = A[i];\n{more}}}\n'


@pytest.mark.parametrize(("more", "verdict"), [("n / 4000000", Verdict.UNSUPPORTED), ("-n", Verdict.PROVED)])
def test_a_loop_that_no_row_enters_is_no_proof(written, more: str, verdict: Verdict) -> None:
    """One that no size enters is not asked for."""
    looped = COPIED.format(more=f"  for (int i = 0; i < {more}; ++i) T[i] = 0.0f;\n")
    found = at_sizes(written(COPIED.format(more=""), ".cpp"), written(looped, ".cpp"), {}, 30).answer
    assert found.verdict is verdict
    assert verdict is Verdict.PROVED or "do not exercise" in found.reason


def test_rows_that_an_earlier_stage_executed_cost_what_they_cost_then() -> None:
    """The steps of the first row, which those that enter a loop may take, are told by the row."""
    assert staged(corpus("dense", ".mlu"), corpus("dense", ".cpp"), {}, 60).answer.verdict is Verdict.PROVED


def test_going_round_again_is_going_round(written) -> None:
    module = written(COPIED.format(more=""), ".cpp")
    coverage = Coverage((module,))
    assert "the loop" in coverage.never_run
    (place,) = {place for place, _ in coverage._open}
    coverage.add(frozenset({(place, "again")}))
    assert coverage.is_complete


def test_numbers_that_round_up_or_pad_are_no_borders() -> None:
    assert list(border_sizes([16, 15, 32, 33])) == [16, 15, 32, 31]
    assert list(border_sizes([9])) == [9, 8]
