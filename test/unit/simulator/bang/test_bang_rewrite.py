"""The text that real files hold: launches, declarations, macros, templates, names that clash with libraries."""

# ruff: noqa: E501 (kernels stand as text)
from __future__ import annotations

import ctypes

import numpy as np
import pytest
from bang_program import UNION1

from xpiler.diagnostics import InvalidInput
from xpiler.platforms.bang.simulator.rewrite import rewrite

COPY_OUT = "__memcpy(out, x, 256, NRAM2GDRAM);"


def run(built, kernel: str = "k", n: int = 64) -> np.ndarray:
    out = np.empty(n, np.float32)
    built.launch(kernel, out)
    assert built.findings() == []
    return out


DECLARATIONS = [
    "__nram__ float x[64];",
    "static __nram__ float x[64];",
    "float __nram__ x[64];",
    "__nram__ __attribute__((aligned(128))) float x[64];",
    "__nram__ float x[4 * 16] __attribute__((aligned(64)));",
    "__nram__ char before[100], after[20]; __nram__ float y[2], x[64];",
    "#define SIZE 64\n#define BUFFER(name) __nram__ float name[SIZE]\nBUFFER(x);",
    "constexpr int rows = 8; __nram__ float x[rows * (rows > 4 ? 8 : 1)];",
]


def test_declarations(program) -> None:
    """Each at file scope (in a namespace of its own) and in a function."""
    body = f"static_assert(sizeof(x) == 256); __bang_write_value(x, 64, 2.5f); {COPY_OUT} }}"
    text = ""
    for i, declaration in enumerate(DECLARATIONS):
        text += f"namespace file{i} {{\n{declaration}\n__mlu_global__ void outside{i}(float *out) {{ {body}\n}}\n"
        text += f'extern "C" __mlu_global__ void inside{i}(float *out) {{\n{declaration}\n{body}\n'
    built = program(text)
    for i in range(len(DECLARATIONS)):
        np.testing.assert_array_equal(run(built, f"outside{i}"), np.full(64, 2.5))
        np.testing.assert_array_equal(run(built, f"inside{i}"), np.full(64, 2.5))


def test_arrays_with_values_and_dimensions(program) -> None:
    built = program(
        "const __nram__ float table[] = {1, 2, 3, 4};\n__nram__ float grid[4][16];\n__nram__ float one;\n"
        'extern "C" __mlu_global__ void k(float *out) {\n one = 10;\n'
        " for (int i = 0; i < 4; ++i) for (int j = 0; j < 16; ++j) grid[i][j] = table[i] * one + j;\n"
        " __memcpy(out, grid[0], sizeof(grid), NRAM2GDRAM);\n}\n"
    )
    np.testing.assert_array_equal(run(built), (np.arange(1, 5)[:, None] * 10 + np.arange(16)).ravel())


def test_templates_have_arrays_of_their_own(program) -> None:
    built = program(
        "template <typename T, int N> __mlu_func__ T *place(T value) { __nram__ T x[N]; __bang_write_value(x, N, value); return x; }\n"
        'extern "C" __mlu_global__ void k(float *out) {\n'
        " float *a = place<float, 32>(1.0f); float *b = place<float, 16>(2.0f); half *h = place<half, 64>((half)3);\n"
        " __memcpy(out, a, 128, NRAM2GDRAM); __memcpy(out + 32, b, 64, NRAM2GDRAM); __bang_half2float(a, h, 16);\n"
        " __memcpy(out + 48, a, 64, NRAM2GDRAM); }\n"
    )
    np.testing.assert_array_equal(run(built), np.repeat([1, 2, 3], [32, 16, 16]))


def test_parameters_in_memory_spaces(program) -> None:
    built = program(
        "__mlu_func__ void twice(__nram__ float *x, int n) { __bang_mul_scalar(x, x, 2, n); }\n__nram__ float x[64];\n"
        f'extern "C" __mlu_entry__ void k(float *out) {{ __nram__ float *p = x; __bang_write_value(p, 64, 4.f); twice(p, 64); {COPY_OUT} }}\n'
    )
    np.testing.assert_array_equal(run(built), np.full(64, 8))


def test_kernels_may_be_named_like_library_functions(program) -> None:
    names = ["sin", "select", "max", "min", "relu", "add", "exp", "div"]
    text = "__nram__ float x[64];\n"
    for name in names:
        text += f'extern "C" __mlu_global__ void {name}(float *out) {{ __bang_write_value(x, 64, fabsf(-3.f)); {COPY_OUT} }}\n'
        text += f'extern "C" void {name}_launch(cnrtQueue_t queue, float *out) {{ cnrtDim3_t dim = {{1, 1, 1}}; {name}<<<dim, cnrtFuncTypeBlock, queue>>>(out); }}\n'
    built = program(text)
    for name in names:
        np.testing.assert_array_equal(run(built, name), np.full(64, 3))


