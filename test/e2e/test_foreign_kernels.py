"""Kernels in other people's manners, translated to C and run: what the corpus does not do."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import xpiler
from xpiler.execution.build import build
from xpiler.execution.process import run
from xpiler.platforms.names import DEFAULT_ARCH

KERNELS = Path(__file__).parent / "foreign"
RNG = np.random.default_rng(5)


def floats(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


def attention(q: np.ndarray, k: np.ndarray, v: np.ndarray, out: np.ndarray, n: int, d: int, scale: float) -> np.ndarray:
    scores = (q.reshape(n, d) @ k.reshape(n, d).T) * scale
    weights = np.exp(scores - scores.max(1, keepdims=True))
    return (weights / weights.sum(1, keepdims=True)) @ v.reshape(n, d)


def parts(x: np.ndarray, y: np.ndarray, n: int, m: int) -> np.ndarray:
    mirrored = x.reshape(m, n)[:, ::-1]
    return mirrored + np.trunc(mirrored) + 0.5 * x.reshape(m, n)


def rotary(q: np.ndarray, cos: np.ndarray, sin: np.ndarray, heads: int, dim: int, seq: int) -> np.ndarray:
    x, (c, s) = q.reshape(seq, heads, dim).astype(np.float32), (t.reshape(seq, 1, dim // 2) for t in (cos, sin))
    low, high = x[..., : dim // 2], x[..., dim // 2 :]
    return np.concatenate([low * c - high * s, low * s + high * c], -1).astype(np.float16)


def histogram(data: np.ndarray, counts: np.ndarray, n: int) -> np.ndarray:
    return np.bincount(data[:n], minlength=256)


def leaky(x: np.ndarray, y: np.ndarray, alpha: float, n: int) -> np.ndarray:
    return np.where(x > 0, x, x * alpha)


def by_channel(y: np.ndarray, x: np.ndarray, scale: np.ndarray, bias: np.ndarray, n: int, c: int) -> np.ndarray:
    return x * scale[np.arange(n) % c] + bias[np.arange(n) % c]


def gelu(x: np.ndarray, y: np.ndarray, rows: int, cols: int, scale: float) -> np.ndarray:
    return 0.5 * x * (1 + np.vectorize(math.erf)(x / math.sqrt(2))) * scale


def rotated_keys(
    q: np.ndarray, k: np.ndarray, pos: np.ndarray, tokens: int, heads: int, kv_heads: int, dim: int, base: float
) -> np.ndarray:
    angle = pos[:, None, None] * base ** (-2.0 * np.arange(dim // 2) / dim)
    x0, x1 = k[..., 0::2], k[..., 1::2]
    return np.stack([x0 * np.cos(angle) - x1 * np.sin(angle), x0 * np.sin(angle) + x1 * np.cos(angle)], -1)


def heat(u: np.ndarray, un: np.ndarray, nx: int, ny: int, alpha: float) -> np.ndarray:
    out, inner = un.copy(), u[1:-1, 1:-1]
    out[1:-1, 1:-1] = inner + alpha * (u[1:-1, :-2] + u[1:-1, 2:] + u[:-2, 1:-1] + u[2:, 1:-1] - 4 * inner)
    return out


def softmax(x: np.ndarray, y: np.ndarray, v: int, rows: int) -> np.ndarray:
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def layernorm(residual, normed, mean, rstd, a: np.ndarray, b: np.ndarray, weight: np.ndarray, bias: np.ndarray, *_) -> np.ndarray:
    x = a + b
    return (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-5) * weight + bias


def gate(logits: np.ndarray, w: np.ndarray, ids: np.ndarray, tokens: int, experts: int) -> np.ndarray:
    return np.argsort(-logits, 1)[:, :2]


def averages(x: np.ndarray, y: np.ndarray, n: int) -> np.ndarray:
    return np.lib.stride_tricks.sliding_window_view(x, 9).mean(1)


def words(a: np.ndarray, b: np.ndarray, out: np.ndarray, n: int) -> np.ndarray:
    """What the functions of bits and parts of words are, by numpy's bytes."""
    x, y = a.astype(np.uint64), b.astype(np.uint64)
    ab, bb, signed = a.view(np.uint8), b.view(np.uint8), (a.view(np.int8).astype(int), b.view(np.int8).astype(int))
    columns = [
        np.array([int(f"{v:032b}"[::-1], 2) for v in a.tolist()], np.uint32),
        np.stack([ab[0::4], bb[0::4], ab[1::4], bb[1::4]], 1).reshape(-1).view(np.uint32),
        (((y << np.uint64(32) | x) << np.uint64(7)) >> np.uint64(32)).astype(np.uint32),
        (ab + bb).view(np.uint32),
        np.clip(signed[0] - signed[1], -128, 127).astype(np.int8).view(np.uint32),
        np.maximum(a.view(np.int16), b.view(np.int16)).view(np.uint32),
        (np.maximum(a, b) - np.minimum(a, b) + np.uint32(3)).astype(np.uint32),
        ((x & np.uint64(0xFFFFFF)) * (y & np.uint64(0xFFFFFF))).astype(np.uint32),
        np.where(ab > bb, 255, 0).astype(np.uint8).view(np.uint32),
        np.minimum(a, b),
    ]
    return np.stack(columns, 1)


