"""Tasks, clusters, barriers, queues, shared memory, atomics: what depends on who runs when."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest
from bang_program import BLOCK, UNION1, UNION2, UNION4

from xpiler.platforms.bang.simulator import SimulatorOptions

INDICES = """
extern "C" __mlu_global__ void k(int *out) {
  int *mine = out + 10 * taskId;
  int values[10] = {taskId, taskIdX, taskIdY, taskIdZ, taskDim, taskDimX, coreId, coreDim, clusterId, clusterDim};
  for (int i = 0; i < 10; ++i) mine[i] = values[i];
}
"""
TRANSPOSE_OVER_TASKS = """
__nram__ float x[64];
extern "C" __mlu_global__ void k(float *out, const float *in, float *scratch) {
  __memcpy(x, in + 16 * taskId, 64, GDRAM2NRAM);
  __bang_mul_scalar(x, x, 2, 16);
  __memcpy(scratch + 16 * taskId, x, 64, NRAM2GDRAM);
  __sync_all();
  for (int i = 0; i < 16; ++i) x[i] = scratch[16 * i + taskId];
  __memcpy(out + 16 * taskId, x, 64, NRAM2GDRAM);
}
"""
PIPELINE = """
__nram__ float x[2][64];
extern "C" __mlu_global__ void k(float *out, const float *in, int n) {
  for (int i = 0; i < n + 2; ++i) {
    if (i >= 2) __memcpy_async(out + (i - 2) * 64, x[i % 2], 256, NRAM2GDRAM);
    if (i < n) __memcpy_async(x[i % 2], in + i * 64, 256, GDRAM2NRAM);
    if (i >= 1 && i <= n) __bang_add_scalar(x[(i - 1) % 2], x[(i - 1) % 2], 1, 64);
    __sync_io_move_compute();
  }
}
"""
SHARED = """
__mlu_shared__ float shared[256];
__nram__ float x[256];
extern "C" __mlu_global__ void k(float *out, const float *in) {
  __memcpy(shared, in + 256 * clusterId, 1024, GDRAM2SRAM);
  __sync_cluster();
  __memcpy(x, shared + 64 * (3 - coreId), 256, SRAM2NRAM);
  __memcpy(out + 64 * taskId, x, 256, NRAM2GDRAM);
}
"""
ATOMIC = """
__nram__ int x[64];
__nram__ int old[64];
extern "C" __mlu_global__ void k(int *unused, int *count) {
  __bang_write_value(x, 64, taskId + 1);
  __bang_atomic_add(old, count, x, 64);
  __bang_atomic_reduce_max(count + 64, taskId, 1);
}
"""


@pytest.mark.parametrize(("dim", "union"), [((3, 2, 2), BLOCK), ((8, 2, 1), UNION1), ((16, 1, 2), UNION4)])
@pytest.mark.parametrize("seed", [0, 3])
def test_indices(program, dim, union, seed) -> None:
    tasks, clusters = int(np.prod(dim)), {BLOCK: 0, UNION1: 1, UNION4: 4}[union]
    out = np.full((tasks, 10), -1, np.int32)
    built = program(INDICES, seed=seed)
    built.launch("k", out, dim=dim, union=union)
    assert built.findings() == []
    task = np.arange(tasks)
    x, y, z = task % dim[0], task // dim[0] % dim[1], task // (dim[0] * dim[1])
    np.testing.assert_array_equal(out[:, :6], np.stack([task, x, y, z, task * 0 + tasks, task * 0 + dim[0]], 1))
    assert (out[:, 7] == 4).all() and (out[:, 9] == clusters).all()
    if clusters:
        np.testing.assert_array_equal(out[:, 6], x % 4)
        np.testing.assert_array_equal(out[:, 8], x // 4 % clusters)


@pytest.mark.parametrize("seed", range(4))
def test_barriers_order_tasks_in_every_schedule(program, seed) -> None:
    built = program(TRANSPOSE_OVER_TASKS, seed=seed)
    values, out, scratch = np.arange(256, dtype=np.float32), np.empty(256, np.float32), np.zeros(256, np.float32)
    built.launch("k", out, values, scratch, dim=(16, 1, 1), union=UNION4)
    assert built.findings() == []
    np.testing.assert_array_equal(out.reshape(16, 16), 2 * values.reshape(16, 16).T)


@pytest.mark.parametrize("effect", ["sync", "issue"])
def test_a_pipeline_is_right_whenever_its_copies_happen(program, effect) -> None:
    built = program(PIPELINE, options=SimulatorOptions(async_effect=effect))
    values, out = np.arange(64 * 5, dtype=np.float32), np.empty(64 * 5, np.float32)
    built.launch("k", out, values, 5)
    assert built.findings() == []
    np.testing.assert_array_equal(out, values + 1)


def test_an_unsynchronised_load_is_seen_late(program) -> None:
    text = """__nram__ float x[64];
