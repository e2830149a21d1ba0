"""Warp operations: every form of shuffle, vote, match and reduce against the rules measured on hardware."""

from __future__ import annotations

import numpy as np
import pytest

LANES = np.arange(32)


def run_cuda(simulate, statement: str) -> np.ndarray:
    machine = simulate(f"__global__ void k(int *out) {{ int l = threadIdx.x; {statement} }}")
    out = np.zeros(32, np.int32)
    assert machine.launch("k", out) == 0
    assert machine.findings == []
    return out


CALLS = [
    ("__shfl_sync(~0u, l * 10, 40)", np.full(32, 80)),
    ("__shfl_sync(~0u, l * 10, -1)", np.full(32, 310)),
    ("__shfl_sync(~0u, l * 10, 5, 8)", (LANES & ~7) * 10 + 50),
    ("__shfl_up_sync(~0u, l, 3)", np.where(LANES < 3, LANES, LANES - 3)),
    ("__shfl_up_sync(~0u, l, 33)", np.where(LANES < 1, LANES, LANES - 1)),
    ("__shfl_up_sync(~0u, l, 2, 8)", np.where(LANES % 8 < 2, LANES, LANES - 2)),
    ("__shfl_down_sync(~0u, l, 3)", np.where(LANES > 28, LANES, LANES + 3)),
    ("__shfl_down_sync(~0u, l, 32)", LANES),
    ("__shfl_xor_sync(~0u, l, 5)", LANES ^ 5),
    ("__shfl_xor_sync(~0u, l, 33)", LANES ^ 1),
    # A target in a later segment gives the lane its own value, one in an earlier segment is read.
    ("__shfl_xor_sync(~0u, l, 8, 8)", np.where(LANES & 8, LANES ^ 8, LANES)),
    ("(int)__ballot_sync(~0u, l % 3 == 0)", np.full(32, np.int32(np.uint32(0x49249249)))),
    ("__any_sync(~0u, l == 7)", np.ones(32)),
    ("__all_sync(~0u, l != 7)", np.zeros(32)),
    ("(int)__match_any_sync(~0u, l / 16)", np.where(LANES < 16, 0xFFFF, -65536)),
    ("(int)__reduce_add_sync(~0u, l)", np.full(32, 496)),
    ("__reduce_max_sync(~0u, -l)", np.zeros(32)),
    ("(int)__reduce_xor_sync(~0u, 1u << l)", np.full(32, -1)),
]


def test_full_warp(simulate):
    kernels = (f"__global__ void k{n}(int *out) {{ int l = threadIdx.x; out[l] = {call}; }}\n" for n, (call, _) in enumerate(CALLS))
    machine = simulate("".join(kernels))
    for n, (call, expected) in enumerate(CALLS):
        out = np.zeros(32, np.int32)
        assert machine.launch(f"k{n}", out) == 0
        np.testing.assert_array_equal(out, expected, err_msg=call)
    assert machine.findings == []


def test_wide_types_and_pairs(simulate):
    machine = simulate("""
        #include <cuda_fp16.h>
        __global__ void k(double *d, half2 *h) {
          int l = threadIdx.x;
          d[l] = __shfl_xor_sync(~0u, l * 0.1, 1);
          h[l] = __shfl_down_sync(~0u, __floats2half2_rn(l, -l), 1);
        }""")
    d, h = np.zeros(32), np.zeros(64, np.float16)
    machine.launch("k", d, h)
    np.testing.assert_array_equal(d, (LANES ^ 1) * 0.1)
    down = np.minimum(LANES + 1, 31)
    np.testing.assert_array_equal(h.reshape(32, 2), np.stack([down, -down], 1))


def test_half_warps_meet_apart(simulate):
    """Both sides of a branch vote with their own masks."""
    out = run_cuda(
        simulate,
        "if (l < 16) out[l] = __ballot_sync(0xffff, l & 1); else out[l] = __popc(__ballot_sync(0xffff0000, l < 20));",
    )
    np.testing.assert_array_equal(out, np.where(LANES < 16, 0xAAAA, 4))


def test_exited_lanes_do_not_count(simulate):
    out = run_cuda(simulate, "if (l >= 24) return; out[l] = (int)__ballot_sync(~0u, 1);")
    np.testing.assert_array_equal(out, np.where(LANES < 24, 0x00FFFFFF, 0))


def test_active_mask_of_a_branch(simulate):
    out = run_cuda(simulate, "out[l] = l & 1 ? (int)__activemask() : (int)~__activemask();")
    np.testing.assert_array_equal(out, np.full(32, np.int32(np.uint32(0xAAAAAAAA))))


def test_wave_of_64(simulate):
    text = """__global__ void k(int *out) {
      int v = threadIdx.x;
      for (int o = warpSize / 2; o > 0; o >>= 1) v += __shfl_down(v, o);
      unsigned long long odd = __ballot(threadIdx.x & 1);
      out[threadIdx.x] = threadIdx.x % warpSize == 0 ? v : __popcll(odd);
    }"""
    out = np.zeros(64, np.int32)
    machine = simulate(text, platform="hip")
    machine.launch("k", out, block=64)
    assert out[0] == 64 * 63 // 2 and set(out[1:]) == {32}
    assert machine.findings == []


def test_maskless_shuffle_inside_a_branch(simulate):
    """Lanes of a divergent branch meet there first, and everyone after it."""
    text = """__global__ void k(int *out) {
      int v = threadIdx.x;
      if (threadIdx.x < 32) v += __shfl_xor(v, 16);
      out[threadIdx.x] = __shfl(v, 1);
    }"""
    out = np.zeros(64, np.int32)
    machine = simulate(text, platform="hip")
    machine.launch("k", out, block=64)
    np.testing.assert_array_equal(out, np.full(64, 1 + 17))


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("out[l] = __shfl_sync(~0u, l, 0, 12);", "shuffle-width"),
        ("if (l < 16) out[l] = __shfl_sync(0xffff, l, 20);", "inactive-lane"),
        ("out[l] = __any_sync(1, 1);", "lane-mask"),
        ("if (l < 16) out[l] = __any_sync(~0u, 1); else __syncthreads();", "missed-warp-operation"),
    ],
)
def test_misuse_is_found(simulate, statement, kind):
    machine = simulate(f"__global__ void k(int *out) {{ int l = threadIdx.x; {statement} }}")
    machine.launch("k", np.zeros(32, np.int32))
    assert kind in machine.kinds
    assert all(finding["kernel"] == "k" and finding["line"] == 2 for finding in machine.findings)
