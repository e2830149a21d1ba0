"""Launchers that take `void *`: their extents are bytes, whatever elements their kernels take."""

from __future__ import annotations

from xpiler import frontend, raising
from xpiler.verify import signature
from xpiler.verify.buffer_extents import by_launched_kernels
from xpiler.verify.float_bits import elements_of, typed_by_kernels
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


DISPATCH = """#include <bang.h>
template <typename T> __mlu_global__ void twice(const T *x, T *y, int n) {
  __nram__ T tile[4096];
  for (int i = taskId * 4096; i < n; i += taskDim * 4096) {
    int len = min(4096, n - i);
    __memcpy(tile, x + i, len * sizeof(T), GDRAM2NRAM);
    __bang_add(tile, tile, tile, len);
    __memcpy(y + i, tile, len * sizeof(T), NRAM2GDRAM);
  }
}
void launch(cnrtQueue_t q, int dtype, const void *x, void *y, const void *unused, int n) {
  cnrtDim3_t dim = {4, 1, 1};
  if (dtype == 1) twice<half><<<dim, cnrtFuncTypeUnion1, q>>>((const half *)x, (half *)y, n);
  else twice<float><<<dim, cnrtFuncTypeUnion1, q>>>((const float *)x, (float *)y, n);
}
"""


def test_bytes_are_run_as_the_floats_that_kernels_take() -> None:
    """Random bytes would be NaNs, and which NaN an operation gives is no result."""
    module = frontend.read(DISPATCH, "bang")
    unit = Unit.of(module)
    types = typed_by_kernels(unit.function, unit.parameters, module)
    assert types == {"x": "float16", "y": "float16"}
    assert elements_of({"x": 10, "y": 10, "unused": 3}, types) == {"x": 5, "y": 5, "unused": 3}


def test_bytes_stay_bytes_where_a_kernel_takes_integers() -> None:
    module = frontend.read(PLUGIN.replace("float", "int"), "cuda")
    unit = Unit.of(module)
    assert not typed_by_kernels(unit.function, unit.parameters, module)


CHOICE_INSIDE = """#include <bang.h>
template <typename T> __mlu_func__ void twice(const T *x, T *y, int n) {
  for (int i = taskId; i < n; i += taskDim) y[i] = x[i] + x[i];
}
__mlu_global__ void kernel(const void *x, void *y, int n, int dtype) {
  switch (dtype) {
    case 1: twice((const half *)x, (half *)y, n); break;
    case 2: twice((const float *)x, (float *)y, n); break;
  }
}
void launch(cnrtQueue_t q, const void *x, void *y, int n, int dtype) {
  cnrtDim3_t dim = {4, 1, 1};
  kernel<<<dim, cnrtFuncTypeUnion1, q>>>(x, y, n, dtype);
}
"""


def test_bytes_are_floats_where_the_kernel_chooses_the_type() -> None:
    """A right output was refuted: which NaN the bytes 0x7f7f become is no result."""
    module = frontend.read(CHOICE_INSIDE, "bang")
    unit = Unit.of(module)
    assert typed_by_kernels(unit.function, unit.parameters, module) == {"x": "float16", "y": "float16"}
    assert not typed_by_kernels(unit.function, unit.parameters, frontend.read(CHOICE_INSIDE.replace("float", "int"), "bang"))
