"""Planted faults are found, named and located; their clean twins are silent."""

from __future__ import annotations

import ctypes
import json

import numpy as np
import pytest
from simulated import Simulated, i32


def run(simulate, body: str, *, block=64, grid=1, size=64, initialised=True):
    machine = simulate(f"__global__ void k(int *a, int n) {{\n{body}\n}}")
    machine.launch("k", np.arange(size, dtype=np.int32), i32(size), block=block, grid=grid, initialised=initialised)
    return machine


PRODUCT = """nvcuda::wmma::fragment<nvcuda::wmma::accumulator, 16, 16, 16, float> c; nvcuda::wmma::fill_fragment(c, 0.0f);
nvcuda::wmma::fragment<nvcuda::wmma::matrix_a, 16, 16, 16, half, nvcuda::wmma::row_major> l; nvcuda::wmma::fill_fragment(l, half(1));
nvcuda::wmma::fragment<nvcuda::wmma::matrix_b, 16, 16, 16, half, nvcuda::wmma::row_major> r; nvcuda::wmma::fill_fragment(r, half(1));
nvcuda::wmma::mma_sync(c, l, r, c); if (threadIdx.x == 0) a[0] = int(c.x[0]);"""

CASES = {
    "out-of-bounds": (
        "a[threadIdx.x + 1] = 1;",
        "if (threadIdx.x + 1 < n) a[threadIdx.x + 1] = 1;",
    ),
    "out-of-bounds ": (
        "__shared__ int s[64]; s[threadIdx.x + 1] = 1; __syncthreads(); a[threadIdx.x] = s[63];",
        "__shared__ int s[65]; s[threadIdx.x + 1] = 1; __syncthreads(); a[threadIdx.x] = s[63];",
    ),
    "race": (
        "__shared__ int s[64]; s[threadIdx.x] = a[threadIdx.x]; a[threadIdx.x] = s[63 - threadIdx.x];",
        "__shared__ int s[64]; s[threadIdx.x] = a[threadIdx.x]; __syncthreads(); a[threadIdx.x] = s[63 - threadIdx.x];",
    ),
    "race ": (
        "__shared__ int s; for (int i = 0; i < 2; ++i) { if (threadIdx.x == 0) s = i; __syncthreads(); a[threadIdx.x] = s; }",
        "__shared__ int s; for (int i = 0; i < 2; ++i) { if (threadIdx.x == 0) s = i; __syncthreads(); a[threadIdx.x] = s;\n"
        "__syncthreads(); }",
    ),
    "race  ": (
        "__shared__ int s[64]; int l = threadIdx.x; s[l] = l; a[l] = s[l ^ 1];",
        "__shared__ int s[64]; int l = threadIdx.x; s[l] = l; __syncwarp(); a[l] = s[l ^ 1];",
    ),
    "race   ": (
        "if (threadIdx.x == 0) a[0] = 7; if (threadIdx.x == 32) a[1] = ((unsigned char *)a)[1];",
        "if (threadIdx.x == 0) a[0] = 7; if (threadIdx.x == 32) a[1] = ((unsigned char *)a)[9];",
    ),
    "uninitialised": (
        "__shared__ int s[64]; if (threadIdx.x) s[threadIdx.x] = 1; __syncthreads(); a[threadIdx.x] = s[threadIdx.x];",
        "__shared__ int s[64]; s[threadIdx.x] = 1; __syncthreads(); a[threadIdx.x] = s[threadIdx.x];",
    ),
    "misaligned": (
        "int v = *(int *)((char *)a + 2 * threadIdx.x); if (v == 12345) a[1] = 1;",
        "int v = *(int *)((char *)a + 4 * threadIdx.x); if (v == 12345) a[1] = 1;",
    ),
    "misaligned ": (
        "float4 v = *(float4 *)(a + threadIdx.x / 2 * 2 + 2 * (threadIdx.x % 2)); if (v.x > 1) a[n - 1] = 1;",
        "float4 v = *(float4 *)(a + threadIdx.x / 4 * 4); if (v.x > 1) a[n - 1] = 1;",
    ),
    "out-of-bounds  ": (
        "int own[8] = {}; for (int i = 0; i < n; ++i)\nown[i % 9] += i;\na[threadIdx.x] = own[a[5] % 8];",
        "int own[8] = {}; __shared__ int rows[4][16]; for (int i = 0; i < n; ++i)\nown[i % 8] += i;\n"
        "rows[0][threadIdx.x] = own[a[5] % 8]; __syncthreads(); a[threadIdx.x] = rows[3][threadIdx.x % 16];",
    ),
    "divergent-barrier": (
        "if (threadIdx.x < 32) {\n__syncthreads(); a[0] = 1; } else {\n__syncthreads(); a[1] = 1; }",
        "__syncthreads(); if (threadIdx.x < 32) a[0] = 1; else a[1] = 1;",
    ),
    "divergent-barrier ": (
        "\nif (threadIdx.x < 32) { __syncthreads(); a[0] = 1; } else { __syncthreads(); a[1] = 1; }",
        "\n__syncthreads(); if (threadIdx.x < 32) a[0] = 1; else a[1] = 1; __syncthreads();",
    ),
    "missed-barrier": (
        "if (threadIdx.x < 16) __syncthreads(); else __syncwarp();",
        "__syncthreads(); __syncwarp();",
    ),
    "missed-barrier ": (
        "if (threadIdx.x < 40)\n__syncthreads();\na[threadIdx.x] = 1;",
        "if (threadIdx.x >= 40)\nreturn;\n__syncthreads();\na[threadIdx.x] = 1;",
    ),
    "missed-barrier  ": (
        "for (int i = threadIdx.x; i < 96; i += 64) {\n__syncthreads();\na[i % 64] = i; }",
        "for (int i = threadIdx.x; i < 128; i += 64) {\n__syncthreads();\na[i % 64] = i; }",
    ),
    "wrong-space": (
        "__shared__ int s[64]; s[threadIdx.x] = 1; if (__cvta_generic_to_shared(a) == 12345) a[0] = 1;",
        "__shared__ int s[64]; s[threadIdx.x] = 1; if (__cvta_generic_to_shared(s) == 12345) a[0] = 1;",
    ),
    "division-by-zero": ("if (threadIdx.x < 2) a[2] = n / a[0];", "if (threadIdx.x < 1) a[2] = n / a[1];"),
    "stack-overflow": ("a[threadIdx.x] = deep(2000);", "a[threadIdx.x] = deep(20);"),
    "trap": ("if (a[63] == 63) __trap();", "if (a[63] == 64) __trap();"),
    "async-copy": (
        "__shared__ int s[64];\n"
        "__pipeline_memcpy_async(s + threadIdx.x, a + threadIdx.x, 2); __pipeline_commit(); __pipeline_wait_prior(0);",
        "__shared__ int s[64];\n"
        "__pipeline_memcpy_async(s + threadIdx.x, a + threadIdx.x, 4); __pipeline_commit(); __pipeline_wait_prior(0);",
    ),
    "missing-lane": (f"if (threadIdx.x > 40) return; {PRODUCT}", f"if (threadIdx.x > 31) return; {PRODUCT}"),
}
PRELUDE = """#include <cuda_pipeline.h>
#include <mma.h>
__device__ int deep(int n) { volatile int kept[256]; kept[n % 256] = n; return n ? deep(n - 1) + kept[n % 256] : 0; }
"""


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """All cases in one file: `faulty0`, `clean0`, `faulty1` ..."""
    bodies = []
    for n, (faulty, clean) in enumerate(CASES.values()):
        for name, body in (("faulty", faulty), ("clean", clean)):
            bodies.append(f"__global__ void {name}{n}(int *a, int n) {{\n{body}\n}}\n")
    machine = Simulated(tmp_path_factory.mktemp("cases"), PRELUDE + "".join(bodies))
    yield machine
    machine.close()


