"""Nibbles of bytes by shifts of words: bytes are shifted, and what is no such shift stays as it is."""

from __future__ import annotations

import numpy as np
import pytest

from xpiler.execution import jit
from xpiler.frontend import read
from xpiler.raising import raise_module

TEXT = """#include <immintrin.h>
#include <stdint.h>
void nibbles(const uint8_t *x, uint8_t *y) {
  __m128i v = _mm_loadu_si128((const __m128i *)x);
  _mm_storeu_si128((__m128i *)y, _mm_and_si128(_mm_SHIFT(v, PLACES), _mm_set1_epi8(MASK)));
}
"""


@pytest.mark.parametrize(
    ("shift", "places", "mask", "of_bytes"),
    [
        ("srli_epi16", 4, 0x0F, True),
        ("srli_epi32", 2, 0x03, True),
        ("srli_epi64", 1, 0x7F, True),
        ("srli_epi16", 4, 0x1F, False),  # a bit of the byte above
        ("slli_epi16", 4, 0x0F, False),
    ],
)
def test_a_masked_shift(shift: str, places: int, mask: int, of_bytes: bool) -> None:
    text = TEXT.replace("SHIFT", shift).replace("PLACES", str(places)).replace("MASK", str(mask))
    module = raise_module(read(text, "vnni"))
    assert ("i16" not in str(module) and "i32" not in str(module) and "i64" not in str(module)) is of_bytes
    x, y = np.random.default_rng(3).integers(0, 256, 16, dtype=np.uint8), np.zeros(16, np.uint8)
    jit.run(module, "nibbles", [x, y])
    words = x.view({"16": np.uint16, "32": np.uint32, "64": np.uint64}[shift[-2:]])
    moved = words >> places if shift[1] == "r" else words << places
    np.testing.assert_array_equal(y, moved.astype(words.dtype).view(np.uint8) & mask)
