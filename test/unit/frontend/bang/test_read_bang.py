"""What BANG C reads as, and what is refused with which place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xpiler.diagnostics import InvalidInput, Unsupported
from xpiler.frontend import ReadOptions, read


def text_of(body: str, *, parameters: str = "const float *A, float *T, int n", top: str = "", options: ReadOptions | None = None) -> str:
    source = f'#include <bang.h>\n{top} extern "C" __mlu_global__ void k({parameters}) {{\n{body}\n}}\n'
    return str(read(source, "bang", options))


@pytest.mark.parametrize(
    ("call", "operation"),
    [
        ("__memcpy(x, A, 64 * sizeof(float), GDRAM2NRAM);", r"bang\.memcpy .* <gdram2nram> :"),
        ("__memcpy_async(T, x, 256, NRAM2GDRAM);", r"bang\.memcpy .* <nram2gdram> async :"),
        ("__memcpy(x, A, 16, GDRAM2NRAM, 16, 64, 3);", r"bang\.memcpy_2d "),
        ("__memcpy(x, A, 16, GDRAM2NRAM, 16, 1, 32, 1, 64, 3, 0, 0);", r"bang\.memcpy_3d "),
        ("__memcpy(w, x, 256, NRAM2WRAM);", r"<nram2wram>"),
        ("__bang_move(x, y, 256);", r"bang\.move "),
        ("__bang_write_zero(x, 64);", r"bang\.fill .*f32$"),
        ("__nramset(x, 64, 1.5f);", r"bang\.fill .*f32$"),
        ("__bang_add(x, y, x, 64);", r"bang\.binary<add>"),
        ("__bang_sub_scalar(x, y, 2, 64);", r"bang\.binary_scalar<sub> .*f32$"),
        ("__bang_mul_const(x, y, 2.0f, 64);", r"bang\.binary_scalar<mul>"),
        ("__bang_div(x, y, x, y, 64);", r"bang\.binary<div>"),
        ("__bang_cycle_mul(x, x, y, 64, 16);", r"bang\.cycle<mul>"),
        ("__bang_active_gelup(x, x, 64);", r"bang\.unary<active_gelup>"),
        ("__bang_fusion(FUSION_FMS, x, x, y, 2.0f, 64, 64);", r"bang\.fusion<fms>"),
        ("__bang_sumpool(x, y, 1, 1, 64, 1, 64, 1, 1);", r"bang\.pool<sum>"),
        ("__bang_maxpool(x, y, 1, 8, 8, 2, 2);", r"bang\.pool<max>"),
        ("__bang_argmax(x, y, 64);", r"bang\.arg<max>"),
        ("__bang_reduce_sum(x, x, 64);", r"bang\.reduce_sum"),
        ("__bang_transpose(x, y, 8, 8);", r"bang\.transpose"),
        ("__bang_matmul(x, y, w, 8, 8, 8);", r"bang\.matmul"),
        ("__bang_mlp(x, y, x, w, 8, 8);", r"bang\.mlp .* bias"),
        ("__bang_float2half_rn(h, x, 64);", r"bang\.convert<rn>"),
        ("__bang_float2int32_tz((int *)x, y, 64, 0);", r"bang\.convert<tz> .* fix_position"),
        ("__sync_io_move_compute();", r"bang\.sync<io_move_compute>"),
        ("__sync_copy_dram_to_nram();", r"bang\.sync<io>"),
        ("__sync_all_ipu();", r"bang\.barrier<all_ipu>"),
        ("__bang_atomic_reduce_add(T, x, 64);", r"bang\.atomic_reduce<add>"),
        ("T[0] = __bang_sum(x, 64);", r"bang\.sum"),
    ],
)
def test_builtin_becomes_one_operation(call: str, operation: str) -> None:
    arrays = "__nram__ float x[64], y[64]; __nram__ half h[64]; __wram__ float w[64];\n"
    assert re.search(operation, text_of(arrays + call), re.MULTILINE)


def test_file_scope_array_belongs_to_the_kernel() -> None:
    text = text_of("__memcpy(buffer, A, 4, GDRAM2NRAM);", top="__nram__ char buffer[1024];")
    assert "memref<1024xi8, #bang.space<nram>>" in text
    assert re.search(r"xpiler\.view .* memref<\?xi8, #bang", text)


def test_pointer_into_byte_buffer_is_a_view_of_its_type() -> None:
    text = text_of("float *p = (float *)buffer + 8; __bang_write_zero(p, 4);", top="__nram__ char buffer[1024];")
    assert "memref<1024xi8, #bang.space<nram>> to memref<?xf32, #bang.space<nram>>" in text


def test_grid_stride_loop_over_tasks_is_counted() -> None:
    assert "scf.for" in text_of("for (int i = taskId; i < n; i += taskDim) T[i] = A[i];")


def test_weights_option_is_the_layout() -> None:
    body = "__nram__ float x[64]; __wram__ float w[64]; __bang_matmul(x, x + 8, w, 1, 8, 8);"
    assert re.search(r"layout\s+kn", text_of(body, options=ReadOptions(bang_weights="kn")))
    assert not re.search(r"layout\s+kn", text_of(body))


def test_architecture_macros_are_defined_on_the_device() -> None:
    body = "#if __BANG_ARCH__ >= 500\nT[0] = __MLU_NRAM_SIZE__;\n#else\nT[0] = 1;\n#endif"
    assert "5.120000e+02" in text_of(body)
    assert "1.000000e+00" in text_of(body, options=ReadOptions(arch="mtp_372"))


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("__nram__ float x[64];\n__memcpy(x, A, 4, NRAM2GDRAM);", 4, ("NRAM2GDRAM", "GDRAM2NRAM")),
        ("__nram__ float x[64];\n__memcpy(T, x, 4, GDRAM2NRAM);", 4, ("GDRAM2NRAM", "NRAM2GDRAM")),
        ("__nram__ float x[200000];\nx[0] = 1;", 3, ("800000", "524288", "NRAM")),
        ("__nram__ float x[100000];\n__nram__ float y[100000];\nx[0] = y[0] = 1;", 4, ("800000", "524288")),
        ("__nram__ float x[64];\n__bang_add(x, A, x, 64);", 4, ("argument 2", "GDRAM")),
        ("__nram__ float x[64];\n__bang_matmul(x, x, x, 4, 4, 4);", 4, ("argument 3", "NRAM")),
        ("__bang_frobnicate(n);", 3, ("__bang_frobnicate",)),
    ],
)
def test_wrong_use_is_refused_where_it_is(body: str, line: int, words: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput) as raised:
        text_of(body)
    diagnostic = raised.value.diagnostics[0]
    assert diagnostic.place is not None and diagnostic.place.line == line
    assert all(word in f"{diagnostic.message} {diagnostic.hint}" for word in words), diagnostic


def test_run_time_sized_array_is_refused() -> None:
    with pytest.raises(Unsupported, match="run time"):
        text_of("__nram__ float x[n];\nx[0] = 1;")


def test_larger_chip_takes_a_larger_array() -> None:
    body = "__nram__ float x[160000];\nx[0] = A[0]; T[0] = x[0];"
    assert "160000" in text_of(body, options=ReadOptions(arch="mtp_372"))
    with pytest.raises(InvalidInput, match="mtp_592"):
        text_of(body)


def test_number_passed_by_value_is_not_assigned() -> None:
    text = text_of("for (int i = 0; i < n; i += 32) T[i] = min(32, n - i);")
    assert "scf.for" in text and "scf.while" not in text


def test_launcher_becomes_host_operations() -> None:
    source = """