@pytest.mark.parametrize("kind", CASES)
def test_planted_fault_and_clean_twin(cases, kind):
    number = list(CASES).index(kind)
    for name in ("clean", "faulty"):
        cases.library.xpiler_sim_reset()
        cases.launch(f"{name}{number}", np.arange(64, dtype=np.int32), i32(64), block=64)
        if name == "clean":
            assert cases.findings == []
    assert kind.strip() in cases.kinds, cases.findings
    finding = next(f for f in cases.findings if f["kind"] == kind.strip())
    assert finding["kernel"] == f"faulty{number}" and finding["line"] >= 3 and finding["file"].endswith("kernel.cu")


def test_the_buffer_is_named(simulate):
    machine = run(simulate, "__shared__ int tile[8]; tile[0] = 0; a[0] = tile[8];", block=1)
    assert [finding["buffer"] for finding in machine.findings] == ["tile"]


VECTORS = """struct alignas(8) Pair { int a, b; };
__global__ void k(float *x, half *h, int *out) {
  __shared__ float tile[64];
  if (blockIdx.x == 0) out[0] = int(reinterpret_cast<float2 *>(x + 1)->x);
  if (blockIdx.x == 1) out[1] = int(__low2float(*(half2 *)(h + 1)));
  if (blockIdx.x == 2) out[2] = ((const int4 *)(x + 2))[0].w;
  if (blockIdx.x == 3) out[3] = ((Pair *)(x + 3))->b;
  if (blockIdx.x == 4) { tile[1] = tile[2] = 1; out[4] = int(((float2 *)(tile + 1))->x); }
}
"""


