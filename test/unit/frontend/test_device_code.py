"""Idioms of device code: reductions by functor, records, cut-up shared memory, tiles by pointer."""

from __future__ import annotations


def test_static_shared_array_of_a_helper_is_one_object(read) -> None:
    text = read("""
template <typename T, typename Op> __device__ T block(T v, Op op) {
  static __shared__ T shared[32];
  shared[threadIdx.x] = v;
  __syncthreads();
  return op(shared[0], v);
}
struct Max { __device__ float operator()(float a, float b) const { return a > b ? a : b; } };
__global__ void k(float *x) {
  auto sum = [](float a, float b) { return a + b; };
  x[0] = block(x[1], Max()) + block(x[2], sum) + block(x[3], Max());
}""")
    assert text.count("memref.alloca") == 2  # one for each instantiation
    assert text.count("cuda.barrier") == 3 and "arith.select" in text


def test_record_carried_through_a_loop(read) -> None:
    text = read("""
struct MD { float m, d; };
__device__ MD join(MD a, MD b) {
  MD big = a.m > b.m ? a : b, small = a.m > b.m ? b : a;
  MD r;
  r.m = big.m;
  r.d = big.d + small.d * __expf(small.m - big.m);
  return r;
}
__global__ void online(const float *x, float *y, int n) {
  MD p = {-3e38f, 0.f};
  for (int i = threadIdx.x; i < n; i += blockDim.x) { MD q; q.m = x[i]; q.d = 1.f; p = join(p, q); }
  y[0] = p.m / p.d;
}""")
    assert "-> (f32, f32)" in text and "alloca" not in text


def test_shared_bytes_cut_into_typed_pieces(read) -> None:
    text = read("""
extern __shared__ unsigned char raw[];
__global__ void k(float *x, int n) {
  float *s = (float *)raw;
  int *idx = (int *)(s + 128);
  idx[threadIdx.x] = n;
  x[0] = s[idx[0]];
}""")
    assert text.count("xpiler.view") == 2 and text.count("cuda.dynamic_shared") == 1


def test_arrays_of_vectors_are_lanes(read) -> None:
    text = read(
        "__global__ void k(const float4 *a, float4 *c) { __shared__ float4 s[8]; s[threadIdx.x] = a[1]; s[0].w += 2; c[2] = s[3]; }"
    )
    assert "memref<8x4xf32, #cuda.space<shared>>" in text and text.count("vector.load") == 2
    assert "%a: memref<?xf32>" in text and 'xpiler.ctype = "const float4 *"' in text


def test_tile_pointers_that_advance(read) -> None:
    text = read("""
template <int BM> __global__ void mm(int N, int K, const float *A, float *C) {
  A += blockIdx.y * BM * K;
  float acc[2] = {0};
  for (uint k = 0; k < K; k += 8) { acc[0] += *A; A += 8 * N; }
  C[0] = acc[0];
}
void run(float *A, float *C) { mm<64><<<1, 1>>>(4, 4, A, C); }""")
    assert "@mm_64" in text and "iter_args(%A" in text and "scf.for unsigned" in text


def test_cooperative_block(read) -> None:
    text = read("""
#include <cooperative_groups.h>
namespace cg = cooperative_groups;
__global__ void k(float *x) {
  cg::thread_block block = cg::this_thread_block();
  x[block.thread_rank()] = 1;
  block.sync();
}""")
    assert "cuda.barrier" in text and "cuda.thread_id z" in text
