"""Arrays, pointers, references, records."""

from __future__ import annotations


def test_two_dimensional_array_and_row_pointer(evaluate) -> None:
    body = "int t[2][3] = {{1, 2, 3}, {4}}; int *row = t[1]; row[2] = 7; out[0] = t[1][0]; out[1] = t[1][1]; out[2] = *(row + 2);"
    assert evaluate(body)[:3] == [4, 0, 7]


def test_pointer_that_moves_in_a_loop(evaluate) -> None:
    assert evaluate(
        "const int *p = a + 1; long s = 0; for (int i = 0; i < 3; ++i) s += *p++; out[0] = s; out[1] = p - a;", a=(1, 2, 3, 4, 5)
    )[:2] == [9, 4]


def test_pointers_that_swap_their_arrays(evaluate) -> None:
    body = "int x[2] = {1, 2}, y[2] = {3, 4}; int *p = x, *q = y; for (int i = 0; i < n; ++i) { int *t = p; p = q; q = t; }"
    body += "out[0] = p[0]; out[1] = q[1];"
    assert evaluate(body, n=3)[:2] == [3, 2]


def test_pointer_chosen_by_a_condition(evaluate) -> None:
    assert evaluate("int x[2] = {1, 2}, y[2] = {3, 4}; int *p = n > 2 ? x : y + 1; p[0] = 9; out[0] = x[0]; out[1] = y[1];", n=1)[:2] == [
        1,
        9,
    ]


def test_memory_seen_as_another_type(read) -> None:
    text = read('extern "C" void k(int *x, float f) { x[0] = *reinterpret_cast<int *>(&f); }', "vnni")
    assert "memref.alloca() : memref<1xf32>" in text and ": memref<1xf32> to memref<?xi32>" in text


def test_helper_with_reference_and_out_parameters(evaluate) -> None:
    before = "static void add(int &x, int by) { x += by; } static void twice(int *x) { *x *= 2; }"
    assert evaluate("int x = n; add(x, 3); twice(&x); out[0] = x;", n=4, before=before)[0] == 14


def test_helper_returns_early(evaluate) -> None:
    before = "static int sign(int x) { if (x > 0) return 1; if (x < 0) return -1; return 0; }"
    assert evaluate("for (int i = 0; i < 3; ++i) out[i] = sign(a[i]);", a=(5, -5, 0), before=before)[:3] == [1, -1, 0]


def test_records_are_values(evaluate) -> None:
    before = "struct P { int x, y; }; static P swap(P p) { P q = {p.y, p.x}; return q; }"
    assert evaluate("P p = {1, 2}; P q = swap(p); q.x += 10; p = q; out[0] = p.x; out[1] = p.y;", before=before)[:2] == [12, 1]


def test_lambda_captures(evaluate) -> None:
    assert evaluate("int s = 1; auto f = [&](int x) { s += x; return s * 2; }; out[0] = f(3); out[1] = s;")[:2] == [8, 4]


def test_lambda_that_copies_keeps_the_value_of_then(evaluate) -> None:
    body = "int s = 1, r = 1; auto f = [=](int x) { return s + x; }; auto g = [s, &r](int x) { return s + r + x; }; s = 100; r = 100;"
    assert evaluate(body + "out[0] = f(3); out[1] = g(3); out[2] = s;")[:3] == [4, 104, 100]


def test_template_and_constants(evaluate) -> None:
    before = "constexpr int W = 3; enum { TWO = 2 };\n#define SQUARE(x) ((x) * (x))\n"
    before += "template <typename T, int N> T scale(T x) { if constexpr (N > 2) return x * N; else return x; }"
    assert evaluate("out[0] = scale<int, W>(n) + scale<int, 1>(n); out[1] = SQUARE(n + 1) + TWO;", n=5, before=before)[:2] == [20, 38]


def test_table_of_constants(evaluate) -> None:
    assert (
        evaluate("const int t[4] = {5, 6, 7}; out[0] = t[n] + g[1][1];", n=2, before="static const int g[2][2] = {{1, 2}, {3, 4}};")[0]
        == 11
    )


def test_scalars_have_no_memory(read) -> None:
    text = read('extern "C" void k(float *x, int n) { float s = 0; int i = 0; while (i < n) { s += x[i]; ++i; } x[0] = s; }', "vnni")
    assert "alloca" not in text
