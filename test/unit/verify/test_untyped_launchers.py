"""Launchers that take `void *`: their extents are bytes, whatever elements their kernels take."""

from __future__ import annotations

from xpiler import frontend, raising
from xpiler.verify import signature
from xpiler.verify.buffer_extents import by_launched_kernels
from xpiler.verify.model.side import Unit

PLUGIN = """
__global__ void clip(int n, float most, const float *input, float *output) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) output[i] = min(input[i], most);
}
int enqueue(cudaStream_t stream, int n, float most, const void *input, void *output) {
  clip<<<(n + 255) / 256, 256, 0, stream>>>(n, most, static_cast<const float *>(input), static_cast<float *>(output));
  return 0;
}
"""
MASKED = """#include <immintrin.h>
static void clip(int n, const float *input, float *output) {
  __mmask16 lanes = (1u << n) - 1;
  _mm512_mask_storeu_ps(output + 1, lanes, _mm512_maskz_loadu_ps(lanes, input + 1));
}
extern "C" void enqueue(int n, const void *input, void *output) { clip(n, (const float *)input, (float *)output); }
"""


def test_extents_are_in_the_elements_of_the_launcher() -> None:
    module = frontend.read(PLUGIN, "cuda")
    unit = Unit.of(module)
    launcher = signature.Callable(unit.name, unit.parameters, unit.function)
    assert by_launched_kernels(launcher, raising.raise_module(module))({"n": 67}) == {"input": 4 * 67, "output": 4 * 67}


def test_masks_are_of_elements_where_memory_is_bytes() -> None:
    text = str(frontend.read(MASKED, "vnni"))
    assert "xpiler.view" in text and "vector.maskedload" in text and "vector.maskedstore" in text
