"""Buffers of `batch * channels * pixels` elements, however the product is put together, have rows of `pixels` elements."""

from __future__ import annotations

import pytest
from all_sizes import doubt
from proof_subjects import corpus

TEXT = """
#include <cstdint>
extern "C" void nchw_to_nhwc(const float *in, float *out, int channels, int pixels, int batch) {{
  for (int i = 0; i < batch; ++i)
    for (int j = 0; j < pixels; ++j)
      for (int k = 0; k < channels; ++k)
        out[((int64_t){stride} * i + j) * channels + k] = in[((int64_t)channels * i + k) * pixels + j];
}}
extern "C" void nchw_to_nhwc_kernel(const float *A, float *T, int batch, int channels, int pixels) {{
  nchw_to_nhwc(A, T, channels, pixels, batch);
}}
"""


@pytest.mark.parametrize(("stride", "is_proved"), [("pixels", True), ("(pixels - 1)", False)])
def test_images(written, stride: str, is_proved: bool) -> None:
    found = doubt(corpus("nchw_to_nhwc", ".cu"), written(TEXT.format(stride=stride), ".cpp"))
    assert (found == "") == is_proved, found