def test_misaligned_vectors_are_named(simulate):
    machine = simulate(VECTORS)
    x, h = np.ones(16, np.float32), np.ones(16, np.float16)
    machine.launch("k", x, h, np.zeros(8, np.int32), grid=5, block=1)
    found = [f for f in machine.findings if f["kind"] == "misaligned"]
    assert [(f["line"], f["block"]) for f in found] == [(5 + n, [n, 0, 0]) for n in range(5)]
    assert found[-1]["buffer"] == "tile" and "byte 4 of 'tile'" in found[-1]["message"]
    assert "at byte 4 of an allocation of 64 bytes" in found[0]["message"]


STREAMS = """#include <{header}>
extern "C" void none(int bytes) {{ {p}Stream_t s; {p}MemsetAsync(nullptr, 0, 0, s); }}
extern "C" void gone(int bytes) {{ {p}Stream_t s; {p}StreamCreate(&s); {p}StreamDestroy(s); {p}StreamSynchronize(s); }}
extern "C" void event(int bytes) {{ {p}Event_t e; {p}EventRecord(e, 0); }}
__global__ void k(int n) {{}}
extern "C" void launch(int n) {{ {p}Stream_t s; k<<<1, 32, 0, s>>>(n); }}
extern "C" void fine(int n) {{
  {p}Stream_t s; {p}Event_t e; {p}StreamCreate(&s); {p}EventCreate(&e);
  k<<<1, 32, 0, s>>>(n); k<<<1, 32>>>(n); k<<<1, 32, 0, 0>>>(n);
  {p}EventRecord(e, s); {p}EventRecord(e); {p}StreamSynchronize(s); {p}StreamSynchronize(0); {p}EventDestroy(e); {p}StreamDestroy(s);
}}
"""


@pytest.mark.parametrize("platform", ["cuda", "hip"])
def test_streams_that_do_not_exist(simulate, platform):
    machine = simulate(
        STREAMS.format(header={"cuda": "cuda_runtime.h", "hip": "hip/hip_runtime.h"}[platform], p=platform), platform=platform
    )
    said = {
        "none": ("stream was never", 2),
        "gone": ("stream has been", 3),
        "event": ("event was never", 4),
        "launch": ("stream was never", 6),
    }
    for name, (words, line) in said.items():
        machine.library.xpiler_sim_reset()
        getattr(machine.library, name)(4)
        (finding,) = machine.findings
        assert finding["kind"] == "stream" and words in finding["message"] and finding["line"] == line
    machine.library.xpiler_sim_reset()
    machine.library.fine(4)
    assert machine.findings == []


def test_uninitialised_device_memory(simulate):
    assert run(simulate, "a[threadIdx.x] += 1;", initialised=False).kinds == {"uninitialised"}
    assert run(simulate, "a[threadIdx.x] = 1;", initialised=False).findings == []


def test_host_pointer_on_the_device(simulate):
    machine = simulate("__global__ void k(int *a) { a[0] = 1; }")
    host = np.zeros(4, np.int32)
    machine.library.xpiler_sim_host_array(ctypes.c_void_p(host.ctypes.data), ctypes.c_size_t(host.nbytes), b"a")
    machine.launch("k", ctypes.c_void_p(host.ctypes.data), block=1)
    assert [(f["kind"], f["buffer"]) for f in machine.findings] == [("host-pointer", "a")]


def test_wrong_copy_direction(simulate):
    machine = simulate("""extern "C" int run(int *h) {
      int *d; cudaMalloc(&d, 4); cudaMemcpy(d, h, 4, cudaMemcpyDeviceToHost); return cudaGetLastError(); }""")
    host = np.zeros(1, np.int32)
    assert machine.library.run(ctypes.c_void_p(host.ctypes.data)) != 0
    assert machine.kinds == {"copy-direction"}


