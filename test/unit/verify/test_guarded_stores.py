"""Branches on data that store: each right pair has a twin that must not pass, and what may not happen is no defect."""

from __future__ import annotations

import pytest
from proof_subjects import corpus

from xpiler.verify.stages import at_sizes
from xpiler.verify.verdict import Verdict

LOOP = 'extern "C" void k_kernel(const float *A, float *T, int n) {{ for (int i = 0; i < n; ++i) {{ {body} }} }}\n'
PAIRS = {
    "a store over another one": (
        "T[i] = A[i] > 1.0f ? 0.0f : A[i];",
        "T[i] = A[i]; if (A[i] > 1.0f) T[i] = 0.0f;",
        "T[i] = A[i]; if (A[i] < 1.0f) T[i] = 0.0f;",
    ),
    "a store where nothing was": (
        "if (A[i] > 1.0f) T[i] = A[i];",
        "float old = T[i]; T[i] = A[i] > 1.0f ? A[i] : old;",
        "T[i] = A[i] > 1.0f ? A[i] : 0.0f;",
    ),
    "both branches": (
        "T[i] = A[i] > 1.0f ? 0.0f : A[i];",
        "if (A[i] > 1.0f) T[i] = 0.0f; else T[i] = A[i];",
        "if (A[i] > 1.0f) T[i] = A[i]; else T[i] = 0.0f;",
    ),
    "a branch in a branch": (
        "T[i] = A[i] > 1.0f ? (A[i] > 2.0f ? 2.0f : 1.0f) : A[i];",
        "T[i] = A[i]; if (A[i] > 1.0f) { T[i] = 1.0f; if (A[i] > 2.0f) T[i] = 2.0f; }",
        "T[i] = A[i]; if (A[i] > 2.0f) T[i] = 2.0f; if (A[i] > 1.0f) T[i] = 1.0f;",
    ),
    "a branch on sizes in one on data": (
        "T[i] = A[i] > 1.0f && i > 2 ? 0.0f : A[i];",
        "T[i] = A[i]; if (A[i] > 1.0f) { if (i > 2) T[i] = 0.0f; }",
        "T[i] = A[i]; if (A[i] > 1.0f) { if (i > 1) T[i] = 0.0f; }",
    ),
    "what a branch stored is loaded": (
        "T[i] = A[i] > 1.0f ? A[i] + 2.0f : A[i];",
        "T[i] = A[i]; float s = A[i]; if (A[i] > 1.0f) { T[i] = s + 1.0f; s = s + 1.0f; T[i] = s + 1.0f; }",
        "T[i] = A[i]; float s = A[i]; if (A[i] > 1.0f) { T[i] = s + 1.0f; s = s + 2.0f; T[i] = s + 1.0f; }",
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_only_the_right_twin_is_proved(written, name: str) -> None:
    source, right, wrong = (written(LOOP.format(body=body), ".cpp") for body in PAIRS[name])
    assert at_sizes(source, right, {}, 20).answer.verdict is Verdict.PROVED
    assert at_sizes(source, wrong, {}, 20).answer.verdict is Verdict.UNSUPPORTED


SIZES = {"rows": 2, "cols": 130}
WRONG = [
    ("best[t] = other;", ""),
    ("at[t] = at[t + step];", ""),
    ("at[t + step] < at[t]", "at[t + step] > at[t]"),
    ("step = 64", "step = 32"),
    ("      }\n    }\n    __syncthreads();\n  }", "      }\n    }\n  }"),
]


def test_a_tree_of_pairs_in_shared_memory_is_proved() -> None:
    assert at_sizes(corpus("argmax", ".hip"), corpus("argmax", ".cpp"), SIZES, 20).answer.verdict is Verdict.PROVED


@pytest.mark.parametrize(("old", "new"), WRONG)
def test_a_wrong_tree_is_not(changed, old: str, new: str) -> None:
    answer = at_sizes(corpus("argmax", ".cpp"), changed("argmax", ".hip", old, new), SIZES, 20).answer
    assert answer.verdict is Verdict.UNSUPPORTED


BEYOND = "T[i] = A[i]; if (A[i] > 1e30f) T[{where}] = 0.0f;"


def test_a_store_out_of_bounds_that_may_not_happen_is_no_defect(written) -> None:
    source = written(LOOP.format(body=BEYOND.format(where="i - n")), ".cpp")
    found = at_sizes(source, source, {}, 20)
    assert found.answer.verdict is Verdict.UNSUPPORTED
    assert "under a condition that depends on data" in found.answer.reason
    assert not found.source_fails


MARKED = """#include <cuda_runtime.h>
__global__ void k(const float *A, float *T, int n) {{
  int i = blockIdx.x * 32 + threadIdx.x;
  if (i < n && A[i] > 0.0f) T[{where}] = 1.0f;
}}
extern "C" void k_kernel(const float *A, float *T, int n) {{
  float *a, *t;
  cudaMalloc(&a, n * sizeof(float));
  cudaMalloc(&t, n * sizeof(float));
  cudaMemcpy(a, A, n * sizeof(float), cudaMemcpyHostToDevice);
  cudaMemcpy(t, T, n * sizeof(float), cudaMemcpyHostToDevice);
  k<<<(n + 31) / 32, 32>>>(a, t, n);
  cudaMemcpy(T, t, n * sizeof(float), cudaMemcpyDeviceToHost);
}}
"""


@pytest.mark.parametrize(("where", "verdict"), [("i", Verdict.PROVED), ("0", Verdict.UNSUPPORTED)])
def test_threads_that_may_meet_are_no_proof_and_no_defect(written, where: str, verdict: Verdict) -> None:
    source = written(LOOP.format(body="T[i] = A[i] > 0.0f ? 1.0f : T[i];"), ".cpp")
    found = at_sizes(source, written(MARKED.format(where=where), ".cu"), {}, 20)
    assert found.answer.verdict is verdict
    assert verdict is Verdict.PROVED or "meet under conditions" in found.answer.reason


PARALLEL = LOOP.replace("{{ for", "{{\n#pragma omp parallel for\nfor")


def test_parallel_iterations_that_may_meet_are_no_proof(written) -> None:
    source = written(LOOP.format(body="if (A[i] > 0.0f) T[0] = 1.0f;"), ".cpp")
    target = written(PARALLEL.format(body="if (A[i] > 0.0f) T[0] = 1.0f;"), ".cpp")
    assert at_sizes(source, target, {}, 20).answer.verdict is Verdict.UNSUPPORTED
