"""Bytes read as wider integers: pieces put together, and taken apart again for nothing."""

from __future__ import annotations

import pytest

from xpiler import frontend, raising
from xpiler.diagnostics import Unsupported
from xpiler.frontend import ReadOptions

DOT = """
__global__ void dot(const signed char *a, const signed char *b, int *c, int k) {
  const int *x = reinterpret_cast<const int *>(a + blockIdx.x * k), *y = (const int *)b;
  int s = 0;
  for (int i = 0; i < k / 4; ++i) s = __dp4a(x[i], y[i], s);
  c[blockIdx.x] = s;
}
void go(const signed char *a, const signed char *b, int *c, int n, int k) { dot<<<n, 1>>>(a, b, c, k); }
"""


def _raised(source: str) -> str:
    return str(raising.raise_module(frontend.read(source, "cuda", ReadOptions())))


def test_a_dot_of_bytes_reads_bytes() -> None:
    text = _raised(DOT)
    assert "arith.shli" not in text
    assert text.count("arith.extsi") >= 2
    assert ": memref<?xi8>" in text


def test_an_integer_of_bytes_is_put_together() -> None:
    text = _raised(DOT.replace("__dp4a(x[i], y[i], s)", "s + x[i]"))
    assert text.count("arith.shli") == 3


STORED = DOT.replace("c[blockIdx.x] = s", "((int *)c8)[blockIdx.x] = s").replace("int *c, int k", "signed char *c8, int k")


def test_a_store_of_an_integer_to_bytes_is_one_for_each() -> None:
    assert _raised(STORED.replace("int *c, int n", "signed char *c, int n")).count("memref.store") == 4


PARTS = """
__global__ void parts(const unsigned *x, int *y) {
  const unsigned char *b = (const unsigned char *)x;
  y[threadIdx.x] = b[threadIdx.x];
}
void go(const unsigned *x, int *y) { parts<<<1, 64>>>(x, y); }
"""


def test_a_byte_of_an_integer_is_cut_out_of_it() -> None:
    assert "arith.shrui" in _raised(PARTS)


def test_a_store_of_a_byte_into_an_integer_is_refused() -> None:
    with pytest.raises(Unsupported, match="seen as"):
        _raised(
            PARTS.replace("const unsigned *x", "unsigned *x")
            .replace("const unsigned char *b = (const", "unsigned char *b = (")
            .replace("y[threadIdx.x] = b[threadIdx.x]", "b[threadIdx.x] = 1")
        )
