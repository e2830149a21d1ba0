"""Kernels in the styles of other projects (`foreign/`): they run, give what numpy says, and nothing is found in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from xpiler.execution.build import build
from xpiler.execution.process import run
from xpiler.platforms.names import DEFAULT_ARCH, platform_of

FOREIGN = Path(__file__).parent / "foreign"


def call(folder: Path, file: str, symbol: str, *arguments: object, seed: int = 0) -> list[np.ndarray]:
    """The arrays after a call of the file's launcher, in strict mode; nothing may be found."""
    platform = platform_of(file, "")
    library = folder / f"{file}.so"
    build(FOREIGN / file, platform, library, arch=DEFAULT_ARCH[platform], seed=seed)
    result = run(library, symbol, [arguments])[0]
    assert result.failure == ""
    assert result.findings == ()
    return list(result.arrays)


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(11)


def floats(generator: np.random.Generator, *shape: int) -> np.ndarray:
    return generator.standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize("seed", [0, 5])
def test_histogram_with_aggregated_atomics(tmp_path, generator, seed):
    values = generator.integers(0, 1000, 2003).astype(np.uint32)
    _, bins = call(tmp_path, "histogram.cu", "run_histogram", values, np.zeros(64, np.uint32), 2003, seed=seed)
    np.testing.assert_array_equal(bins, np.bincount(values % 64, minlength=64))


def test_product_in_registers(tmp_path, generator):
    a, b = floats(generator, 128, 24), floats(generator, 24, 128)
    *_, c = call(tmp_path, "register_gemm.cu", "run_sgemm", a, b, np.zeros((128, 128), np.float32), 128, 128, 24)
    np.testing.assert_allclose(c, a @ b, atol=1e-4)


def test_attention_with_carved_dynamic_memory(tmp_path, generator):
    q, k, v = (floats(generator, 1, 2, 64, 8) for _ in range(3))
    *_, o = call(tmp_path, "attention.cu", "run_attention", q, k, v, np.zeros_like(q), 1, 2, 64, 8)
    weights = np.exp(np.einsum("bhid,bhjd->bhij", q, k) / np.sqrt(8.0))
    np.testing.assert_allclose(o, weights @ v / weights.sum(-1, keepdims=True), atol=1e-5)


def test_tensor_cores_by_inline_assembly(tmp_path, generator):
    a, b = (generator.integers(-4, 5, shape).astype(np.float16) for shape in ((64, 96), (96, 32)))
    *_, c = call(tmp_path, "tensor_gemm.cu", "run_hgemm", a, b, np.zeros((64, 32), np.float32), 64, 32, 96)
    np.testing.assert_array_equal(c, a.astype(np.float32) @ b.astype(np.float32))


@pytest.mark.parametrize("threads", [128, 256])
def test_sum_by_the_last_block(tmp_path, generator, threads):
    values = generator.integers(-100, 100, 3001).astype(np.int32)
    _, total = call(tmp_path, "last_block_sum.cu", "run_sum_int", values, np.zeros(1, np.int32), 3001, threads)
    assert total[0] == values.sum()


@pytest.mark.parametrize("seed", [0, 3])
def test_prefix_sums_that_look_back(tmp_path, generator, seed):
    values = generator.integers(-9, 10, 1000).astype(np.int32)
    _, sums = call(tmp_path, "scan_lookback.cu", "run_scan", values, np.zeros(1000, np.int32), 1000, seed=seed)
    np.testing.assert_array_equal(sums, np.cumsum(values))


def test_norm_of_half_pairs(tmp_path, generator):
    x, r, w = (generator.standard_normal(shape).astype(np.float16) for shape in ((3, 320), (3, 320), 320))
    normed, residual, _ = call(tmp_path, "norm_half2.cu", "run_norm", x, r, w, 1e-6, 3, 320, 0)
    np.testing.assert_array_equal(residual, x + r)
    exact = residual.astype(np.float64)
    exact *= w / np.sqrt((exact**2).mean(1, keepdims=True) + 1e-6)
    np.testing.assert_allclose(normed, exact, rtol=2e-3, atol=1e-3)


