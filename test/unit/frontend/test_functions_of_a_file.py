"""Kernels and launchers are told by what they do, whatever they are called."""

from __future__ import annotations

import pytest

from xpiler import frontend
from xpiler.diagnostics import XpilerError, collecting
from xpiler.platforms.names import platform_of
from xpiler.verify.signature import functions

SCALE = 'extern "C" void scale(const float *A, float *T, int n) { for (int i = 0; i < n; ++i) T[i] = 2 * A[i]; }\n'
KERNEL = "__global__ void k(float *A) { A[threadIdx.x] = 0; }\n"


def found(text: str) -> tuple[list[str], list[str]]:
    """The kernels and the launchers of a C++ file."""
    module = frontend.read(text, "vnni")
    return sorted(functions(module, "xpiler.kernel")), sorted(functions(module, "xpiler.launcher"))


@pytest.mark.parametrize("name", ["scale_kernel", "run", "LaunchScale"])
def test_a_launcher_may_have_any_name(name: str):
    launcher = f'extern "C" void {name}(const float *X, float *Y, int n) {{ scale(X, Y, n); }}\n'
    assert found(SCALE + launcher) == (["scale"], [name])


def test_a_suffix_makes_no_launcher():
    text = SCALE + "void scale_kernel(const float *A, float *T, int n) { for (int i = 0; i < n; i += 8) scale(A + i, T + i, 8); }\n"
    assert found(text) == (["scale_kernel"], [])


def test_a_helper_is_part_of_the_kernel_that_calls_it():
    helper = "static void row(const float *A, float *T) { T[0] = A[0]; }\n"
    kernel = "void copy(const float *A, float *T) { row(A, T); }\n"
    assert found(helper + kernel) == (["copy"], [])
    assert found(helper.replace("static", "inline") + kernel) == (["copy"], [])


def test_a_program_around_a_kernel_is_passed_over():
    program = "int main() { static float A[8], T[8]; scale(A, T, 8); return 0; }\nvoid test() { static float A[8]; scale(A, A, 8); }\n"
    assert found(SCALE + program)[0] == ["scale"]


def test_a_launcher_may_start_several_kernels():
    more = SCALE.replace("scale", "twice")
    launcher = "void both(const float *A, float *T, int n) { scale(A, T, n); twice(T, T, n); }\n"
    assert found(SCALE + more + launcher) == (["scale", "twice"], ["both"])


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("#include <hip/hip_runtime.h>\n" + KERNEL, "hip"),
        ("#define KERNEL __attribute__((global))\n" + KERNEL.replace("__global__", "KERNEL"), "hip"),
        ("// no __global__ function, nothing of hip/\n" + SCALE, "vnni"),
        ('const char *kind = "__global__";\n' + SCALE, "vnni"),
    ],
)
def test_a_cpp_file_is_hip_where_it_has_a_gpu_kernel(text: str, platform: str):
    assert platform_of("k.cpp", text) == platform


def test_a_status_is_left_out_and_said():
    text = "int relu(const float *x, float *y, int n) { if (n <= 0) return -1; for (int i = 0; i < n; ++i) y[i] = x[i]; return 0; }"
    with collecting() as warnings:
        assert found(text) == (["relu"], [])
    assert [warning.message for warning in warnings] == ["the status that 'relu' returns is left out of the output"]


def test_a_result_is_no_status():
    with pytest.raises(XpilerError, match="'first' returns a value"):
        found("int first(const int *x, int n) { return x[n - 1]; }")