#include <bang.h>
extern "C" __mlu_global__ void k(const float *A, float *T, int n) { for (int i = taskId; i < n; i += taskDim) T[i] = A[i]; }
extern "C" void k_kernel(const float *A, float *T, int n) {
  float *dA, *dT;
  cnrtQueue_t queue;
  CNRT_CHECK(cnrtQueueCreate(&queue));
  CNRT_CHECK(cnrtMalloc((void **)&dA, n * sizeof(float)));
  CNRT_CHECK(cnrtMalloc((void **)&dT, n * sizeof(float)));
  CNRT_CHECK(cnrtMemcpy(dA, A, n * sizeof(float), cnrtMemcpyHostToDev));
  cnrtDim3_t dim = {8, 2, 1};
  k<<<dim, cnrtFuncTypeUnion2, queue>>>(dA, dT, n);
  cnrtMemcpyAsync(T, dT, n * sizeof(float), queue, cnrtMemcpyDevToHost);
  cnrtFree(dA);
  cnrtFree(dT);
}
"""
    text = str(read(source, "bang"))
    assert re.search(r"xpiler\.launch @k tasks\(%c8_i32, %c2_i32, %c1_i32\w*\) <union2> args", text)
    assert text.count("xpiler.alloc") == 2 and "<h2d>" in text and "<d2h>" in text
    assert 'xpiler.launcher = "host"' in text


def test_launch_option_makes_a_device_launcher(tmp_path: Path) -> None:
    path = tmp_path / "k.mlu"
    path.write_text("__mlu_global__ void k(const float *A, float *T, int n) { T[taskId] = A[taskId]; }")
    text = str(read(path, "bang", ReadOptions(launch="tasks=32,type=union8")))
    assert re.search(r"xpiler\.launch @k tasks\(%c32_i32, .*\) <union8> on %", text)
    assert 'xpiler.launcher = "device"' in text


@pytest.mark.parametrize("launch", ["grid=1,block=2", "tasks=16,type=union3"])
def test_launch_option_that_is_none_is_refused(launch: str) -> None:
    with pytest.raises(InvalidInput, match="--launch"):
        text_of("T[0] = 1;", options=ReadOptions(launch=launch))


def test_arrays_in_constant_memory_are_globals(tmp_path: Path) -> None:
    path = tmp_path / "k.mlu"
    path.write_text(
        "__mlu_const__ float scale[2] = {0.5f, 2.0f};\n"
        "__mlu_global__ void k(const float *A, float *T, int n) { T[taskId] = scale[taskId % 2] * A[taskId]; }"
    )
    assert "dense<[5.000000e-01, 2.000000e+00]>" in str(read(path, "bang", ReadOptions(launch="tasks=32,type=union8")))
