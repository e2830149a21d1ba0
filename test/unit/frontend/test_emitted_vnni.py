"""What the vnni target emits is read again: intrinsics of the lowest lanes, shifts by lane, masked tails."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from xpiler import frontend
from xpiler.execution.jit import compile_module

TEXT = """
#include <cstdint>
#include <immintrin.h>
extern "C" void lowest(const int8_t *A, const int *S, int *T) {
  __m128i four = _mm_loadu_si32(A), eight = _mm_loadu_si64(A + 4);
  __m512i counts = _mm512_loadu_si512(S);
  _mm512_storeu_si512(T, _mm512_sllv_epi32(_mm512_broadcastd_epi32(four), counts));
  _mm512_storeu_si512(T + 16, _mm512_srav_epi32(_mm512_set1_epi32(-77), counts));
  _mm512_storeu_si512(T + 32, _mm512_srlv_epi32(_mm512_set1_epi32(-77), counts));
  _mm512_storeu_si512(T + 48, _mm512_broadcastq_epi64(eight));
  _mm_storeu_si64(T + 64, _mm_loadu_si32(A + 8));
}
"""


def test_lowest_lanes_and_shifts_by_lane():
    engine = compile_module(frontend.read(TEXT, "vnni"))
    bytes_ = np.arange(-3, 21, dtype=np.int8)
    counts = np.array([0, 1, 5, 31, 32, 33, -1, 64, 2, 3, 4, 6, 7, 8, 9, 10], np.int32)
    result = np.full(66, 9, np.int32)
    engine.run("lowest", [bytes_, counts, result])
    low = counts.astype(np.uint32) < 32
    safe = np.where(low, counts, 0).astype(np.uint32)
    word = bytes_[:4].view(np.uint32)[0]
    np.testing.assert_array_equal(result[:16].view(np.uint32), np.where(low, word << safe, 0))
    np.testing.assert_array_equal(result[16:32], np.where(low, np.int32(-77) >> safe.astype(np.int32), -1))
    np.testing.assert_array_equal(result[32:48].view(np.uint32), np.where(low, np.uint32(2**32 - 77) >> safe, 0))
    np.testing.assert_array_equal(result[48:64].view(np.int64), np.full(8, bytes_[4:12].view(np.int64)[0]))
    np.testing.assert_array_equal(result[64:], [bytes_[8:12].view(np.int32)[0], 0])


KERNELS = Path(__file__).parents[3] / "kernels"


@pytest.mark.parametrize("name", ["gemm_int8/gemm_int8.cu", "softmax/softmax.cu"])
def test_emitted_text_is_a_source_again(name: str, tmp_path: Path):
    import xpiler

    vnni = tmp_path / "again.cpp"
    vnni.write_text(xpiler.translate(str(KERNELS / name), to="vnni", verify="none").text)
    assert "__global__" in xpiler.translate(str(vnni), to="cuda", verify="none").text
