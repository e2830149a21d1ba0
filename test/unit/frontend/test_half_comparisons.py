"""Half comparisons keep CUDA's answer for NaN: `__hne` says no, where C's `!=` says yes."""

from __future__ import annotations

import pytest

from xpiler import frontend

KERNEL = """
#include <cuda_fp16.h>
__global__ void k(const half *A, int *T) {{ T[threadIdx.x] = {}; }}
"""


@pytest.mark.parametrize(
    ("expression", "predicate"),
    [("__hne(A[0], A[1])", "one"), ("A[0] != A[1]", "une"), ("__heq(A[0], A[1])", "oeq"), ("__hlt(A[0], A[1])", "olt")],
)
def test_predicate(expression: str, predicate: str) -> None:
    assert f"arith.cmpf {predicate}," in str(frontend.read(KERNEL.format(expression), "cuda"))