extern "C" __mlu_global__ void k(float *out, const float *in) {
  __bang_write_value(x, 64, -1.0f);
  __memcpy_async(x, in, 256, GDRAM2NRAM);
  float seen = x[0];
  __sync();
  out[0] = seen; out[1] = x[0];
}
"""
    built = program(text)
    out = np.zeros(2, np.float32)
    built.launch("k", out, np.full(64, 7, np.float32))
    assert built.kinds() == {"async-race"}
    assert out.tolist() == [-1, 7]


@pytest.mark.parametrize("memory_core", ["auto", "never"])
def test_shared_memory_of_clusters(program, memory_core) -> None:
    built = program(SHARED, strict=memory_core == "auto", options=SimulatorOptions(memory_core=memory_core))
    values, out = np.arange(512, dtype=np.float32), np.empty(512, np.float32)
    built.launch("k", out, values, dim=(8, 1, 1), union=UNION2)
    assert built.findings() == []
    np.testing.assert_array_equal(out, values.reshape(2, 4, 64)[:, ::-1].ravel())


@pytest.mark.parametrize("seed", [0, 1])
def test_atomics_of_all_tasks_add_up(program, seed) -> None:
    built = program(ATOMIC, seed=seed)
    count = np.zeros(65, np.int32)
    built.launch("k", np.zeros(1, np.int32), count, dim=(16, 1, 1), union=UNION4)
    assert built.findings() == []
    assert (count[:64] == 136).all() and count[64] == 15


def test_locks_exclude(program) -> None:
    text = """extern "C" __mlu_global__ void k(int *unused, int *count) {
  __bang_lock(0, 0);
  int seen = *count;
  __sync();
  *count = seen + 1;
  __bang_unlock(0, 0);
}
"""
    for seed in (0, 1, 2):
        built = program(text, seed=seed)
        count = np.zeros(1, np.int32)
        built.launch("k", np.zeros(1, np.int32), count, dim=(4, 1, 1), union=UNION1)
        assert count[0] == 4


def test_split_barriers(program) -> None:
    text = """extern "C" __mlu_global__ void k(float *out, float *scratch) {
  if (taskId == 0) { scratch[0] = 5; __sync_cluster_arrive(1, 2); }
  else if (taskId == 1) { __sync_cluster_arrive(1, 2); }
  else { __sync_cluster_wait(1, 2); out[taskId] = scratch[0]; }
}
"""
    built = program(text)
    out = np.zeros(4, np.float32)
    built.launch("k", out, np.zeros(1, np.float32), dim=(4, 1, 1), union=UNION1)
    assert built.findings() == []
    assert out.tolist() == [0, 0, 5, 5]


def test_scratch_memory_is_fresh_for_each_task(program) -> None:
    text = '__nram__ float x[64];\nextern "C" __mlu_global__ void k(float *out) { if (taskId == 0) x[0] = 1; out[taskId] = x[0]; }\n'
    built = program(text)
    built.launch("k", np.zeros(2, np.float32), dim=(2, 1, 1))
    assert [(f["kind"], f["task"]) for f in built.findings()] == [("uninitialised-read", 1)]


@pytest.mark.parametrize(
    ("dim", "union", "words"), [((6, 1, 1), UNION1, "multiple of 4"), ((4, 1, 1), 7, "neither Block"), ((0, 1, 1), BLOCK, "empty")]
)
def test_impossible_launches_are_refused(program, dim, union, words) -> None:
    built = program(INDICES)
    built.launch("k", np.zeros(100, np.int32), dim=dim, union=union)
    assert [f["kind"] for f in built.findings()] == ["bad-argument"]
    assert words in built.findings()[0]["message"]


def test_host_mistakes(program) -> None:
    text = """#include <cnrt.h>
