"""Pieces under conditions: what all elements agree on is a branch, what some of them take is a part of each buffer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import xpiler
from xpiler.execution.build import build
from xpiler.execution.process import run

SIGNATURE = 'extern "C" __global__ void k(const float* A, const float* B, float* C, int n, int m)'
LAUNCHER = """
extern "C" void k_launch(cudaStream_t st, const float* A, const float* B, float* C, int n, int m) {
  k<<<(n + 255) / 256, 256, 0, st>>>(A, B, C, n, m);
}
"""


def kernel(body: str) -> str:
    """A kernel with a thread for each `i` below n, without its extents: A has n elements, B has m, C has n."""
    return f"{SIGNATURE} {{ int i = blockIdx.x * blockDim.x + threadIdx.x; if (i >= n) return; {body} }}" + LAUNCHER


def shifted(a: np.ndarray, by: int, rest: float) -> np.ndarray:
    """a[i + by], and `rest` outside."""
    out = np.full_like(a, rest)
    for i in range(len(a)):
        if 0 <= i + by < len(a):
            out[i] = a[i + by]
    return out


def product_of_all(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.sum(a[:, None] * b[None, :], axis=1) if len(b) else np.zeros_like(a)


CASES: dict[str, tuple[str, Callable[[np.ndarray, np.ndarray], np.ndarray]]] = {
    "what was loaded before a loop is read by every iteration": (
        "float a = A[i], s = 0.0f; for (int q = 0; q < m; ++q) s += a * B[q]; C[i] = s;",
        product_of_all,
    ),
    "and so is what a conditional starts from": (
        "float a = A[i], s = 0.0f; for (int q = 0; q < m; ++q) { float t = a; if (B[q] > 0.0f) t = a * 2.0f; s += t; } C[i] = s;",
        lambda a, b: sum((a * 2 if q > 0 else a for q in b), np.zeros_like(a)),
    ),
    "neighbours beside the edge are left out": (
        "float s = 0.0f; for (int q = 0; q < 5; ++q) if (i + q - 2 >= 0 && i + q - 2 < n) s += A[i + q - 2]; C[i] = s;",
        lambda a, b: sum(shifted(a, q - 2, 0.0) for q in range(5)),
    ),
    "or stand in as a number": (
        "float s = 1.0f; for (int q = 0; q < 3; ++q) {"
        "  float x = -3.0f; if (!(i + q < 1 || i + q > n)) x = A[i + q - 1]; s = s * 0.5f + x; } C[i] = s;",
        lambda a, b: ((0.5 + shifted(a, -1, -3.0)) * 0.5 + a) * 0.5 + shifted(a, 1, -3.0),
    ),
    "counted from the other end": (
        "float x = 0.0f; if (n - 1 - i >= m) x = A[i + m]; C[i] = x + A[i];",
        lambda a, b: a + shifted(a, len(b), 0.0),
    ),
    "stores of a part": (
        "C[i] = A[i]; if (i >= 2) C[i] = A[i] + A[i - 2];",
        lambda a, b: a + shifted(a, -2, 0.0),
    ),
    "a choice between two arrays": (
        "float x = A[i]; float y = x * x; C[i] = i < m ? x : y;",
        lambda a, b: np.where(np.arange(len(a)) < len(b), a, a * a),
    ),
    "one part of a condition is the same for all": (
        "float s = 0.0f; for (int q = 0; q < 3; ++q) { float x = 0.0f; if (m + q > 2 && i + q - 1 >= 0 && i + q - 1 < n) x = A[i + q - 1];"
        "  s += x; } C[i] = s;",
        lambda a, b: sum((shifted(a, q - 1, 0.0) for q in range(3) if len(b) + q > 2), np.zeros_like(a)),
    ),
    "what changes places in a loop": (
        "float x = A[i], y = 1.0f; for (int q = 0; q < m; ++q) { float t = x; x = y; y = t; } C[i] = x * 2.0f + y;",
        lambda a, b: a + 2 if len(b) % 2 else 2 * a + 1,
    ),
    "or in a branch": (
        "float x = A[i], y = x * x; if (i >= m) { float t = x; x = y + 1.0f; y = t; } C[i] = x * 16.0f + y;",
        lambda a, b: np.where(np.arange(len(a)) >= len(b), (a * a + 1) * 16 + a, a * 16 + a * a),
    ),
    "cursors that all elements share": (
        "float s = 0.0f; int at = 0, step = 1; for (int q = 0; q < m; ++q) for (int r = 0; r < 2; ++r) {"
        "  s += A[i] * B[at]; at += step; if (at >= m) at = 0; } C[i] = s;",
        lambda a, b: a * 2 * b.sum(),
    ),
    "a branch that all elements take": (
        "float x = A[i]; if (m > 1) x = x * 3.0f; else x = x + 1.0f; C[i] = x;",
        lambda a, b: a * 3 if len(b) > 1 else a + 1,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_conditions_in_pieces(case: str, tmp_path: Path) -> None:
    body, expected = CASES[case]
    (tmp_path / "k.cu").write_text(kernel(body))
    (tmp_path / "short").write_text("bang-nram-pieces{arch=mtp_592 longest=64}")
    extents = {"A": "n", "B": "m", "C": "n"}
    text = xpiler.translate(str(tmp_path / "k.cu"), "bang", verify="none", schedule=tmp_path / "short", extents=extents).text
    body = text[text.index("__mlu_global__") : text.index("\n}\n")]
    assert "__bang_" in body and "= A[" not in body, "elements are computed one by one"
    (tmp_path / "k.mlu").write_text(text)
    build(tmp_path / "k.mlu", "bang", tmp_path / "k.so", arch="mtp_592")
    generator = np.random.default_rng(0)
    shapes = ((1, 1), (2, 3), (63, 2), (65, 1), (128, 66), (64 * 16 + 5, 3))
    arrays = [[generator.integers(-8, 8, size).astype(np.float32) for size in shape] for shape in shapes]
    calls = [[a, b, np.full(len(a), 9, np.float32), len(a), len(b)] for a, b in arrays]
    for (a, b), result in zip(arrays, run(tmp_path / "k.so", "k_kernel", calls), strict=True):
        assert result.ok, (result.failure, result.findings, text)
        np.testing.assert_array_equal(result.arrays[2], expected(a, b))


def test_a_condition_with_gaps_stays_scalar(tmp_path: Path) -> None:
    """Every other element is no stretch of elements."""
    (tmp_path / "k.cu").write_text(kernel("float x = 0.0f; if (i % 2 == 0) x = A[i]; C[i] = x;"))
    text = xpiler.translate(str(tmp_path / "k.cu"), "bang", verify="none").text
    assert "__bang_" not in text


def test_tiles_that_the_source_cut_are_one_piece_and_bytes_become_floats(tmp_path: Path) -> None:
    source = Path(__file__).resolve().parents[3] / "kernels" / "dequantize" / "dequantize.cu"
    text = xpiler.translate(str(source), "bang", verify="none").text
    kernel_text = text[text.index("__mlu_global__") : text.index("\n}\n")]
    assert kernel_text.count("for (") == 1 and "__bang_int82float(" in kernel_text
    (tmp_path / "k.mlu").write_text(text)
    build(tmp_path / "k.mlu", "bang", tmp_path / "k.so", arch="mtp_592")
    generator = np.random.default_rng(0)
    calls = []
    for rows, cols in ((1, 1), (3, 511), (2, 512), (17, 1030)):
        q = generator.integers(-128, 128, rows * cols).astype(np.int8)
        calls.append([q, generator.standard_normal(rows).astype(np.float32), np.zeros(rows * cols, np.float32), rows, cols])
    for (q, s, _, rows, cols), result in zip(calls, run(tmp_path / "k.so", "dequantize_kernel", calls), strict=True):
        assert result.ok, (result.failure, result.findings)
        np.testing.assert_array_equal(result.arrays[2].reshape(rows, cols), q.reshape(rows, cols).astype(np.float32) * s[:, None])


@pytest.mark.parametrize("second", ["B[m - 1] > 0.0f", "i < n / (m - 1)"])
def test_what_a_condition_asks_for_only_then_is_not_computed_early(second: str, tmp_path: Path) -> None:
    """The second side of `&&` reads memory, or divides, where the first holds."""
    (tmp_path / "k.cu").write_text(kernel(f"float x = 0.0f; if (i >= m && {second}) x = A[i]; C[i] = x + 1.0f;"))
    text = xpiler.translate(str(tmp_path / "k.cu"), "bang", verify="none").text
    assert "__mlu_global__" in text
