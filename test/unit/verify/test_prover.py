"""Which sizes a proof is made at, and what it says of those it is not."""

from __future__ import annotations

import pytest
from proof_subjects import answer, corpus

from xpiler.verify.model.side import Unit
from xpiler.verify.prover import prove
from xpiler.verify.signature import inside
from xpiler.verify.sizes import Candidate, candidates
from xpiler.verify.stages import at_sizes
from xpiler.verify.validator import attempt, validate
from xpiler.verify.verdict import Verdict


def test_sizes_pass_the_block_of_the_launch() -> None:
    source = corpus("add", ".cu")
    rows = [c.sizes["n"] for c in candidates(Unit.of(source).parameters, (source, source))]
    assert rows[:3] == [5, 1, 2]
    assert any(n > 256 for n in rows)


def test_a_proof_goes_on_until_all_branches_went_both_ways() -> None:
    proof = at_sizes(corpus("add", ".cu"), corpus("add", ".cpp"), {}, 60)
    assert proof.answer.verdict is Verdict.PROVED
    assert max(row["n"] for row, _ in proof.rows) > 256
    assert proof.answer.notes == ()


def test_a_proof_at_one_size_names_what_it_did_not_exercise() -> None:
    proof = prove(corpus("add", ".cu"), corpus("add", ".cpp"), [Candidate({"n": 256})], 60)
    assert any("several blocks" in note for note in proof.answer.notes)
    assert any("branch" in note and "not taken" in note for note in proof.answer.notes)


def test_a_difference_past_the_first_block_is_found(changed) -> None:
    wrong = changed("add", ".cu", "A[i] + B[i]", "A[i] + B[i - blockIdx.x]")
    assert answer(corpus("add", ".cpp"), wrong, {"n": 37}).verdict is Verdict.PROVED
    proof = at_sizes(corpus("add", ".cpp"), wrong, {}, 60)
    assert proof.answer.verdict is Verdict.UNSUPPORTED
    assert proof.stumble.sizes["n"] > 256


def test_sizes_that_the_source_does_not_take_are_left_out() -> None:
    half = corpus("gemm_half", ".hip")
    assert validate(half, half, {"M": 5, "N": 7, "K": 3}).stumbles_over_source
    proof = at_sizes(half, half, {}, 60)
    assert proof.answer.verdict is Verdict.PROVED
    assert all(value % 16 == 0 for row, _ in proof.rows for value in row.values())


def test_a_row_that_is_far_too_long_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[int] = []

    def noted(source, target, sizes, budget):
        begun.append(sizes["n"])
        return attempt(source, target, sizes, budget)

    monkeypatch.setattr("xpiler.verify.prover.STEPS_OF_A_ROW", 20_000)
    monkeypatch.setattr("xpiler.verify.prover.attempt", noted)
    gelu = corpus("gelu", ".mlu")
    proof = prove(gelu, gelu, [Candidate({"n": n}) for n in (16, 256, 1 << 16, 257)], 60)
    assert proof.answer.verdict is Verdict.PROVED
    assert begun == [16, 256, 257]


def test_a_row_without_the_border_of_one_that_was_too_long_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[int] = []

    def noted(source, target, sizes, budget):
        begun.append(sizes["n"])
        return attempt(source, target, sizes, budget)

    monkeypatch.setattr("xpiler.verify.prover.STEPS_OF_A_ROW", 20_000)
    monkeypatch.setattr("xpiler.verify.prover.FAR_TOO_LONG", 100)
    monkeypatch.setattr("xpiler.verify.prover.attempt", noted)
    gelu = corpus("gelu", ".mlu")
    proof = prove(gelu, gelu, [Candidate({"n": n}) for n in (16, 256, 4099, 4096, 257)], 60)
    assert proof.answer.verdict is Verdict.PROVED
    assert begun == [16, 256, 4099, 257]


def test_a_module_that_changed_between_two_proofs_is_judged_anew(changed) -> None:
    """Repair and the judge of proposals change modules in place."""
    right, module = corpus("add", ".cu"), changed("add", ".cu", "A[i] + B[i]", "A[i] + B[i]")
    rows = [Candidate({"n": 5})]
    assert prove(right, module, rows, 60).answer.verdict is Verdict.PROVED
    summed = next(op for op in inside(module.operation) if op.name == "arith.addf")
    summed.operands[1] = summed.operands[0]
    assert prove(right, module, rows, 60).answer.verdict is not Verdict.PROVED
    assert validate(right, module, {"n": 5}).verdict is not Verdict.PROVED


def test_a_second_whole_piece_of_a_pipeline_is_executed(changed) -> None:
    """A buffer that is half as large as a piece is overrun by a whole piece in its second half only."""
    pipeline = changed("add", ".mlu", "nram_a[2][CHUNK]", "nram_a[2][CHUNK / 2]")
    found = at_sizes(corpus("add", ".cpp"), pipeline, {}, 30).answer
    assert found.verdict is not Verdict.PROVED
    assert "nram_a" in found.reason


TWICE = """#include <cuda_runtime.h>
__global__ void k(float *T, int n) {{ int i = threadIdx.x; if (i < n && i != 2) T[i] = T[i] + 1.0f; }}
extern "C" void k_kernel(const float *A, float *T, int n) {{
  float *t;
  cudaMalloc(&t, n * 4);
  {before}
  cudaMemcpy(t, T, n * 4, cudaMemcpyHostToDevice);
  k<<<1, 64>>>(t, n);
  {after}
  cudaMemcpy(T, t, n * 4, cudaMemcpyDeviceToHost);
}}
"""
THROUGH = """float *u; cudaMalloc(&u, n * 4); cudaMemcpy(u, A, n * 4, cudaMemcpyHostToDevice);
  cudaMemcpy(T, u, n * 4, cudaMemcpyDeviceToHost);"""
OVER = "cudaMemcpy(t, A, n * 4, cudaMemcpyHostToDevice);"


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [(OVER, "", Verdict.PROVED), ("", OVER, Verdict.UNSUPPORTED), ("", THROUGH, Verdict.PROVED)],
    ids=["a copy over a copy", "a copy over the result", "a copy to the parameter before the copy back"],
)
def test_what_device_memory_holds_is_what_was_copied_last(written, before: str, after: str, verdict: Verdict) -> None:
    body = "for (int i = 0; i < n; ++i) if (i != 2) T[i] += A[i] - A[i] + 1.0f; if (n > 99) T[0] = A[2];"
    source = written(f'extern "C" void k_kernel(const float *A, float *T, int n) {{ {body} }}', ".cpp")
    target = written(TWICE.format(before=before, after=after), ".cu")
    assert validate(source, target, {"n": 5}).verdict is verdict


def test_a_row_in_part_whose_product_no_integer_holds_shows_nothing() -> None:
    """Four sizes past 65535 at once."""
    found = at_sizes(corpus("maxpool", ".cu"), corpus("maxpool", ".cpp"), {}, 30).answer
    assert found.verdict is Verdict.PROVED
