"""Inline PTX: the known instructions compute what hardware does, any other is refused where it stands."""

from __future__ import annotations

import numpy as np
import pytest

from xpiler.diagnostics import Unsupported

GEMM_TILE = """#include <cuda_fp16.h>
__global__ void k(const half *a, const half *b, float *c) {
  __shared__ alignas(16) half sa[16 * 16], sb[16 * 8];
  int lane = threadIdx.x;
  unsigned to = (unsigned)__cvta_generic_to_shared(sa + lane * 8);
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;\\n" :: "r"(to), "l"(a + lane * 8));
  asm volatile("cp.async.commit_group;\\n" ::);
  for (int i = lane; i < 128; i += 32) sb[i] = b[i];
  asm volatile("cp.async.wait_group %0;\\n" :: "n"(0));
  __syncwarp();
  unsigned ra[4], rb[2];
  unsigned pa = (unsigned)__cvta_generic_to_shared(sa + (lane % 16) * 16 + lane / 16 * 8);
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(ra[0]), "=r"(ra[1]), "=r"(ra[2]), "=r"(ra[3]) : "r"(pa));
  unsigned pb = (unsigned)__cvta_generic_to_shared(sb + (lane % 16) * 8);
  asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0, %1}, [%2];" : "=r"(rb[0]), "=r"(rb[1]) : "r"(pb));
  float d[4] = {0.0f, 0.0f, 0.0f, 0.0f};
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
               : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
               : "r"(ra[0]), "r"(ra[1]), "r"(ra[2]), "r"(ra[3]), "r"(rb[0]), "r"(rb[1]));
  for (int i = 0; i < 4; ++i) c[(lane / 4 + 8 * (i / 2)) * 8 + lane % 4 * 2 + i % 2] = d[i];
}"""


def test_a_tensor_core_tile(simulate):
    generator = np.random.default_rng(1)
    a, b = (generator.integers(-4, 5, shape).astype(np.float16) for shape in ((16, 16), (16, 8)))
    c = np.zeros((16, 8), np.float32)
    machine = simulate(GEMM_TILE)
    assert machine.launch("k", a, b, c) == 0
    np.testing.assert_array_equal(c, a.astype(np.float32) @ b.astype(np.float32))
    assert machine.findings == []


def test_integer_products(simulate):
    machine = simulate("""__global__ void k(const int *a, const int *b, int *d) {
      int l = threadIdx.x, r[4] = {1, 2, 3, 4};
      asm("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
          : "+r"(r[0]), "+r"(r[1]), "+r"(r[2]), "+r"(r[3])
          : "r"(a[4 * l]), "r"(a[4 * l + 1]), "r"(a[4 * l + 2]), "r"(a[4 * l + 3]), "r"(b[2 * l]), "r"(b[2 * l + 1]));
      for (int i = 0; i < 4; ++i) d[4 * l + i] = r[i];
    }""")
    generator = np.random.default_rng(2)
    a, b = generator.integers(-128, 128, (16, 32)).astype(np.int8), generator.integers(-128, 128, (32, 8)).astype(np.int8)
    lane, i = np.meshgrid(np.arange(32), np.arange(16), indexing="ij")
    lanes_a = a[lane // 4 + 8 * (i >> 2 & 1), 4 * (lane % 4) + (i & 3) + 16 * (i >> 3)]
    lane, i = np.meshgrid(np.arange(32), np.arange(8), indexing="ij")
    lanes_b = b[4 * (lane % 4) + (i & 3) + 16 * (i >> 2), lane // 4]
    d = np.zeros((32, 4), np.int32)
    machine.launch("k", np.ascontiguousarray(lanes_a).view(np.int32), np.ascontiguousarray(lanes_b).view(np.int32), d)
    lane, i = np.meshgrid(np.arange(32), np.arange(4), indexing="ij")
    product = a.astype(np.int32) @ b.astype(np.int32)
    np.testing.assert_array_equal(d, product[lane // 4 + 8 * (i >> 1), 2 * (lane % 4) + (i & 1)] + 1 + i)


def test_registers_and_named_barriers(simulate):
    machine = simulate("""__global__ void k(int *a) {
      int lane; asm volatile("mov.u32 %0, %%laneid;" : "=r"(lane));
      if (threadIdx.x < 64) asm volatile("bar.sync 1, 64;"); else asm volatile("bar.sync %0, %1;" :: "r"(2), "r"(32));
      a[threadIdx.x] = lane;
    }""")
    out = np.zeros(96, np.int32)
    assert machine.launch("k", out, block=96) == 0
    np.testing.assert_array_equal(out, np.arange(96) % 32)


def test_unknown_instructions_are_refused_with_their_line(simulate):
    with pytest.raises(Unsupported, match=r"kernel\.cu:3: error: inline assembly 'wgmma\.fence"):
        simulate('__global__ void k() {\n  asm volatile("wgmma.fence.sync.aligned;");\n}\n')
