"""Records whose constructors are written out: functors with a factor, pairs that add."""

from __future__ import annotations

import pytest

from xpiler.diagnostics import Unsupported

RECORD = """
struct Affine {
  float scale, shift = 3.0f;
  int mode{0};
  __host__ __device__ explicit Affine(float s) : scale(s) {}
  __host__ __device__ Affine(float s, float t, int m = 1) : scale(s), shift(t) { mode = m; }
  __device__ float operator()(float x) const { return mode == 0 ? x * scale : x + shift; }
};
"""
KERNEL = "__global__ void k(float *x, float s) { x[threadIdx.x] = BODY; }"


@pytest.mark.parametrize(
    ("made", "constants"),
    [
        ("Affine(s)(x[0])", {"mulf"}),
        ("Affine(s, 5.0f)(x[0])", {"addf", "5.0"}),
        ("Affine(s).shift", {"3.0"}),
        ("Affine(s, s, 0)(x[0])", {"mulf"}),
    ],
)
def test_defaults_the_list_and_the_body_set_fields(read, made: str, constants: set[str]) -> None:
    text = read(RECORD + KERNEL.replace("BODY", made))
    assert all(word in text for word in constants)
    assert ("mulf" in text) == ("mulf" in constants)


def test_an_operator_returns_what_it_constructs(read) -> None:
    text = read("""
struct Pair {
  float a, b;
  __device__ Pair(float x, float y) : a(x), b(y) {}
  __device__ Pair operator+(const Pair &o) const { return Pair(a + o.a, b + o.b); }
};
__global__ void k(float *x) {
  Pair p(x[0], x[1]);
  p = p + Pair(x[2], x[3]);
  x[4] = p.a;
}""")
    assert text.count("arith.addf") >= 1 and "poison" not in text


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ("struct Base { float b; }; struct R : Base { float c; __device__ R(float x) : c(x) {} };", "has a base"),
        ("struct R { float c; __device__ R(float x) : c(x) {} __device__ R() : R(1.0f) {} };", "calls another"),
    ],
)
def test_bases_and_constructors_of_constructors_are_refused(read, record: str, words: str) -> None:
    made = "R()" if "R()" in record else "R(2.0f)"
    with pytest.raises(Unsupported, match=words):
        read(record + KERNEL.replace("BODY", f"{made}.c"))


DEFAULTS = "struct P { int a; int b = 7; int c[2] = {8, 9}; }; struct Q { P p; int d = 5; };"


@pytest.mark.parametrize(
    ("declared", "fields", "values"),
    [
        ("P p; p.a = 1;", "p.a, p.b, p.c[0], p.c[1]", [1, 7, 8, 9]),
        ("P p = {3};", "p.a, p.b, p.c[0], p.c[1]", [3, 7, 8, 9]),
        ("P p{3, 4};", "p.a, p.b, p.c[0], p.c[1]", [3, 4, 8, 9]),
        ("P p{};", "p.a, p.b, p.c[0], p.c[1]", [0, 7, 8, 9]),
        ("P p = P();", "p.a, p.b, p.c[0], p.c[1]", [0, 7, 8, 9]),
        ("Q q{}; q.p.a = 2;", "q.p.a, q.p.b, q.p.c[1], q.d", [2, 7, 9, 5]),
        ("Q q = {{1, 2}};", "q.p.a, q.p.b, q.p.c[1], q.d", [1, 2, 9, 5]),
    ],
)
def test_fields_that_are_not_given_have_the_values_at_their_declarations(evaluate, declared, fields, values) -> None:
    """Not zero, as the fields of records of C have."""
    stores = " ".join(f"out[{k}] = {name};" for k, name in enumerate(fields.split(", ")))
    assert evaluate(f"{declared} {stores}", before=DEFAULTS)[:4] == values


def test_constructors_of_a_template_set_the_fields_of_its_instance(read) -> None:
    text = read("""
template <typename T> struct Tile {
  struct Storage { T part[32]; };
  T *part;
  __device__ Tile(Storage &s) : part(s.part) {}
  __device__ void put(T value) { part[threadIdx.x] = value; }
};
__global__ void k(float *x) {
  __shared__ typename Tile<float>::Storage storage;
  Tile<float>(storage).put(x[threadIdx.x]);
  __syncthreads();
  x[threadIdx.x] = storage.part[31 - threadIdx.x];
}""")
    assert text.count("memref.store") == 2 and "poison" not in text


def test_the_base_of_a_template_with_a_constructor_is_refused(read) -> None:
    with pytest.raises(Unsupported, match="has a base"):
        read("""
struct Base { float b; };
template <typename T> struct R : Base { T c; __device__ R(T x) : c(x) {} };
__global__ void k(float *x) { x[0] = R<float>(2.0f).c; }""")
