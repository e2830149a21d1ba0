"""What a `main` allocates is compared with what its own launch accesses; other launches, and what is not constant, say nothing."""

from __future__ import annotations

import pytest

from xpiler import frontend
from xpiler.verify.defects.short_allocations import short_allocations

STENCIL = """#include <cstdio>
#include <cstdlib>
#define CHECK(call) do { if ((call) != cudaSuccess) exit(1); } while (0)
__global__ void stencil(const float *in, float *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) out[i] = 0.5f * in[i] + 0.5f * in[i + REACH];
}
int main(int argc, char **argv) {
  const int n = COUNT;
  size_t bytes = n * sizeof(float);
  float *d_in, *d_out;
  CHECK(cudaMalloc((void **)&d_in, BYTES));
  CHECK(cudaMalloc((void **)&d_out, bytes));
  dim3 block(256), grid((n + block.x - 1) / block.x);
  stencil<<<grid, block>>>(d_in, d_out, n);
  CHECK(cudaDeviceSynchronize());
  return 0;
}
"""
SET_ONCE = {"const int n": "int n"}  # no constant for the compiler


def found(**words: str) -> list[tuple[str, int, dict[str, int]]]:
    text = STENCIL
    for word, meaning in {"REACH": "1", "COUNT": "1 << 26", "BYTES": "bytes", **words}.items():
        text = text.replace(word, meaning)
    defects = short_allocations(frontend.read(text, "cuda"))
    assert all(d.is_definite for d in defects)
    return [(d.message, d.place.line, d.sizes) for d in defects]


def test_a_halo_that_is_not_allocated() -> None:
    """However large the arrays are: nothing is run."""
    n = 1 << 26
    assert found() == [(f"this accesses element {n} of 'in', for which {n} are allocated", 6, {"n": n})]


def test_casts_that_keep_a_number_are_followed() -> None:
    (defect,) = found(**SET_ONCE, BYTES="(size_t)(long)n * (unsigned)sizeof(float)")
    assert defect[1:] == (6, {"n": 1 << 26})


@pytest.mark.parametrize(
    "words",
    [
        {"REACH": "0"},
        {"BYTES": "(n + 1) * sizeof(float)"},
        {"COUNT": "argc > 1 ? atoi(argv[1]) : 1024"},  # nobody knows what is launched
        {"BYTES": "sizeof(float) * strtol(argv[1], 0, 10)"},
        {**SET_ONCE, "BYTES": "(size_t)(n * 1.5) * sizeof(float)"},  # numbers that are no integers are not followed
        {**SET_ONCE, "BYTES": "bytes + ((n - 2 * n - 1) / 2 + n) * sizeof(float)"},  # nor those below zero on the way
        {**SET_ONCE, "BYTES": "(int)(n * 64u + n + 1) * sizeof(float)"},  # nor casts that cut them
    ],
)
def test_what_fits_and_what_is_not_told(words: dict[str, str]) -> None:
    assert not found(**words)
