"""Arithmetic on 16-bit floats in AVX-512 text: in single precision, or scalar; never as integers."""

from __future__ import annotations

from pathlib import Path

import pytest

import xpiler

TEXT = """
#include <cuda_fp16.h>
#include <cuda_bf16.h>
__global__ void k(const {type} *A, const {type} *B, {type} *T, int n) {{
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) T[i] = {value};
}}
void go(const {type} *A, const {type} *B, {type} *T, int n) {{ k<<<(n + 127) / 128, 128>>>(A, B, T, n); }}
"""


@pytest.mark.parametrize("value", ["__hadd(A[i], B[i])", "A[i] * B[i] - A[i]", "__hmax(A[i], B[i])", "-__habs(A[i])"])
def test_half_is_computed_in_single_precision(value: str, tmp_path: Path):
    (tmp_path / "k.cu").write_text(TEXT.format(type="half", value=value))
    result = xpiler.translate(str(tmp_path / "k.cu"), to="vnni", verify="test")
    assert result.answer.verdict.value == "tested", result.answer.reason
    assert "_mm512_cvtph_ps" in result.text
    assert "epi16(_" not in result.text


@pytest.mark.parametrize("value", ["__hadd(A[i], B[i])", "__float2bfloat16(__bfloat162float(A[i]) * 2.0f)"])
def test_bfloat16_stays_scalar(value: str, tmp_path: Path):
    (tmp_path / "k.cu").write_text(TEXT.format(type="__nv_bfloat16", value=value))
    text = xpiler.translate(str(tmp_path / "k.cu"), to="vnni", verify="none").text
    assert "_mm" not in text.replace("immintrin", "")
