"""Inline PTX: the known instructions compute what hardware does, any other is refused where it stands."""

from __future__ import annotations

import ctypes

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


def encoded(values: np.ndarray, exponent: int, mantissa: int) -> np.ndarray:
    """Small whole numbers as the bytes of an 8-bit float."""
    bias = (1 << exponent - 1) - 1
    bytes_ = np.zeros(values.shape, np.uint8)
    for value in np.unique(values[values != 0]):
        power = int(np.floor(np.log2(abs(value))))
        fraction = int((abs(value) / 2.0**power - 1) * (1 << mantissa))
        bytes_[values == value] = (value < 0) << 7 | (power + bias) << mantissa | fraction
    return bytes_


@pytest.mark.parametrize(("a_type", "b_type"), [("e4m3", "e4m3"), ("e4m3", "e5m2"), ("e5m2", "e5m2")])
def test_products_of_eight_bit_floats(simulate, a_type, b_type):
    machine = simulate(f"""__global__ void k(const int *a, const int *b, float *d) {{
      int l = threadIdx.x; float r[4] = {{1, 2, 3, 4}};
      asm("mma.sync.aligned.m16n8k32.row.col.f32.{a_type}.{b_type}.f32 {{%0,%1,%2,%3}}, {{%4,%5,%6,%7}}, {{%8,%9}}, {{%0,%1,%2,%3}};"
          : "+f"(r[0]), "+f"(r[1]), "+f"(r[2]), "+f"(r[3])
          : "r"(a[4 * l]), "r"(a[4 * l + 1]), "r"(a[4 * l + 2]), "r"(a[4 * l + 3]), "r"(b[2 * l]), "r"(b[2 * l + 1]));
      for (int i = 0; i < 4; ++i) d[4 * l + i] = r[i];
    }}""")
    generator, formats = np.random.default_rng(3), {"e4m3": (4, 3), "e5m2": (5, 2)}
    a, b = generator.integers(-4, 5, (16, 32)), generator.integers(-4, 5, (32, 8))
    lane, i = np.meshgrid(np.arange(32), np.arange(16), indexing="ij")
    lanes_a = encoded(a, *formats[a_type])[lane // 4 + 8 * (i >> 2 & 1), 4 * (lane % 4) + (i & 3) + 16 * (i >> 3)]
    lane, i = np.meshgrid(np.arange(32), np.arange(8), indexing="ij")
    lanes_b = encoded(b, *formats[b_type])[4 * (lane % 4) + (i & 3) + 16 * (i >> 2), lane // 4]
    d = np.zeros((32, 4), np.float32)
    machine.launch("k", np.ascontiguousarray(lanes_a).view(np.int32), np.ascontiguousarray(lanes_b).view(np.int32), d)
    lane, i = np.meshgrid(np.arange(32), np.arange(4), indexing="ij")
    np.testing.assert_array_equal(d, (a @ b)[lane // 4 + 8 * (i >> 1), 2 * (lane % 4) + (i & 1)] + 1 + i)


@pytest.mark.parametrize("trans", ["", ".trans"])
def test_stmatrix_puts_back_what_ldmatrix_takes(simulate, trans):
    machine = simulate(f"""__global__ void k(const unsigned short *in, unsigned short *out) {{
      __shared__ alignas(16) unsigned short s[256], t[256];
      int l = threadIdx.x; unsigned r[4];
      for (int i = l; i < 256; i += 32) s[i] = in[i];
      __syncwarp();
      unsigned from = (unsigned)__cvta_generic_to_shared(s + l * 8), to = (unsigned)__cvta_generic_to_shared(t + l * 8);
      asm volatile("ldmatrix.sync.aligned.m8n8.x4{trans}.shared.b16 {{%0, %1, %2, %3}}, [%4];"
                   : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3]) : "r"(from));
      asm volatile("stmatrix.sync.aligned.m8n8.x4.shared.b16 [%0], {{%1, %2, %3, %4}};"
                   :: "r"(to), "r"(r[0]), "r"(r[1]), "r"(r[2]), "r"(r[3]) : "memory");
      __syncwarp();
      for (int i = l; i < 256; i += 32) out[i] = t[i];
    }}""")
    data, out = np.arange(256, dtype=np.uint16).reshape(4, 8, 8), np.zeros((4, 8, 8), np.uint16)
    assert machine.launch("k", data, out) == 0
    np.testing.assert_array_equal(out, data.transpose(0, 2, 1) if trans else data)
    assert machine.findings == []


def test_loads_and_stores(simulate):
    machine = simulate("""__global__ void k(const float *x, float *y, const signed char *c, int *w, int past) {
      __shared__ alignas(16) float s[128];
      int l = threadIdx.x; float a, b, d, e; int narrow; unsigned long long wide;
      asm volatile("ld.global.nc.L1::no_allocate.v4.f32 {%0, %1, %2, %3}, [%4];" : "=f"(a), "=f"(b), "=f"(d), "=f"(e) : "l"(x + 4 * l));
      unsigned to = (unsigned)__cvta_generic_to_shared(s + 4 * l);
      asm volatile("st.shared.v2.f32 [%0], {%1, %2};" :: "r"(to), "f"(e), "f"(d));
      asm volatile("st.shared.f32 [%0+8], %1;" :: "r"(to), "f"(b));
      s[4 * l + 3] = a;
      asm volatile("ld.shared.b64 %0, [%1];" : "=l"(wide) : "r"(to));
      asm volatile("ld.global.s8 %0, [%1];" : "=r"(narrow) : "l"(c + l));
      y[4 * l] = __uint_as_float(unsigned(wide)); y[4 * l + 1] = __uint_as_float(unsigned(wide >> 32));
      asm volatile("st.global.cs.v2.f32 [%0], {%1, %2};" :: "l"(y + 4 * l + 2), "f"(s[4 * l + 2]), "f"(s[4 * l + 3]));
      asm volatile("st.release.gpu.global.u32 [%0], %1;" :: "l"(w + l + past), "r"(narrow));
      asm volatile("ld.acquire.gpu.u32 %0, [%1];" : "=r"(narrow) : "l"(w + l));
    }""")
    x, y = np.arange(128, dtype=np.float32), np.zeros(128, np.float32)
    c, w = np.arange(-16, 16, dtype=np.int8), np.zeros(32, np.int32)
    assert machine.launch("k", x, y, c, w, ctypes.c_int(0)) == 0
    np.testing.assert_array_equal(y.reshape(32, 4), x.reshape(32, 4)[:, ::-1])
    np.testing.assert_array_equal(w, c)
    assert machine.findings == []
    machine.launch("k", x, y, c, w, ctypes.c_int(1))
    assert machine.kinds == {"out-of-bounds"}


def test_atomic_updates(simulate):
    machine = simulate("""__global__ void k(int *a, float *f, unsigned *old) {
      __shared__ int s; int l = threadIdx.x; unsigned was; int most;
      if (l == 0) s = 0;
      __syncthreads();
      asm volatile("red.global.add.s32 [%0], %1;" :: "l"(a), "r"(l));
      asm volatile("red.relaxed.gpu.global.add.f32 [%0], %1;" :: "l"(f), "f"(0.5f) : "memory");
      asm volatile("atom.shared.max.s32 %0, [%1], %2;" : "=r"(most) : "r"((unsigned)__cvta_generic_to_shared(&s)), "r"(l));
      asm volatile("atom.acq_rel.gpu.global.inc.u32 %0, [%1+4], %2;" : "=r"(was) : "l"((char *)a), "r"(9));
      old[l] = was;
      if (l == 5) asm volatile("atom.global.cas.b32 %0, [%1], %2, %3;" : "=r"(old[32]) : "l"(a + 2), "r"(7), "r"(8));
      if (l == 5) asm volatile("atom.global.exch.b32 %0, [%1], %2;" : "=r"(old[33]) : "l"(a + 3), "r"(6));
      __syncthreads();
      if (l == 0) a[4] = s;
    }""")
    a, f, old = np.array([0, 0, 7, 3, 0], np.int32), np.zeros(1, np.float32), np.zeros(34, np.uint32)
    assert machine.launch("k", a, f, old) == 0
    assert a.tolist() == [496, 2, 8, 6, 31] and f[0] == 16
    assert sorted(old[:32]) == sorted(i % 10 for i in range(32)) and old[32:].tolist() == [7, 3]
    assert machine.findings == []


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