LAUNCHES = [
    "k<<<dim, cnrtFuncTypeUnion1, queue>>>(d);",
    "k <<< dim, cnrtFuncTypeUnion1, queue >>> (d);",
    "k<<<{4, 1, 1}, cnrtFuncTypeUnion1, nullptr>>>(\n      d);",
    "cnrtFunctionType_t type = CNRT_FUNC_TYPE_UNION1; k<<<dim, type, queue>>>(true ? d : NULL);",
    "t<float><<<dim, cnrtFuncTypeUnion1, queue>>>(d);",
    "inner::u<<<dim, cnrtFuncTypeUnion1, queue>>>(d);",
    "#define RUN(kernel, ...) kernel<<<dim, cnrtFuncTypeUnion1, queue>>>(__VA_ARGS__)\nRUN(k, d);",
    "void (*pointer)(float *) = k; pointer<<<dim, cnrtFuncTypeUnion1, queue>>>(d);",
]


def test_launches(program) -> None:
    body = "{ __bang_write_value(x, 16, (float)taskId); __memcpy(out + 16 * taskId, x, 64, NRAM2GDRAM); }"
    text = (
        f'#include <cnrt.h>\n__nram__ float x[16];\nextern "C" {{ __mlu_global__ void k(float *out) {body} }}\n'
        f"template <typename T> __mlu_global__ void t(T *out) {body}\nnamespace inner {{ __mlu_global__ void u(float *out) {body} }}\n"
    )
    for i, call in enumerate(LAUNCHES):
        text += (
            f'extern "C" void run{i}(float *out) {{ float *d; cnrtQueue_t queue; CNRT_CHECK(cnrtQueueCreate(&queue));\n'
            f" cnrtMalloc((void **)&d, 256); cnrtDim3_t dim; dim.x = 4; dim.y = dim.z = 1;\n{call}\n"
            " cnrtQueueSync(queue); cnrtMemcpy(out, d, 256, cnrtMemcpyDevToHost); cnrtFree(d); }\n"
        )
    built = program(text)
    for i in range(len(LAUNCHES)):
        out = np.zeros(64, np.float32)
        getattr(built.library, f"run{i}")(out.ctypes.data_as(ctypes.c_void_p))
        assert built.findings() == []
        np.testing.assert_array_equal(out, np.repeat(np.arange(4), 16))


def test_one_word_assembly_is_a_sync(program) -> None:
    built = program(
        '__nram__ float x[64];\nextern "C" __mlu_global__ void k(float *out, const float *in) {\n'
        ' __memcpy_async(x, in, 256, GDRAM2NRAM); __asm__ volatile("sync;\\n\\t"); __bang_abs(x, x, 64); ' + COPY_OUT + "}\n"
    )
    out = np.empty(64, np.float32)
    built.launch("k", out, np.full(64, -1, np.float32))
    assert built.findings() == []
    np.testing.assert_array_equal(out, np.ones(64))


def test_lines_stay_the_users(program) -> None:
    built = program(
        "__nram__\n  float\n  x[64],\n  y[64];\n"
        'extern "C" __mlu_global__ void k(float *out) {\n  __bang_write_value(x, 64, 0.f);\n  __bang_add(x, x, y, 64);\n}\n'
    )
    built.launch("k", np.zeros(4, np.float32))
    assert [(f["kind"], f["line"], f["buffer"]) for f in built.findings()] == [("uninitialised-read", 8, "y")]


def test_run_time_sized_arrays_are_refused(program) -> None:
    with pytest.raises(InvalidInput, match="size known at compile time") as error:
        program('extern "C" __mlu_global__ void k(float *out, int n) {\n  __nram__ float x[n];\n}\n')
    assert error.value.diagnostics[0].place.line == 3


def test_compiler_errors_are_located(program) -> None:
    with pytest.raises(InvalidInput, match="__bang_frobnicate") as error:
        program('extern "C" __mlu_global__ void k(float *out) {\n\n  __bang_frobnicate(out);\n}\n')
    place = error.value.diagnostics[0].place
    assert (place.line, place.file.rsplit("/", 1)[-1]) == (4, "kernels.mlu")


def test_device_macros_follow_the_architecture(program) -> None:
    text = (
        '__nram__ float x[64];\nextern "C" __mlu_global__ void k(float *out) { __bang_write_value(x, 64, (float)(__BANG_ARCH__ + __MLU_NRAM_SIZE__)); '
        + COPY_OUT
        + "}\n"
    )
    assert run(program(text, arch="mtp_372"))[0] == 372 + 768
    assert run(program(text, arch="mtp_290"))[0] == 290 + 512


def test_rewriting_leaves_other_text_alone() -> None:
    text = (
        'int a = b << 3; std::vector<std::vector<int>> v; // __nram__ float x[2];\nconst char *s = "k<<<1>>>(2)"; auto r = R"(__nram__)";\n'
    )
    assert rewrite(text).text == text + "\n"


def test_counts(program) -> None:
    built = program(
        '__nram__ float x[64];\nextern "C" __mlu_global__ void k(float *out) { __bang_write_value(x, 64, 1.f); __sync_all();\n'
        " __memcpy(out + 64 * taskId, x, 256, NRAM2GDRAM); }\n"
    )
    built.launch("k", np.zeros(256, np.float32), dim=(4, 1, 1), union=UNION1)
    counts = built.counts()
    assert counts["instructions"] == {"__bang_write_value": 4, "__memcpy": 4, "__sync_all": 4}
    assert counts["bytes"] == {"NRAM2GDRAM": 1024}
    assert counts["barrier_waits"] == 3