COPIED_BACK = """__global__ void k(int *y, int n) { int i = blockIdx.x * 64 + threadIdx.x; if (i < n) y[i] = i; }
extern "C" void run(int *h, int n, int blocks) {
  int *d; cudaMalloc(&d, 4 * n);
  k<<<blocks, 64>>>(d, n);
  cudaMemcpy(h, d, 4 * n, cudaMemcpyDeviceToHost);
}"""


def test_a_result_that_no_thread_has_written_is_found_where_it_is_copied(simulate):
    machine = simulate(COPIED_BACK)
    host = np.zeros(100, np.int32)
    for blocks, found in ((2, []), (1, [("uninitialised", "d", 6)])):
        machine.library.run(ctypes.c_void_p(host.ctypes.data), 100, blocks)
        assert [(f["kind"], f["buffer"], f["line"]) for f in machine.findings] == found
    assert "at byte 256" in machine.findings[0]["message"]
    lenient = simulate(COPIED_BACK, strict=False)
    lenient.library.run(ctypes.c_void_p(host.ctypes.data), 100, 1)
    assert lenient.findings == []


def test_a_launcher_tells_what_it_copies(simulate):
    machine = simulate(COPIED_BACK)
    machine.library.xpiler_sim_watch_transfers()
    machine.library.run(ctypes.c_void_p(4096), 100, 1)
    machine.library.xpiler_sim_transfers.restype = ctypes.c_char_p
    assert [4096, 400] in json.loads(machine.library.xpiler_sim_transfers())
    assert machine.findings == []


@pytest.mark.parametrize(("grid", "block"), [(1, 1025), (1, (1, 1, 65)), ((1, 65536), 1), (1, 0), (0, 1)])
def test_launch_limits(simulate, grid, block):
    machine = simulate("__global__ void k() {}")
    assert machine.launch("k", grid=grid, block=block) == 1


def test_early_exit_before_a_barrier_is_legal(simulate):
    assert run(simulate, "if (threadIdx.x >= 40) return; __syncthreads(); a[threadIdx.x] = __syncthreads_count(1);").findings == []


def test_races_in_device_memory(simulate):
    """Between threads of a block, and between blocks; a value written twice alike is none."""
    between_threads = "a[threadIdx.x] = threadIdx.x; if (threadIdx.x) a[0] = a[threadIdx.x - 1];"
    assert "race" in run(simulate, between_threads).kinds
    assert run(simulate, "a[blockIdx.x] = threadIdx.x;", grid=2).kinds == {"race"}
    assert run(simulate, "a[0] = 7; atomicAdd(&a[1], 1);", grid=2).findings == []
    assert run(simulate, "a[blockIdx.x * 64 + threadIdx.x] = 1;", grid=2, size=128).findings == []


def test_last_block_reduction_is_no_race(simulate):
    """Partial results behind a fence and an atomic counter are ordered."""
    body = """__shared__ bool last;
      if (threadIdx.x == 0) {
        a[1 + blockIdx.x] = blockIdx.x;
        __threadfence();
        last = atomicAdd(&a[0], 1) == gridDim.x - 1;
      }
      __syncthreads();
      if (last && threadIdx.x == 0) { int s = 0; for (int i = 0; i < gridDim.x; ++i) s += a[1 + i]; a[10] = s; }"""
    assert run(simulate, body, grid=4).findings == []


def test_a_spin_lock_in_shared_memory(simulate):
    body = """__shared__ int lock, total;
      if (threadIdx.x == 0) lock = total = 0;
      __syncthreads();
      while (atomicCAS(&lock, 0, 1) != 0) {}
      total += threadIdx.x;
      __threadfence_block();
      atomicExch(&lock, 0);
      __syncthreads();
      a[threadIdx.x] = total;"""
    assert run(simulate, body).findings == []


def test_seeds_change_the_order_of_threads(simulate):
    body = "__global__ void k(int *a) { if (threadIdx.x < 2) a[0] = threadIdx.x; }"
    results = set()
    for seed in range(6):
        machine = simulate(body, seed=seed, strict=False)
        out = np.zeros(1, np.int32)
        machine.launch("k", out)
        results.add(int(out[0]))
    assert results == {0, 1}
