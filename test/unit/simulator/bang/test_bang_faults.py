"""Planted faults are found, each by its kind, line and buffer; their clean twins say nothing."""

# ruff: noqa: E501 (kernels stand as text)
from __future__ import annotations

import numpy as np
import pytest
from bang_program import BLOCK, UNION1, UNION4, compile_program

N = 256
PRELUDE = """
__nram__ float a[256];
__nram__ float b[256];
__nram__ float c[256];
__nram__ half h[256];
__nram__ int8_t left[256];
__wram__ float w[1024];
__wram__ int8_t w8[1024];
__mlu_shared__ float s[256];
__nram__ unsigned indices[64];
__mlu_device__ float *given;
"""
LOAD = "__memcpy(a, in, 1024, GDRAM2NRAM); "

# name: (kind, buffer, faulty body, clean body, launch); the body sees out, in (256 floats each) and n = 256.
FAULTS = {
    "vector_past_the_end": ("out-of-bounds", "a", LOAD + "__bang_add(a, a, a, 257);", LOAD + "__bang_add(a, a, a, 256);", BLOCK),
    "copy_past_the_end": ("out-of-bounds", "a", "__memcpy(a, in, 1028, GDRAM2NRAM);", LOAD, BLOCK),
    "device_past_the_end": ("out-of-bounds", "argument 1", "__memcpy(a, in + 1, 1024, GDRAM2NRAM);", LOAD, BLOCK),
    "segments_past_the_end": (
        "out-of-bounds", "a",
        "__memcpy(a, in, 64, GDRAM2NRAM, 64, 64, 16);", "__memcpy(a, in, 64, GDRAM2NRAM, 64, 64, 15);", BLOCK,
    ),
    "scalar_past_the_end": ("out-of-bounds", "a", "a[n] = 1;", "a[n - 1] = 1;", BLOCK),
    "scalar_before_the_start": ("out-of-bounds", "a", LOAD + "out[0] = a[n - 257];", LOAD + "out[0] = a[n - 256];", BLOCK),
    "vector_on_device_memory": ("wrong-space", "argument 1", "__bang_add(a, in, in, 256);", LOAD + "__bang_add(a, a, a, 256);", BLOCK),
    "vector_on_wram": ("wrong-space", "w", LOAD + "__bang_add(w, a, a, 256);", LOAD + "__bang_add(b, a, a, 256);", BLOCK),
    "matmul_filter_in_nram": (
        "wrong-space", "b",
        LOAD + "__memcpy(b, in, 1024, GDRAM2NRAM); __bang_matmul(c, a, b, 16, 16, 16);",
        LOAD + "__memcpy(w, a, 1024, NRAM2WRAM); __bang_matmul(c, a, w, 16, 16, 16);", BLOCK,
    ),
    "scratch_of_another_core": (
        "wrong-core", "a",
        LOAD + "if (taskId == 0) given = a; __sync_all(); __bang_add(b, given, given, 256);",
        LOAD + "if (taskId == 0) given = a; __sync_all(); __bang_add(b, a, a, 256);", UNION1,
    ),
    "wrong_direction": ("wrong-direction", "argument 1", "__memcpy(a, in, 1024, NRAM2NRAM);", LOAD, BLOCK),
    "size_zero": ("zero-size", "a", "__memcpy(a, in, (n - 256) * 4, GDRAM2NRAM);", LOAD, BLOCK),
    "count_zero": ("zero-size", "a", LOAD + "__bang_add(a, a, a, n - 256);", LOAD + "__bang_add(a, a, a, n);", BLOCK),
    "unwritten_vector": ("uninitialised-read", "b", LOAD + "__bang_add(c, a, b, 256);", LOAD + "__bang_add(c, a, a, 256);", BLOCK),
    "unwritten_tail": ("uninitialised-read", "a", "__memcpy(a, in, 1020, GDRAM2NRAM); __bang_abs(b, a, 256);", LOAD + "__bang_abs(b, a, 256);", BLOCK),
    "unwritten_scalar": ("uninitialised-read", "b", "out[0] = b[n / 2];", "b[n / 2] = 1; out[0] = b[n / 2];", BLOCK),
    "unwritten_output": ("uninitialised-read", "argument 0", "__memcpy(a, out, 1024, GDRAM2NRAM);", LOAD, BLOCK),
    "pool_in_place": ("overlap", "a", LOAD + "__bang_maxpool(a, a, 1, 1, 256, 1, 256, 1, 1);", LOAD + "__bang_maxpool(b, a, 1, 1, 256, 1, 256, 1, 1);", BLOCK),
    "transpose_in_place": ("overlap", "a", LOAD + "__bang_transpose(a, a, 16, 16);", LOAD + "__bang_transpose(b, a, 16, 16);", BLOCK),
    "half2float_in_place": (
        "overlap", "a",
        LOAD + "__bang_float2half_rn((half *)a, a, 128); __bang_half2float(a, (half *)a, 128);",
        LOAD + "__bang_float2half_rn((half *)a, a, 128); __bang_half2float(b, (half *)a, 128);", BLOCK,
    ),
    "cycle_segment_overwritten": ("overlap", "a", LOAD + "__bang_cycle_add(a, a, a + 64, 256, 64);", LOAD + "__bang_cycle_add(b, a, a + 64, 256, 64);", BLOCK),
    "uneven_cycle": ("bad-argument", "b", LOAD + "__bang_cycle_add(b, a, a, 256, 60);", LOAD + "__bang_cycle_add(b, a, a, 256, 64);", BLOCK),
    "stride_below_size": (
        "bad-argument", "a",
        "__memcpy(a, in, 64, GDRAM2NRAM, 32, 64, 3);", "__memcpy(a, in, 64, GDRAM2NRAM, 64, 64, 3);", BLOCK,
    ),
    "partial_block_sum": ("alignment", "a", LOAD + "__bang_reduce_sum(b, a, 40);", LOAD + "__bang_reduce_sum(b, a, 64);", BLOCK),
    "division_by_zero": (
        "divide-by-zero", "a",
        LOAD + "a[3] = 0; __bang_div(b, a, a, 256);", LOAD + "__bang_div(b, a, a, 256);", BLOCK,
    ),
    "integer_product_without_fix": (
        "bad-argument", "",
        "__bang_write_value(left, 256, (int8_t)1); __memcpy(w8, left, 256, NRAM2WRAM); __bang_matmul(c, left, w8, 16, 16, 16);",
        "__bang_write_value(left, 256, (int8_t)1); __memcpy(w8, left, 256, NRAM2WRAM); __bang_matmul(c, left, w8, 16, 16, 16, 0);", BLOCK,
    ),
    "read_before_the_load_is_done": (
        "async-race", "a",
        "__memcpy_async(a, in, 1024, GDRAM2NRAM); __bang_abs(b, a, 256); __sync_io();",
        "__memcpy_async(a, in, 1024, GDRAM2NRAM); __sync_io(); __bang_abs(b, a, 256);", BLOCK,
    ),
    "write_before_the_store_is_done": (
        "async-race", "a",
        LOAD + "__memcpy_async(out, a, 1024, NRAM2GDRAM); __bang_write_value(a, 256, 0.f); __sync();",
        LOAD + "__memcpy_async(out, a, 1024, NRAM2GDRAM); __sync(); __bang_write_value(a, 256, 0.f);", BLOCK,
    ),
    "sync_of_another_queue": (
        "async-race", "a",
        "__memcpy_async(a, in, 1024, GDRAM2NRAM); __sync_move(); __bang_abs(b, a, 256); __sync();",
        "__memcpy_async(a, in, 1024, GDRAM2NRAM); __sync_io_move_compute(); __bang_abs(b, a, 256); __sync();", BLOCK,
    ),
    "scalar_before_the_load_is_done": (
        "async-race", "a",
        "__memcpy_async(a, in, 1024, GDRAM2NRAM); out[0] = a[5]; __sync_io();",
        "__memcpy_async(a, in, 1024, GDRAM2NRAM); __sync_io(); out[0] = a[5];", BLOCK,
    ),
    "tasks_write_one_place": ("data-race", "argument 0", "out[0] = taskId;", "out[taskId] = taskId;", UNION1),
    "reads_what_another_task_writes": (
        "data-race", "argument 0",
        "out[taskId] = 1; __memcpy(a, out, 4 * taskDim, GDRAM2NRAM);",
        "out[taskId] = 1; __sync_all(); __memcpy(a, out, 4 * taskDim, GDRAM2NRAM);", UNION1,
    ),
    "clusters_are_not_ordered_by_their_own_barrier": (
        "data-race", "argument 0",
        "out[taskId] = 1; __sync_cluster(); __memcpy(a, out, 4 * taskDim, GDRAM2NRAM);",
        "out[taskId] = 1; __sync_all(); __memcpy(a, out, 4 * taskDim, GDRAM2NRAM);", UNION4,
    ),
    "shared_in_a_block_task": ("wrong-space", "s", LOAD + "__memcpy(s, a, 256, NRAM2SRAM);", LOAD, BLOCK),
    "shared_scalar_in_a_block_task": ("wrong-space", "s", "s[n - 1] = 1;", "a[n - 1] = 1;", BLOCK),
    "shared_without_barrier": (
        "data-race", "s",
        LOAD + "__memcpy(s + 64 * coreId, a, 256, NRAM2SRAM); __memcpy(b, s, 1024, SRAM2NRAM);",
        LOAD + "if (__is_ipu()) __memcpy(s + 64 * coreId, a, 256, NRAM2SRAM); __sync_cluster(); __memcpy(b, s, 1024, SRAM2NRAM);", UNION1,
    ),
    "barrier_in_a_branch": ("missed-barrier", "", "if (taskId != 2) __sync_all();", "__sync_all();", UNION1),
    "different_barriers": ("missed-barrier", "", "if (taskId % 2) __sync_all(); else __sync_cluster();", "__sync_cluster();", UNION1),
    "table_index_overlaps": (
        "overlap", "indices",
        "__bang_write_value(indices, 64, 1u); __bang_lut(indices, indices, indices + 32, 16, 8);",
        "__bang_write_value(indices, 64, 1u); __bang_lut((unsigned *)b, indices, indices + 32, 16, 8);", BLOCK,
    ),
}  # fmt: skip
SRAM_CASES = {"shared_without_barrier", "shared_in_a_block_task", "shared_scalar_in_a_block_task"}