@pytest.mark.parametrize("seed", [0, 2])
def test_a_grid_that_meets(tmp_path, generator, seed):
    values, weights = floats(generator, 200), np.array([0.25, 0.5, 0.25], np.float32)
    after, _ = call(tmp_path, "stencil_grid_sync.cu", "run_steps", values, weights, 200, 3, seed=seed)
    for _ in range(3):
        padded = np.pad(values, 1)
        values = 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
    np.testing.assert_allclose(after, values, rtol=1e-5, atol=1e-6)


def test_compaction_by_ballots_of_64_lanes(tmp_path, generator):
    values = floats(generator, 256)
    arrays = call(
        tmp_path, "wave_scan.hip", "run_compact", values, np.zeros_like(values), np.zeros(1, np.int32), np.zeros(4, np.float32), 256
    )
    positive = values[values > 0]
    assert arrays[2][0] == positive.size
    np.testing.assert_array_equal(arrays[1][: positive.size], positive)
    np.testing.assert_allclose(arrays[3], values.reshape(4, 64).sum(1), rtol=1e-4)


def test_matrix_cores_of_a_wave(tmp_path, generator):
    a, b = (generator.integers(-4, 5, shape).astype(np.float16) for shape in ((32, 24), (24, 64)))
    *_, c = call(tmp_path, "mfma_gemm.hip", "run_mfma", a, b, np.zeros((32, 64), np.float32), 32, 64, 24)
    np.testing.assert_array_equal(c, a.astype(np.float32) @ b.astype(np.float32))


@pytest.mark.parametrize("seed", [0, 7])
def test_three_stages_on_one_buffer(tmp_path, generator, seed):
    x = floats(generator, 3001)
    _, y = call(tmp_path, "pipeline.mlu", "run_scaled_sigmoid", x, np.zeros_like(x), 0.5, 3001, 96, seed=seed)
    np.testing.assert_allclose(y, 0.5 * x + 1 / (1 + np.exp(-x.astype(np.float64))), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("seed", [0, 7])
def test_the_memory_core_feeds_a_cluster(tmp_path, generator, seed):
    rows = floats(generator, 6 * 16, 256)
    _, peaks = call(tmp_path, "sram_pipeline.mlu", "run_row_peaks", rows, np.zeros(96, np.float32), 6, seed=seed)
    np.testing.assert_array_equal(peaks, rows.max(1))


def test_partial_sums_cross_clusters(tmp_path, generator):
    values = floats(generator, 20_000)
    _, total = call(tmp_path, "cluster_sum.mlu", "run_sum_of_squares", values, np.zeros(1, np.float32), 20_000)
    np.testing.assert_allclose(total[0], (values.astype(np.float64) ** 2).sum(), rtol=1e-5)


def test_a_product_through_wram(tmp_path, generator):
    a, b = (generator.integers(-4, 5, shape).astype(np.float16) for shape in ((37, 96), (96, 128)))
    *_, c = call(tmp_path, "tiled_matmul.mlu", "run_matmul_half", a, b, np.zeros((37, 128), np.float32), 37, 128, 96)
    np.testing.assert_array_equal(c, a.astype(np.float32) @ b.astype(np.float32))


def test_filters_behind_a_lock(tmp_path, generator):
    scores = floats(generator, 5000)
    empty = np.zeros_like(scores)
    arrays = call(tmp_path, "box_filter.mlu", "run_keep_scores", scores, 1.0, 5000, empty, empty, np.zeros(1, np.int32))
    kept = np.sort(arrays[2][: arrays[3][0]].astype(int))
    np.testing.assert_array_equal(kept, np.flatnonzero(scores > 1.0))


def test_a_layer_of_a_network(tmp_path, generator):
    image, weights, bias = (generator.integers(-3, 4, shape).astype(np.float32) for shape in ((3, 8, 8, 64), (64, 3, 3, 64), 64))
    *_, out = call(tmp_path, "conv_block.mlu", "run_layer", image, weights, bias, np.zeros((3, 3, 3, 64), np.float32), 3)
    windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3), axis=(1, 2))
    maps = np.einsum("nyxcij,oijc->nyxo", windows, weights) + bias
    np.testing.assert_array_equal(out, np.maximum(maps.reshape(3, 3, 2, 3, 2, 64).max((2, 4)), 0))
