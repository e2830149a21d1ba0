"""CUDA and HIP text, read and raised and run: idioms of block-wide work, and the corpus."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from xpiler import frontend, raising
from xpiler.execution import jit

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "kernels"))
from corpus import OPERATORS

HERE = Path(__file__).parent
RNG = np.random.default_rng(17)
ARCH = {"cuda": "sm_90", "hip": "gfx942"}
MAX_ELEMENTS = 100_000


def random(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


def run_source(path: Path, platform: str, kernel: str, arguments: list) -> None:
    """Read a file, raise its kernel as the platform cut it, run it on the arguments."""
    module = frontend.read(path, platform, frontend.ReadOptions(arch=ARCH[platform], kernel=kernel))
    raised = raising.raise_module(module, normalize=False)
    assert raised.operation.verify()
    jit.run(raised, kernel, arguments)


def softmax(a: np.ndarray) -> np.ndarray:
    e = np.exp(a - a.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


@pytest.mark.parametrize("kernel", ["two_stage", "warp_rows"])
def test_row_sums_by_warps(kernel):
    """Two stages of shuffles, the second in one warp; a warp a row in a loop over rows."""
    a, t = random(7, 133), np.full(7, np.nan, np.float32)
    run_source(HERE / "block_patterns.cu", "cuda", kernel, [a, t, 7, 133])
    np.testing.assert_allclose(t, a.sum(1), rtol=1e-4, atol=1e-4)


def test_sum_by_barriers_shuffles_and_an_atomic():
    a, t = random(1000), np.zeros(1, np.float32)
    run_source(HERE / "block_patterns.cu", "cuda", "total", [a, t, 1000])
    np.testing.assert_allclose(t[0], a.sum(), rtol=1e-3, atol=1e-3)


def test_float4_and_a_size_the_launcher_divides():
    a, t = random(64, 4), np.full((64, 4), np.nan, np.float32)
    run_source(HERE / "block_patterns.cu", "cuda", "wide", [a, t, 64])
    expected = a.copy()
    expected[:, 0] *= 2
    expected[:, 3] += expected[:, 1]
    np.testing.assert_allclose(t, expected, rtol=1e-6)


def test_dynamic_shared_memory_in_two_parts():
    a, b, t = random(4, 64), random(4, 64), np.full((4, 64), np.nan, np.float32)
    run_source(HERE / "block_patterns.cu", "cuda", "two_parts", [a, b, t, 256])
    np.testing.assert_allclose(t, a[:, ::-1] * b[:, np.arange(64) ^ 1], rtol=1e-6)


def test_one_thread_works_for_the_block():
    a, t = random(7, 133), np.full((7, 133), np.nan, np.float32)
    run_source(HERE / "block_patterns.cu", "cuda", "softmax1", [a, t, 7, 133])
    np.testing.assert_allclose(t, softmax(a), rtol=1e-4, atol=1e-6)


def test_elements_of_a_fragment():
    """alpha * A B + C, the scaling by a loop over the elements a lane holds."""
    a, b = (RNG.standard_normal((16, 16)).astype(np.float16) for _ in range(2))
    c, t = random(16, 16), np.full((16, 16), np.nan, np.float32)
    run_source(HERE / "fragment_elements.cu", "cuda", "scaled", [a, b, c, t, 16, 1.5])
    np.testing.assert_allclose(t, 1.5 * (a.astype(np.float32) @ b.T.astype(np.float32)) + c, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("platform", ["cuda", "hip"])
@pytest.mark.parametrize("name", sorted(OPERATORS))
def test_corpus(name, platform):
    """One shape of every operator; the accuracy table runs them all."""
    operator = OPERATORS[name]
    shape = max((s for s in operator.shapes if np.prod(s) < MAX_ELEMENTS), key=np.prod)
    arrays, sizes = operator.inputs(shape, "random", 0)
    before = {key: value.copy() for key, value in arrays.items()}
    run_source(operator.source(platform), platform, name, [*arrays.values(), *sizes.values()])
    (output,) = (p.name for p in operator.parameters if p.role == "out")
    assert not np.any(operator.wrong(before, arrays[output].reshape(before[output].shape), sizes))