extern "C" __mlu_global__ void k(float *out) { __nram__ float x[4]; __memcpy(x, out, 16, GDRAM2NRAM); }
extern "C" void host_pointer(float *p) { cnrtDim3_t d = {1, 1, 1}; k<<<d, cnrtFuncTypeBlock, 0>>>(p); }
extern "C" void wrong_way(float *p) { float *d; cnrtMalloc((void **)&d, 16); cnrtMemcpy(p, d, 16, cnrtMemcpyHostToDev); cnrtFree(d); }
extern "C" void past_the_end(float *p) { float *d; cnrtMalloc((void **)&d, 8); cnrtMemcpy(d, p, 16, cnrtMemcpyHostToDev); cnrtFree(d); }
extern "C" void freed(float *p) { float *d; cnrtMalloc((void **)&d, 16); cnrtFree(d); cnrtMemcpy(d, p, 16, cnrtMemcpyHostToDev); }
extern "C" void never_written(float *p) { float *d; cnrtMalloc((void **)&d, 16); cnrtMemcpy(p, d, 16, cnrtMemcpyDevToHost); cnrtFree(d); }
__mlu_global__ void idle() {}
extern "C" void no_queue(float *) { cnrtDim3_t d = {1, 1, 1}; cnrtQueue_t q; idle<<<d, cnrtFuncTypeBlock, q>>>(); cnrtQueueSync(q); }
extern "C" void gone(float *) { cnrtQueue_t q; cnrtQueueCreate(&q); cnrtQueueSync(q); cnrtQueueDestroy(q); cnrtQueueSync(q); }
"""
    built = program(text)
    expected = {"host_pointer": "host-pointer", "wrong_way": "wrong-direction", "past_the_end": "out-of-bounds", "freed": "use-after-free",
                "never_written": "uninitialised-read", "no_queue": "queue", "gone": "queue"}  # fmt: skip
    lines = [*range(4, 9), 10, 11]
    for line, (name, kind) in zip(lines, expected.items(), strict=True):
        built.library.xpiler_sim_reset()
        getattr(built.library, name)(np.zeros(4, np.float32).ctypes.data_as(ctypes.c_void_p))
        assert {(f["kind"], f["line"]) for f in built.findings()} == {(kind, 3 if name == "host_pointer" else line)}


HOST_SCALARS = """
struct Sizes { int n; float scale; };
static float table[4] = {1, 2, 3, 4};
extern "C" __mlu_global__ void k(float *out, const float *x, Sizes sizes) {
  for (int i = 0; i < sizes.n; ++i) out[i] = sizes.scale * table[i] * taskDim *
    x[i];
}
static void start(const float *x) {
  float *out;
  Sizes sizes[2] = {{4, 1}, {2, 3}};
  cnrtDim3_t dim = {1, 1, 1};
  cnrtMalloc((void **)&out, 16);
  k<<<dim, cnrtFuncTypeBlock, nullptr>>>(out, x, sizes[1]);
  cnrtFree(out);
}
extern "C" void host(const float *x) { start(x); }
extern "C" void device(const float *x) {
  float *copy;
  cnrtMalloc((void **)&copy, 16);
  cnrtMemcpy(copy, (void *)x, 16, cnrtMemcpyHostToDev);
  start(copy);
  cnrtFree(copy);
}
"""


def test_scalar_loads_of_host_memory_are_found_by_name(program) -> None:
    built = program(HOST_SCALARS)
    x = np.ones(4, np.float32)
    address = x.ctypes.data_as(ctypes.c_void_p)
    built.library.xpiler_sim_host_array(address, ctypes.c_size_t(x.nbytes), b"x")
    built.library.device(address)
    assert built.findings() == []
    built.library.host(address)
    assert {(f["kind"], f["line"], f["buffer"], f["kernel"], f["task"]) for f in built.findings()} == {("host-pointer", 7, "x", "k", 0)}


ORDER = """
__mlu_shared__ float shared[64];
__nram__ float own[64];
extern "C" __mlu_global__ void feed(float *out, const float *in, int faulty) {
  __memcpy(shared, in, 256, GDRAM2SRAM);
  if (!faulty) __sync_cluster();
  if (coreId == 0) {
    __memcpy(own, shared, 256, SRAM2NRAM);
    __memcpy(out, own, 256, NRAM2GDRAM);
  }
}
extern "C" __mlu_global__ void tally(int *total, int faulty) {
  if (__is_mpu()) return;
  __bang_lock(0, 0);
  int before = total[0];
  if (faulty) __bang_unlock(0, 0);
  total[0] = before + 1;
  if (!faulty) __bang_unlock(0, 0);
}
"""


@pytest.mark.parametrize("seed", [0, 2])
def test_the_memory_core_and_the_first_task_are_told_apart(program, seed) -> None:
    built = program(ORDER, seed=seed)
    for faulty in (0, 1):
        built.launch("feed", np.zeros(64, np.float32), np.ones(64, np.float32), faulty, dim=(4, 1, 1), union=UNION1)
        assert built.kinds() & {"data-race", "uninitialised-read"} if faulty else built.findings() == []


def test_a_lock_orders_what_its_holders_did(program) -> None:
    built = program(ORDER)
    for faulty in (0, 1):
        total = np.zeros(1, np.int32)
        built.launch("tally", total, faulty, dim=(8, 1, 1), union=UNION2, out=0)
        assert built.kinds() == ({"data-race"} if faulty else set())
        assert faulty or total[0] == 8


def test_many_arrays_on_chip_are_no_memory_of_the_host(program) -> None:
    """The references to them are a thread's variables, and where there are many the loader puts those on the heap."""
    arrays = "\n".join(f"  {{ __nram__ float tile[64]; tile[0] = {k}; sum += tile[0]; }}" for k in range(40))
    built = program(
        f"""
extern "C" __mlu_global__ void k(float *out) {{
  float sum = 0;
{arrays}
  out[0] = sum;
}}
extern "C" void run() {{
  float *out;
  cnrtMalloc((void **)&out, 4);
  cnrtQueue_t queue;
  cnrtQueueCreate(&queue);
  cnrtDim3_t dim = {{1, 1, 1}};
  k<<<dim, cnrtFuncTypeBlock, queue>>>(out);
  cnrtQueueSync(queue);
  cnrtFree(out);
}}
"""
    )
    built.library.run()
    assert built.findings() == []
