"""Transposes, row sums, normalisations and products for all sizes, as engineers of different platforms write them; twins are not proved."""

from __future__ import annotations

import pytest
from all_sizes import doubt
from proof_subjects import corpus

PAIRS = [("transpose", ".cu", ".cpp"), ("row_sum", ".cu", ".cpp"), ("row_sum", ".hip", ".cpp"), ("gemm", ".cu", ".cpp")]
PAIRS += [("layernorm", ".cu", ".cpp"), ("layernorm", ".mlu", ".cpp"), ("layernorm", ".hip", ".cpp"), ("softmax", ".hip", ".cpp")]
PAIRS += [("rmsnorm", ".cu", ".cpp")]
TWINS = [
    ("transpose", ".cu", "tile[threadIdx.x][threadIdx.y + j]", "tile[threadIdx.y + j][threadIdx.x]"),
    ("transpose", ".cu", "  __syncthreads();\n", ""),
    ("transpose", ".cu", "A[(y + j) * cols + x]", "A[(y + j) * rows + x]"),
    ("row_sum", ".hip", "threads * sizeof(float)", "(threads - 1) * sizeof(float)"),
    ("row_sum", ".hip", "threads * sizeof(float)", "0"),
    ("row_sum", ".hip", "  cache[t] = sum;\n  __syncthreads();\n", "  cache[t] = sum;\n"),
    ("row_sum", ".hip", "cache[t] += cache[t + half];\n    __syncthreads();", "cache[t] += cache[t + half];"),
    ("row_sum", ".cpp", "row + c + 16", "row + c + 15"),
    ("row_sum", ".cpp", "c < cols; ++c", "c + 1 < cols; ++c"),
    ("layernorm", ".cu", "c < cols; c += blockDim.x)\n    sum +=", "c + 1 < cols; c += blockDim.x)\n    sum +="),
    ("layernorm", ".cu", "block_sum(squares, shared) / cols", "block_sum(squares, shared) / (cols - 1)"),
    ("layernorm", ".mlu", "sub_scalar(x, x, mean, n);\n      __bang_square", "add_scalar(x, x, mean, n);\n      __bang_square"),
    ("layernorm", ".hip", "d = WAVE / 2", "d = WAVE / 4"),
    ("layernorm", ".hip", "__shfl_down(v, d)", "__shfl_up(v, d)"),
    ("layernorm", ".hip", "__syncthreads();\n  if (threadIdx.x == 0)", "if (threadIdx.x == 0)"),
    ("softmax", ".hip", "__shfl_xor(peak, offset)", "__shfl_xor(peak, offset / 2)"),
    ("softmax", ".hip", "__shfl_xor(total, offset)", "__shfl_xor(total, offset * 2 % WAVE)"),
    ("softmax", ".hip", "threadIdx.x & (WAVE - 1)", "threadIdx.x & (WAVE / 2 - 1)"),
    ("softmax", ".hip", "threadIdx.x / WAVE", "threadIdx.x / (WAVE / 2)"),
    ("softmax", ".hip", "c < cols; c += WAVE) total", "c + 1 < cols; c += WAVE) total"),
    ("rmsnorm", ".cu", "col < ncols; col += block_size) {\n    const", "col + 1 < ncols; col += block_size) {\n    const"),
    ("rmsnorm", ".cu", "tmp = warp_reduce_sum(tmp);\n  }\n  const", "tmp = warp_reduce_sum(tmp) + tmp;\n  }\n  const"),
    ("gemm", ".cu", "Bs[k][threadIdx.x];\n    __syncthreads();", "Bs[k][threadIdx.x];"),
    ("gemm", ".cpp", "k < K; ++k", "k < K - 1; ++k"),
    ("gemm", ".cpp", "B + k * N + j", "B + k * K + j"),
]


@pytest.mark.parametrize(("name", "source", "target"), PAIRS)
def test_equal_for_all_sizes(name: str, source: str, target: str) -> None:
    assert doubt(corpus(name, source), corpus(name, target)) == ""


@pytest.mark.parametrize(("name", "suffix", "old", "new"), TWINS)
def test_a_twin_is_not_proved(changed, name: str, suffix: str, old: str, new: str) -> None:
    assert doubt(corpus(name, ".cpp"), changed(name, suffix, old, new)) != ""
