"""Functions that kernels of other projects call: directed roundings, packed integers, runtime calls, assertions."""

from __future__ import annotations

import numpy as np

FILE = """
#include <cassert>
#include <cuda_runtime.h>
__global__ void rounded(const float *a, const float *b, float *out, int n) {
  int i = threadIdx.x;
  float *mine = out + 8 * i;
  mine[0] = __fadd_rd(a[i], b[i]), mine[1] = __fadd_ru(a[i], b[i]), mine[2] = __fadd_rz(a[i], b[i]);
  mine[3] = __fmul_rd(a[i], b[i]), mine[4] = __fmul_ru(a[i], b[i]);
  mine[5] = __fdiv_rz(a[i], b[i]), mine[6] = erfinvf(a[i] / 8), mine[7] = fmaxf(a[i] * 0.0f, -0.0f);
}
__global__ void packed(const unsigned *a, const unsigned *b, unsigned *out) {
  int i = threadIdx.x;
  unsigned *mine = out + 5 * i;
  mine[0] = __vadd4(a[i], b[i]), mine[1] = __vaddss2(a[i], b[i]), mine[2] = __vabsdiffu4(a[i], b[i]);
  mine[3] = __vcmpgts4(a[i], b[i]), mine[4] = __dp2a_hi(int(a[i]), int(b[i]), 7);
}
__global__ void checked(int *a) {
  assert(a[threadIdx.x] < 5 && "too large");
  a[threadIdx.x] = 9;
}
extern "C" int rows(int value) {
  char *memory;
  size_t pitch, available, total;
  cudaMallocPitch((void **)&memory, &pitch, 100, 3);
  cudaMemset2D(memory, pitch, value, 100, 3);
  cudaMemGetInfo(&available, &total);
  char back[3][100];
  cudaMemcpy2DAsync(back, 100, memory, pitch, 100, 3, cudaMemcpyDeviceToHost);
  cudaFree(memory);
  return back[2][99] * (pitch >= 100 && available <= total);
}
"""


def test_directions_of_rounding(simulate):
    generator = np.random.default_rng(3)
    a, b = (generator.uniform(-4, 4, 64).astype(np.float32) for _ in range(2))
    out = np.zeros((64, 8), np.float32)
    machine = simulate(FILE)
    machine.launch("rounded", a, b, out, np.ctypeslib.as_ctypes(np.int32(64)), block=64)
    exact = [a.astype(np.float64) + b, a.astype(np.float64) * b]
    for column, value in ((0, exact[0]), (3, exact[1])):
        low, high = out[:, column], out[:, column + 1]
        assert (low <= value).all() and (value <= high).all()
        assert ((high == low) | (np.nextafter(low, np.float32(np.inf)) == high)).all()
    assert (np.abs(out[:, 2]) <= np.abs(exact[0])).all()
    quotient = a.astype(np.float64) / b
    assert (np.abs(out[:, 5]) <= np.abs(quotient)).all() and (np.abs(out[:, 5] - quotient) <= np.spacing(np.abs(out[:, 5]))).all()
    inverse = np.vectorize(__import__("math").erf)(out[:, 6].astype(np.float64))
    np.testing.assert_allclose(inverse, a / 8, atol=1e-7)
    np.testing.assert_array_equal(np.signbit(out[:, 7]), a < 0)


def test_parts_of_words(simulate):
    generator = np.random.default_rng(4)
    a, b = (generator.integers(0, 1 << 32, 64, dtype=np.uint32) for _ in range(2))
    out = np.zeros((64, 5), np.uint32)
    simulate(FILE).launch("packed", a, b, out, block=64)
    bytes_a, bytes_b = a.view(np.uint8).astype(int), b.view(np.uint8).astype(int)
    halves_a, halves_b = a.view(np.int16).astype(int), b.view(np.int16).astype(int)
    signed_a, signed_b = a.view(np.int8).reshape(-1, 4), b.view(np.int8).reshape(-1, 4)
    np.testing.assert_array_equal(out[:, 0], (bytes_a + bytes_b).astype(np.uint8).view(np.uint32))
    np.testing.assert_array_equal(out[:, 1], np.clip(halves_a + halves_b, -32768, 32767).astype(np.int16).view(np.uint32))
    np.testing.assert_array_equal(out[:, 2], np.abs(bytes_a - bytes_b).astype(np.uint8).view(np.uint32))
    np.testing.assert_array_equal(out[:, 3], np.where(signed_a > signed_b, 255, 0).astype(np.uint8).view(np.uint32).ravel())
    dot = 7 + (halves_a.reshape(-1, 2) * signed_b[:, 2:].astype(int)).sum(1)
    np.testing.assert_array_equal(out[:, 4].view(np.int32), dot)


def test_an_assertion_ends_the_launch_and_is_found(simulate):
    machine = simulate(FILE)
    values = np.array([1, 2, 7, 3], np.int32)
    assert machine.launch("checked", values, block=4) == 719
    (finding,) = machine.findings
    assert finding["kind"] == "assertion" and finding["thread"] == [2, 0, 0] and "too large" in finding["message"]
    assert machine.library.rows(7) == 7
