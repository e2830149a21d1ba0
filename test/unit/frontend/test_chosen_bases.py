"""Pointers that may point into several arrays, and functions that a template is given."""

from __future__ import annotations

import pytest

from xpiler.diagnostics import Unsupported

TWO = """
__global__ void k(float *q, float *p, const float *w, int n) {
  int i = threadIdx.x;
  float *b;
  if (i < n) b = q + 2 * i; else b = p + i;
  b[0] = b[1] * 2.0f;
  atomicAdd(b, 1.0f);
}
void l(float *q, float *p, const float *w, int n) { k<<<1, 256>>>(q, p, w, n); }
"""
THREE = """
__global__ void k(float *q, float *p, float *v, int n) {
  int i = threadIdx.x;
  float *b = i < n ? q : i < 2 * n ? p : v;
  b[i] = 1.0f;
}
void l(float *q, float *p, float *v, int n) { k<<<1, 256>>>(q, p, v, n); }
"""
SWAPPED = """
__global__ void k(float *q, float *p, int n) {
  for (int s = 0; s < n; ++s) {
    q[threadIdx.x] = p[threadIdx.x] + 1.0f;
    float *t = q; q = p; p = t;
  }
}
void l(float *q, float *p, int n) { k<<<1, 256>>>(q, p, n); }
"""
INSIDE = """
__global__ void k(float *q, int n) {
  float own[4] = {0, 1, 2, 3};
  float *b = q;
  if (n > 4) {
    float other[8] = {1, 2};
    other[n % 8] = 3;
    b = other;
  }
  q[threadIdx.x] = b[n & 3] + own[n & 3];
}
void l(float *q, int n) { k<<<1, 256>>>(q, n); }
"""
GIVEN = """
__device__ float twice(float v) { return v * 2; }
using Function = float (*)(float);
template <Function f> __device__ float applied(float v) { return f(v) + 1; }
__global__ void k(const float *x, float *y, int n) { int i = threadIdx.x; if (i < n) y[i] = applied<twice>(x[i]); }
void l(const float *x, float *y, int n) { k<<<1, 256>>>(x, y, n); }
"""


@pytest.mark.parametrize(("text", "accesses"), [(TWO, 6), (THREE, 3)])
def test_an_access_becomes_a_branch_over_the_arrays(read, text: str, accesses: int) -> None:
    kernel = read(text).split("func.func @l")[0]
    assert "-> (memref" not in kernel and ", memref" not in kernel.split("{xpiler.kernel}")[-1].replace(" : f32, memref", "")
    assert sum(kernel.count(f"{op} ") for op in ("memref.load", "memref.store", "cuda.atomic<add>")) == accesses


def test_arrays_that_change_places_in_a_loop_are_numbers_in_it(read) -> None:
    kernel = read(SWAPPED).split("func.func @l")[0]
    assert "-> (i1, index, i1, index)" in kernel
    assert kernel.count("memref.load ") == kernel.count("memref.store ") == 2


def test_an_array_of_one_branch_is_refused_at_its_line(read) -> None:
    with pytest.raises(Unsupported, match="inside of a branch") as refused:
        read(INSIDE)
    assert ":5:" in str(refused.value)


def test_a_template_is_given_a_function(read) -> None:
    assert "2.000000e+00" in read(GIVEN)
