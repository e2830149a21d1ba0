"""Functions of a file by its text alone, expressions and shapes of the command line."""

from __future__ import annotations

import pytest

from xpiler.diagnostics import InvalidInput
from xpiler.execution.callables import choose, launch_shape
from xpiler.execution.expressions import evaluate
from xpiler.execution.signatures import functions

FILE = """
#include <cuda_runtime.h>
#define STRANGE(x) { x
struct Helper { void method(int a) { (void)a; } };
template <class T> __global__ void generic(T *x) { x[0] = T(); }
namespace inner {
__global__ __launch_bounds__(64) void scale(const float *__restrict__ x, unsigned char *y, unsigned long long n, float a = 2) {}
}
__device__ float square(float v) { return v * v; }
extern "C" {
int first(const half *h, __nv_bfloat16 *b, int sizes[], size_t n) { inner::scale<<<1, 64>>>(0, 0, n, 1); return 0; }
}
static void unknown(Helper helper) { if (sizeof(helper)) { } }
int main(int argc, char **argv) { return 0; }
"""


def test_kernels_and_host_functions_with_their_parameters():
    found = {f.name: f for f in functions(FILE)}
    assert set(found) == {"scale", "first", "unknown", "main"}
    assert [(p.name, p.dtype, p.is_pointer) for p in found["scale"].parameters] == [
        ("x", "float32", True), ("y", "uint8", True), ("n", "uint64", False), ("a", "float32", False),
    ]  # fmt: skip
    assert [(p.dtype, p.is_pointer) for p in found["first"].parameters] == [
        ("float16", True), ("uint16", True), ("int32", True), ("uint64", False),
    ]  # fmt: skip
    assert found["first"].exported and found["first"].launches and found["first"].line == 11
    assert found["unknown"].parameters is None


def test_the_function_that_launches_is_called():
    assert choose(FILE, "a.cu", "cuda", "", "", launching=False).name == "first"
    assert choose(FILE, "a.cu", "cuda", "", "", launching=True).name == "scale"


@pytest.mark.parametrize(
    ("call", "kernel", "launching", "message"),
    [("nothing", "", False, "expected one host function"), ("unknown", "", False, "cannot be given"), ("", "generic", True, "has scale")],
)
def test_an_unclear_choice_is_refused(call, kernel, launching, message):
    with pytest.raises(InvalidInput, match=message):
        choose(FILE, "a.cu", "cuda", call, kernel, launching)


def test_shapes_in_the_sizes_of_a_call():
    shape = launch_shape("grid=((n + 63) / 64, 2),block=64,shared=4*n", "cuda", {"n": 100})
    assert (shape.grid, shape.block, shape.shared) == ((2, 2, 1), (64, 1, 1), 400)
    assert launch_shape("tasks=8,type=union2", "bang", {}).union == 8


@pytest.mark.parametrize("text", ["grid=", "grid=m", "threads=3", "grid=1,block=(1,2,3,4)", "grid=n.real"])
def test_a_wrong_shape_is_refused(text):
    with pytest.raises(InvalidInput):
        launch_shape(text, "cuda", {"n": 1})


def test_expressions_are_integer_arithmetic_only():
    assert evaluate("max((n + 255) / 256, 1 << 3) - -1", {"n": 5000}) == 21
    for text in ("__import__('os')", "n", "1.5", "1 / 0", "2 ** 9"):
        with pytest.raises(InvalidInput, match="cannot evaluate"):
            evaluate(text, {})
