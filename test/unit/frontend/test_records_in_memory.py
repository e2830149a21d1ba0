"""Records in memory, arrays in records, unions: laid out as a compiler does, and read field by field."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import xpiler
from xpiler.verify.verdict import Verdict

PACKS = """
template <typename T, int N> struct alignas(sizeof(T) * N) Pack {
  T lanes[N];
  __device__ T &operator[](int i) { return lanes[i]; }
  __device__ const T &operator[](int i) const { return lanes[i]; }
};
using Pack4 = Pack<float, 4>;
__device__ Pack4 load(const float *p) { return *reinterpret_cast<const Pack4 *>(p); }
__device__ void store(float *p, const Pack4 &v) { *reinterpret_cast<Pack4 *>(p) = v; }
__global__ void twice(const float *x, float *y, int n) {
  for (int i = threadIdx.x; i < n / 4; i += blockDim.x) {
    Pack4 in = load(x + 4 * i), out;
    for (int k = 0; k < 4; ++k) out[3 - k] = 2.0f * in.lanes[k];
    store(y + 4 * i, out);
  }
}
void run(const float *x, float *y, int n) { twice<<<1, 64>>>(x, y, n); }
"""
BLOCKS = """
#include <cuda_fp16.h>
#include <stdint.h>
struct Block { half d; int8_t qs[4]; };
__device__ void put(Block *b, int i, unsigned short bits) { b->d = __ushort_as_half(bits); b->qs[i] = i; }
__global__ void scale(const Block *x, Block *y, float *d, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  Block b = x[i];
  y[i].qs[0] = x[i].qs[3];
  y[i].qs[1] = b.qs[0];
  y[i].qs[2] = 7;
  put(y + i, 3, __half_as_ushort(b.d) ^ 1);
  d[i] = 0.5f * __half2float(b.d);
}
void run(const Block *x, Block *y, float *d, int n) { scale<<<(n + 63) / 64, 64>>>(x, y, d, n); }
"""
PAIRS = """
struct Best { float value; int index; };
__device__ Best better(Best a, Best b) { return b.value > a.value ? b : a; }
__global__ void best(const float *x, int *at, float *most) {
  __shared__ Best parts[64];
  int t = threadIdx.x;
  parts[t] = {x[blockIdx.x * 64 + t], t};
  __syncthreads();
  for (int s = 32; s > 0; s /= 2) {
    if (t < s) parts[t] = better(parts[t], parts[t + s]);
    __syncthreads();
  }
  if (t == 0) { at[blockIdx.x] = parts[0].index; most[blockIdx.x] = parts[0].value; }
}
void run(const float *x, int *at, float *most, int rows) { best<<<rows, 64>>>(x, at, most); }
"""
UNIONS = """
#include <stdint.h>
extern "C" void sum(const uint16_t *x, float *y, uint32_t *low, int n) {
  for (int i = 0; i < n; ++i) {
    union { uint32_t bits; float number; uint8_t bytes[4]; } u;
    u.bits = (uint32_t)x[i] << 15;
    y[i] = u.number * 2.0f;
    low[i] = u.bytes[2];
  }
}
"""
WEIGHTS = """
struct Taps { float w[3]; int n; };
__global__ void blur(const float *x, float *y, Taps t) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= t.n) return;
  float s = 0;
  for (int k = 0; k < 3; ++k) s += t.w[k] * x[i + k];
  y[i] = s;
}
void run(const float *x, float *y, float a, float b, int n) { Taps t = {{a, b, a}, n}; blur<<<(n + 63) / 64, 64>>>(x, y, t); }
"""
COPIES = """
#include <cstring>
struct Four { float lanes[4]; };
__global__ void move(const float *x, float *y) {
  int i = blockIdx.x * 64 + threadIdx.x;
  float4 v = *(const float4 *)(x + 4 * i);
  Four f;
  memcpy(&f.lanes, &v, sizeof(v));
  f.lanes[1] += f.lanes[2];
  memcpy(y + 4 * i, &f, sizeof f);
}
void run(const float *x, float *y, int n) { move<<<n, 64>>>(x, y); }
"""
TEXTS = {"packs.cu": PACKS, "blocks.cu": BLOCKS, "pairs.cu": PAIRS, "unions.cpp": UNIONS, "weights.cu": WEIGHTS, "copies.cu": COPIES}


@pytest.mark.parametrize(("name", "target"), [(name, "cuda" if name.endswith("cpp") else "vnni") for name in TEXTS])
def test_records_do_what_the_compiler_makes_of_them(name: str, target: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(TEXTS[name])
    extents = {"x": "4*n", "y": "4*n"} if name in ("packs.cu",) else {}
    result = xpiler.translate(tmp_path / name, to=target, verify="test", extents=extents, assumptions=("n % 4 == 0",) if extents else ())
    assert result.answer.verdict == Verdict.TESTED


def test_a_pack_is_one_wide_access(read) -> None:
    text = read(PACKS)
    assert "scf.for" in text
    assert len(re.findall(r"vector\.(load|store) .*vector<4xf32>", text)) == 2


def test_records_of_many_types_are_bytes(tmp_path: Path) -> None:
    (tmp_path / "blocks.cu").write_text(BLOCKS)
    assert (
        "void scale(const uint8_t *x, uint8_t *y, float *d, int n)"
        in xpiler.translate(tmp_path / "blocks.cu", to="vnni", verify="none").text
    )


def test_an_array_of_a_record_that_is_passed_is_its_elements(tmp_path: Path) -> None:
    (tmp_path / "weights.cu").write_text(WEIGHTS)
    text = xpiler.translate(tmp_path / "weights.cu", to="vnni", verify="none").text
    assert "void blur(const float *x, float *y, float w_0, float w_1, float w_2, int n)" in text


def test_a_pointer_to_one_record_stays_its_fields(read) -> None:
    text = read("struct P { int n; float s; };\n__global__ void k(float *x, const P *p) { x[threadIdx.x % p->n] = p->s; }")
    assert "%n: i32" in text


CLAMP = """
#include <stddef.h>
union params { struct { float min, max; } scalar; struct { float both[4]; } wide; };
void clamp(size_t n, const float *x, float *y, const union params *params) {
  const float low = params->scalar.min, high = params->scalar.max;
  for (; n >= 1; n -= 1) { float v = *x++; v = v < low ? low : v; *y++ = v > high ? high : v; }
}
"""


def test_of_a_union_that_is_passed_the_member_that_is_used_is(tmp_path: Path) -> None:
    (tmp_path / "clamp.cpp").write_text(CLAMP)
    result = xpiler.translate(tmp_path / "clamp.cpp", to="cuda", verify="test")
    assert result.answer.verdict == Verdict.TESTED
    assert "void clamp(uint64_t n, const float *x, float *y, float min_, float max_)" in result.text
