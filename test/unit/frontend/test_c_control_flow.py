"""Control flow in SSA form does what the source does."""

from __future__ import annotations

import pytest

from xpiler import frontend
from xpiler.frontend import ReadOptions


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("int s = 0; for (int i = 0; i < n; ++i) s += i; out[0] = s;", 10),
        ("int s = 0; for (int i = n; i > 0; --i) { if (i == 2) break; s += i; } out[0] = s;", 12),
        ("int s = 0; for (int i = 0; i < n; ++i) { if (i == 1) continue; s += i; } out[0] = s;", 9),
        ("int s = 0, i = 0; while (i < n) { if (++i == 3) continue; s += i; } out[0] = s;", 12),
        ("int i = 0; do { i += 2; } while (i < n); out[0] = i;", 6),
        ("int s = 0; for (int i = 0; i < n; ++i) for (int j = 0; j < n; ++j) { if (j > i) break; s += j; } out[0] = s;", 20),
        ("int i; for (i = 0; i < n; ++i) ; out[0] = i;", 5),
        ("int i; for (i = 7; i < n; ++i) ; out[0] = i;", 7),
        ("int s = 0; for (;;) { if (++s == n) break; } out[0] = s;", 5),
        ("int s = 1; switch (n) { case 1: s = 2; case 5: s += 3; case 6: s *= 2; break; default: s = 9; } out[0] = s;", 8),
        ("int s; switch (n) { default: s = 9; break; case 4: s = 4; break; } out[0] = s;", 9),
        (
            "int s = 0; for (int i = 0; i < n; ++i) { switch (i) { case 1: continue; "
            "case 3: break; default: s += 10; } s += 1; } out[0] = s;",
            34,
        ),
        ("out[0] = 1; if (n == 5) return; out[0] = 2;", 1),
        ("out[0] = 1; for (int i = 0; i < n; ++i) { if (i == 3) return; out[0] += i; } out[0] = 99;", 4),
        ("int c = 0; if (n > 9 && c++) ; if (n < 9 || c++) ; out[0] = c;", 0),
        ("int k = n > 3 ? n > 4 ? 1 : 2 : 3; out[0] = k;", 1),
        ("int s = 0; do { s++; if (s == 1) break; s = 50; } while (0); out[0] = s;", 1),
        ("unsigned char c = 250; int s = 0; for (; c > 5; c++) s++; out[0] = s;", 6),
        ("int x = 3, y = 4; for (int i = 0; i < n; ++i) { int t = x; x = y; y = t; } out[0] = 10 * x + y;", 43),
    ],
)
def test_body(evaluate, body: str, expected: int) -> None:
    assert evaluate(body, n=5)[0] == expected


def test_guarded_read_is_not_executed(evaluate) -> None:
    assert evaluate("out[0] = n < 1 && a[1 << 28] > 0;", n=5)[0] == 0


def test_early_return_of_a_kernel_is_marked(read) -> None:
    text = read("__global__ void k(float *x, int n) { int i = threadIdx.x; if (i >= n) return; x[i] = 0; __syncthreads(); x[i] += 1; }")
    assert "xpiler.after_exit" in text and "arith.cmpi slt" in text


@pytest.mark.parametrize(
    ("header", "form"),
    [
        ("for (int i = 0; i < n; ++i)", "scf.for"),
        ("for (int i = 0; i <= n; i += 2)", "scf.for"),
        ("for (int i = 0; n > i; i = i + 1)", "scf.for"),
        ("for (int i = threadIdx.x; i < n; i += blockDim.x * gridDim.x)", "scf.for"),
        ("for (unsigned i = 0; i < blockDim.x; ++i)", "scf.for unsigned"),
        ("for (int i = 0; i < n; i += step)", "scf.while"),  # the sign of step is not known
        ("for (int i = n; i > 0; --i)", "scf.while"),
        ("for (unsigned char i = 0; i < n; ++i)", "scf.while"),  # wraps at 256
        ("for (unsigned i = 0; i < m; ++i)", "scf.while"),  # wraps at 2^32
    ],
)
def test_counted_loop_only_where_it_means_the_same(read, header: str, form: str) -> None:
    text = read(f"__global__ void k(float *x, int n, int step, long m) {{ {header} x[i] = 1; }}")
    assert form in text
    if form == "scf.while":
        assert "scf.for" not in text


def test_bound_read_from_memory_that_the_body_writes_is_no_counted_loop(read) -> None:
    written = read("__global__ void k(int *x, int *e) { for (int i = 0; i < e[0]; ++i) x[i] = 1; }")
    apart = read("__global__ void k(int *__restrict__ x, const int *__restrict__ e) { for (int i = 0; i < e[0]; ++i) x[i] = 1; }")
    assert "scf.while" in written and "scf.for" in apart


def test_a_loop_up_to_a_minimum_is_counted() -> None:
    """`std::min` of what the loop leaves alone is the same in every iteration."""
    text = """#include <algorithm>
    extern "C" void head(const float *x, float *y, int n, int m) { for (int i = 0; i < std::min(n, m * 2); ++i) y[i] = x[i]; }"""
    module = str(frontend.read(text, "vnni", ReadOptions()))
    assert "scf.for" in module and "scf.while" not in module