def source(names: list[str]) -> str:
    """One kernel a line, so that the line of a finding tells its kernel."""
    lines = PRELUDE if SRAM_CASES & set(names) else PRELUDE.replace("__mlu_shared__ float s[256];", "")
    text = lines
    for name in names:
        for suffix, body in (("bad", FAULTS[name][2]), ("good", FAULTS[name][3])):
            text += f'extern "C" __mlu_global__ void {name}_{suffix}(float *out, const float *in, int n) {{ {body} }}\n'
    return text


@pytest.fixture(scope="module")
def faults(tmp_path_factory):
    plain = [name for name in FAULTS if name not in SRAM_CASES]
    programs = {}
    for names in (plain, sorted(SRAM_CASES)):
        text = source(names)
        built = compile_program(tmp_path_factory.mktemp("faults"), text)
        programs |= {name: (built, text) for name in names}
    return programs


def run(built, kernel: str, union: int) -> None:
    tasks = {BLOCK: 1, UNION1: 4, UNION4: 16}[union]
    built.launch(kernel, np.zeros(N, np.float32), np.ones(N, np.float32), N, dim=(tasks, 1, 1), union=union)


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_found_where_it_is(faults, name) -> None:
    kind, buffer, _, _, union = FAULTS[name]
    built, text = faults[name]
    run(built, f"{name}_bad", union)
    found = [finding for finding in built.findings() if finding["kind"] == kind]
    assert found, built.findings()
    line = 2 + text[: text.index(f"{name}_bad")].count("\n")
    assert {(f["line"], f["file"].rsplit("/", 1)[-1], f["kernel"]) for f in found} == {(line, "kernels.mlu", f"{name}_bad")}
    assert buffer in {f["buffer"] for f in found}


