"""Arrays of bytes that copies fill: they hold what is copied, however the other side is cast on the way."""

from __future__ import annotations

import pytest

from xpiler import frontend
from xpiler.raising import raise_module

TEXT = """#include <bang.h>
__nram__ int8_t space[65536];
__mlu_device__ void rows(char *dst, const char *src, int n, int width, int pitch) {
  __memcpy(space, src, width, GDRAM2NRAM, width, pitch, n - 1);
  __memcpy(dst, space, n * width, NRAM2GDRAM);
}
__mlu_entry__ void part(const float *x, float *y, int n, int d) {
  if (taskId == 0 && n * d < 16384) { BODY }
}
"""
PLAIN = "__memcpy(space, x + d, n * d * sizeof(float), GDRAM2NRAM); __memcpy(y, space, n * d * sizeof(float), NRAM2GDRAM);"
CAST = "rows((char *)(y + d), (const char *)(x + n), n, d * 4, 2 * d * 4);"


@pytest.mark.parametrize("body", [PLAIN, CAST])
def test_bytes_are_elements_of_what_is_copied(body: str) -> None:
    text = str(raise_module(frontend.read(TEXT.replace("BODY", body), "bang")))
    assert "xi8" not in text and "xpiler.view" not in text
