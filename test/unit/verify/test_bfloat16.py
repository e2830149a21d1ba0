"""Buffers of bfloat16: rounded as hardware does, run as bits, compared as numbers, proved as any float."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import xpiler
from xpiler.execution.bfloat16 import BFloat16, bits_of, from_bits, rounded
from xpiler.verify.comparison import difference
from xpiler.verify.verdict import Verdict

RESIDUAL = """
#include <cuda_bf16.h>
typedef __nv_bfloat16 floatX;
__global__ void residual(floatX *out, const floatX *a, const floatX *b, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) out[i] = (floatX)((float)a[i] + (float)b[i]);
}
void go(floatX *out, const floatX *a, const floatX *b, int n) { residual<<<(n + 255) / 256, 256>>>(out, a, b, n); }
"""


def test_ties_go_to_even_and_nan_stays_nan() -> None:
    given = np.array([1.0, 1.00390625, 1.01171875, 3.4e38, np.nan, -0.0], np.float32)
    assert bits_of(given).tolist() == [0x3F80, 0x3F80, 0x3F82, 0x7F80, 0x7FC0, 0x8000]
    assert from_bits(bits_of(given))[2] == 1.015625


def test_a_last_place_of_bfloat16_is_no_difference_and_a_tenth_is() -> None:
    one = rounded(np.array([1.0, 2.0]))
    assert isinstance(one, BFloat16)
    assert difference("x", one, rounded(one * 1.004)) is None
    assert difference("x", one, rounded(one * 1.1)) is not None


@pytest.mark.parametrize("target", ["hip", "vnni"])
def test_kernels_on_bfloat16_are_run_and_proved(target: str, tmp_path: Path) -> None:
    (tmp_path / "k.cu").write_text(RESIDUAL)
    answer = xpiler.translate(tmp_path / "k.cu", to=target).answer
    assert answer.verdict == Verdict.PROVED
    assert answer.error is not None and answer.error.ulp <= 0.5