@pytest.mark.parametrize("name", FAULTS)
def test_clean_twin_is_silent(faults, name) -> None:
    built, _ = faults[name]
    run(built, f"{name}_good", FAULTS[name][4])
    assert built.findings() == []


def test_capacity_is_checked_by_architecture(program) -> None:
    text = '__nram__ char big[600 * 1024];\nextern "C" __mlu_global__ void k(char *out) { __bang_write_zero(big, 600 * 1024); __memcpy(out, big, 4, NRAM2GDRAM); }\n'
    out = np.zeros(4, np.uint8)
    small = program(text, arch="mtp_592")
    small.launch("k", out)
    assert small.kinds() == {"capacity"}
    large = program(text, arch="mtp_372")
    large.launch("k", out)
    assert large.findings() == []


def test_reserved_part_of_nram_is_a_warning(program) -> None:
    built = program(
        '__nram__ char big[450 * 1024];\nextern "C" __mlu_global__ void k(char *out) { __bang_write_zero(big, 8); __memcpy(out, big, 4, NRAM2GDRAM); }\n'
    )
    built.launch("k", np.zeros(4, np.uint8))
    assert built.findings() == []
    assert [warning["kind"] for warning in built.warnings()] == ["capacity"]


def test_lenient_keeps_what_corrupts_memory(program) -> None:
    text = source(["unwritten_vector", "vector_past_the_end"])
    built = program(text, strict=False)
    run(built, "unwritten_vector_bad", BLOCK)
    assert built.findings() == []
    run(built, "vector_past_the_end_bad", BLOCK)
    assert built.kinds() == {"out-of-bounds"}


