"""Cooperative groups, and copies that take effect at their wait."""

from __future__ import annotations

import numpy as np

CUDA = """#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <cooperative_groups/scan.h>
#include <cuda_pipeline.h>
namespace cg = cooperative_groups;
__global__ void k(int *out) { int l = threadIdx.x; auto block = cg::this_thread_block();
"""
LANES = np.arange(64)


CASES = [
    ("auto t = cg::tiled_partition<8>(block); out[l] = cg::reduce(t, l, cg::plus<int>());", (LANES // 8) * 64 + 28),
    (
        "auto t = cg::tiled_partition<16>(block); out[l] = t.shfl(l, 3) + 1000 * t.thread_rank();",
        LANES // 16 * 16 + 3 + 1000 * (LANES % 16),
    ),
    ("auto t = cg::tiled_partition<4>(block); out[l] = t.ballot(l & 1) + 100 * t.meta_group_rank();", 10 + 100 * (LANES // 4)),
    ("auto t = cg::tiled_partition<32>(block); out[l] = cg::exclusive_scan(t, 1);", LANES % 32),
    (
        "out[l] = -1; if (l % 3 == 0) { auto a = cg::coalesced_threads(); out[l] = a.size() * 100 + a.thread_rank(); }",
        np.where(LANES % 3, -1, 1100 + LANES // 3 % 11),
    ),
    ("block.sync(); out[l] = block.thread_rank() + block.size();", LANES + 64),
]


def test_groups(simulate):
    kernels = (CUDA.replace("void k(", f"void k{n}(") + body + "}\n" for n, (body, _) in enumerate(CASES))
    machine = simulate("".join(kernels))
    for n, (body, expected) in enumerate(CASES):
        out = np.zeros(64, np.int32)
        assert machine.launch(f"k{n}", out, block=64) == 0
        np.testing.assert_array_equal(out, expected, err_msg=body)
    assert machine.findings == []


COPY = """__shared__ int s[64];
  __pipeline_memcpy_async(s + l, out + l, 4, l % 2 ? 4 : 0);
  __pipeline_commit(); WAIT __syncthreads(); out[l] = s[l ^ 1]; }"""


def test_an_async_copy_is_there_after_its_wait(simulate):
    machine = simulate(CUDA + COPY.replace("WAIT", "__pipeline_wait_prior(0);"))
    out = np.arange(64, dtype=np.int32)
    machine.launch("k", out, block=64)
    np.testing.assert_array_equal(out, np.where(LANES % 2, LANES ^ 1, 0))
    assert machine.findings == []


def test_an_async_copy_without_its_wait_is_found(simulate):
    machine = simulate(CUDA + COPY.replace("WAIT", "__pipeline_wait_prior(1);"))
    machine.launch("k", np.arange(64, dtype=np.int32), block=64)
    assert machine.kinds == {"race"} and "nobody has waited for" in machine.findings[0]["message"]