def columns(x: np.ndarray, channels: int, height: int, width: int, kernel: int, pad: int, stride: int) -> np.ndarray:
    """im2col of square windows: [channel][row and column in the window][row and column of the output]."""
    padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), (1, 2))[:, ::stride, ::stride]
    return windows.transpose(0, 3, 4, 1, 2)


def blocks(vx: np.ndarray, y: np.ndarray, k: int) -> np.ndarray:
    rows = vx.reshape(-1, 34)
    return (rows[:, 2:].astype(np.float32) * rows[:, :2].copy().view(np.float16)).ravel()[:k]


def quantised(count: int) -> np.ndarray:
    """Blocks of a half and 32 bytes, as bytes."""
    scales = RNG.uniform(0.5, 2, (count, 1)).astype(np.float16).view(np.int8)
    return np.concatenate([scales, RNG.integers(-128, 128, (count, 32), dtype=np.int8)], 1)


CASES: dict[str, tuple[str, list, int, Callable]] = {
    "rotary_of_either_head.cu": (
        "rope_kernel_float",
        [
            *(floats(5, 3, 12), floats(5, 2, 12), np.arange(5, dtype=np.int32)),
            *map(np.int32, (5, 3, 2, 12)),
            np.float32(10000),
        ],
        1,
        rotated_keys,
    ),
    "bits_of_words.cu": (
        "apply_Words_kernel",
        [*RNG.integers(0, 2**32, (2, 77), dtype=np.uint32), np.zeros((77, 10), np.uint32), np.int32(77)],
        2,
        words,
    ),
    "heat_with_main.cu": ("heat", [floats(35, 21), floats(35, 21), np.int32(21), np.int32(35), np.float32(0.1)], 1, heat),
    "softmax_of_pairs.cu": ("online_softmax", [floats(3, 77), floats(3, 77), np.int32(77), np.int32(3)], 1, softmax),
    "residual_layernorm.cu": (
        "fused_residual_layernorm_kernel",
        [
            floats(3, 70),
            floats(3, 70),
            floats(3),
            floats(3),
            floats(3, 70),
            floats(3, 70),
            floats(70),
            floats(70),
            np.int32(70),
            np.int32(3),
        ],
        1,
        layernorm,
    ),
    "top_two_gate.hip": ("gate2", [floats(9, 7), floats(9, 2), np.zeros((9, 2), np.int32), np.int32(9), np.int32(7)], 2, gate),
    "moving_average.hip": ("moving_9_kernel", [floats(308), floats(300), np.int32(300)], 1, averages),
    "bias_by_memory_core.mlu": (
        "bias_add_kernel",
        [floats(11, 37), floats(11, 37), floats(37), np.int32(11), np.int32(37)],
        0,
        lambda y, x, bias, rows, cols: x + bias,
    ),
    "choice_by_masks.mlu": (
        "where_gt_kernel",
        [floats(999), floats(999), floats(999), np.float32(0.2), np.int32(999)],
        2,
        lambda x, other, y, least, n: np.where(x > least, x, other),
    ),
    "attention_in_dynamic_shared.cu": (
        "attention_kernel",
        [floats(37, 20), floats(37, 20), floats(37, 20), floats(37, 20), np.int32(37), np.int32(20), np.float32(0.3)],
        3,
        attention,
    ),
    "dynamic_shared_in_parts.cu": ("kern_kernel", [floats(4, 33), floats(4, 33), np.int32(33), np.int32(4)], 1, parts),
    "rotary_halves.cu": (
        "rope_kernel",
        [floats(5, 3, 38).astype(np.float16), floats(5, 19), floats(5, 19), np.int32(3), np.int32(38), np.int32(5)],
        0,
        rotary,
    ),
    "histogram.cu": (
        "histogram_kernel",
        [RNG.integers(0, 256, 5000).astype(np.uint8), np.zeros(256, np.uint32), np.int32(5000)],
        1,
        histogram,
    ),
    "shares_of_a_range.mlu": ("MLUKernelLeaky_kernel", [floats(997), floats(997), np.float32(0.1), np.int32(997)], 1, leaky),
    "swish_in_shares.mlu": ("swish_kernel", [floats(9999), floats(9999), np.int32(9999)], 1, lambda x, out, n: x / (1 + np.exp(-x))),
    "window_in_place.mlu": (
        "windows_kernel",
        [floats(19, 3, 70), floats(19, 70), np.int32(19), np.int32(70), np.int32(3)],
        1,
        lambda x, y, rows, c, window: x.mean(1),
    ),
    "single_elements.mlu": (
        "ne_kernel",
        [np.arange(50, dtype=np.float32), np.arange(50, dtype=np.float32) * (np.arange(50) % 3 > 0), floats(50), np.int32(50)],
        2,
        lambda a, b, out, n: a != b,
    ),
    "scale_in_sram.mlu": (
        "scale_channels_kernel",
        [floats(13, 37), floats(37), floats(13, 37), np.int32(13), np.int32(37)],
        2,
        lambda x, w, y, n, c: x * w,
    ),
    "bytes_of_blocks.cu": ("dequantize_block_q8_0_kernel", [quantised(5), floats(150), np.int32(150)], 1, blocks),
    "dtype_at_run_time.mlu": (
        "MLUUnion1SquaredDifference_float_kernel",
        [floats(999), floats(999), floats(999), np.int32(999)],
        2,
        lambda a, b, c, n: (a - b) ** 2,
    ),
    "im2col_instantiated.cu": (
        "im2col_gpu_kernel_float_kernel",
        [np.int32(3 * 4 * 5), floats(3, 8, 9), *map(np.int32, (8, 9, 3, 3, 1, 1, 2, 2, 4, 5)), floats(3, 9, 20)],
        1,
        lambda *given: columns(given[1], 3, 8, 9, 3, 1, 2),
    ),
    "squares_by_macro.cu": (
        "square_f32_kernel",
        [np.uint64(999), floats(999), floats(999), np.int32(128)],
        1,
        lambda n, x, y, most: x * x,
    ),
    "gemv_of_warps.cu": (
        "gemv_warp_kernel",
        [floats(5, 36), floats(36), floats(5), np.int32(5), np.int32(36)],
        2,
        lambda a, x, y, m, k: a.reshape(m, k) @ x,
    ),
    "gelu_of_a_record.cu": (
        "gelu_kernel_kernel",
        [floats(4, 9), floats(4, 9), np.int64(4), np.int64(9), np.float32(0.5)],
        1,
        gelu,
    ),
    "channels_and_waves.hip": (
        "scale_bias_float_4_kernel",
        [floats(1001), floats(1001), floats(7), floats(7), np.int64(1001), np.int32(7)],
        0,
        by_channel,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_in_c(name: str, tmp_path: Path) -> None:
    symbol, arguments, written, reference = CASES[name]
    text = xpiler.translate(KERNELS / name, to="vnni", verify="none").text
    (tmp_path / "kernel.cpp").write_text(text)
    build(tmp_path / "kernel.cpp", "vnni", tmp_path / "kernel.so", arch=DEFAULT_ARCH["vnni"])
    result = run(tmp_path / "kernel.so", symbol, [arguments])[0]
    assert result.ok, (result.failure, result.findings)
    expected = np.asarray(reference(*arguments)).ravel()
    np.testing.assert_allclose(result.arrays[written].ravel().astype(np.float64), expected, rtol=2e-3, atol=1e-5)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("target", ["cuda", "bang"])
def test_device_text_is_written(name: str, target: str) -> None:
    if (target, name[-4:]) == ("bang", ".mlu"):
        pytest.skip("it is one")
    text = xpiler.translate(KERNELS / name, to=target, verify="none").text
    assert f"{CASES[name][0]}(" in text


def test_run_time_sized_arrays_have_a_place_on_every_target() -> None:
    kernel = KERNELS / "attention_in_dynamic_shared.cu"
    assert "extern __shared__" in xpiler.translate(kernel, to="hip", verify="none").text
    assert "__nram__ float sc[16384];" in xpiler.translate(kernel, to="bang", verify="none").text


def test_shares_become_the_range() -> None:
    text = xpiler.translate(KERNELS / "shares_of_a_range.mlu", to="cuda", verify="none").text
    kernel = text.split("__global__")[1].split("\n}\n")[0]
    assert "if (i < n) {" in kernel
    assert "for (int i" not in kernel and "min(" not in kernel


@pytest.mark.parametrize("name", ["swish_in_shares.mlu", "window_in_place.mlu"])
def test_tiles_are_forwarded(name: str) -> None:
    """No array of the tasks is left, on a GPU neither private nor shared, and no loop over tasks."""
    kernel = xpiler.translate(KERNELS / name, to="cuda", verify="none").text.split("__global__")[1].split("\n}\n")[0]
    assert not re.search(r"float \w+\[", kernel), "an array is declared"
    assert "threadIdx.x" in kernel and "taskId" not in kernel


def test_device_buffers_have_the_sign_of_the_parameter() -> None:
    assert "uint8_t *device_d;" in xpiler.translate(KERNELS / "histogram.cu", to="bang", verify="none").text


def test_a_register_array_is_no_choice_by_lanes() -> None:
    text = xpiler.translate(KERNELS / "dot_in_register_array.cpp", to="cuda", verify="none").text
    assert "? " not in text.split("ggml_vec_dot_f32(")[1].split("\n}\n")[0]