def test_old_architectures_want_multiples_of_128_bytes(program) -> None:
    text = (
        '__nram__ float x[64];\nextern "C" __mlu_global__ void k(float *out) { __bang_write_value(x, 64, 1.f); __bang_add(x, x, x, 33); }\n'
    )
    old = program(text, arch="mtp_270")
    old.launch("k", np.zeros(4, np.float32))
    assert old.kinds() == {"alignment"}


def test_input_outside_the_documented_range_is_a_warning(program) -> None:
    built = program(
        '__nram__ float x[64];\nextern "C" __mlu_global__ void k(float *out) { __bang_write_value(x, 64, 40.f); __bang_active_sin(x, x, 64); }\n'
    )
    built.launch("k", np.zeros(4, np.float32))
    assert built.findings() == []
    assert [w["kind"] for w in built.warnings()] == ["input-range"]


@pytest.mark.parametrize("body", ["*(float *)nullptr = 1;", "out[taskId] = in[1u << 28];"])
def test_wild_pointers_are_findings_not_crashes(program, body: str) -> None:
    built = program(f'extern "C" __mlu_global__ void k(float *out, const float *in) {{\n  {body}\n  __sync_all();\n}}\n')
    built.launch("k", np.zeros(4, np.float32), np.ones(4, np.float32), dim=(4, 1, 1), union=UNION1)
    assert ("out-of-bounds", 3) in {(f["kind"], f["line"]) for f in built.findings()}
    built.launch("k", np.zeros(4, np.float32), np.ones(4, np.float32), dim=(4, 1, 1), union=UNION1)
    assert built.findings()


def test_async_fills_and_gathers_own_their_buffers(program) -> None:
    built = program(
        "__nram__ float x[64];\n__nram__ unsigned offsets[16];\n"
        'extern "C" __mlu_global__ void k(float *out, const float *in, int fault) {\n'
        "  __memset_nram_async(x, 64, 3.0f);\n"
        "  if (fault != 1) __sync_move();\n"
        "  __bang_add(x, x, x, 64);\n"
        "  for (int i = 0; i < 16; ++i) offsets[i] = (15 - i) * 4;\n"
        "  __gather_async(x, in, offsets, 4, GDRAM2NRAM, 4, 16);\n"
        "  if (fault != 2) __sync_io();\n"
        "  __bang_abs(x, x, 16);\n"
        "  __sync();\n  __memcpy(out, x, 256, NRAM2GDRAM);\n}\n"
    )
    values, out = np.arange(64, dtype=np.float32), np.zeros(64, np.float32)
    built.launch("k", out, values, 0)
    assert built.findings() == []
    np.testing.assert_array_equal(out, np.concatenate([values[15::-1], np.full(48, 6)]))
    for fault, line in ((1, 7), (2, 11)):
        built.launch("k", out, values, fault)
        assert ("async-race", line) in {(f["kind"], f["line"]) for f in built.findings()}
