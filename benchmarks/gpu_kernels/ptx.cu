// Instructions written as assembly: mma.sync, ldmatrix, cp.async, named barriers.
#include "run_case.h"
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_pipeline.h>

__device__ unsigned shared_address(const void *p) { return (unsigned)__cvta_generic_to_shared(p); }

__global__ void mma_half(const half *in, float *out, int n) {
  __shared__ __align__(16) half a[256], b[128];
  int lane = threadIdx.x;
  for (int i = lane; i < 256; i += 32) a[i] = in[i];
  for (int i = lane; i < 128; i += 32) b[i] = in[256 + i];
  __syncwarp();
  unsigned ra[4], rb[2], pa = shared_address(a + (lane % 16) * 16 + lane / 16 * 8), pb = shared_address(b + (lane % 16) * 8);
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(ra[0]), "=r"(ra[1]), "=r"(ra[2]), "=r"(ra[3]) : "r"(pa));
  asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0, %1}, [%2];" : "=r"(rb[0]), "=r"(rb[1]) : "r"(pb));
  float d[4] = {1.0f, 2.0f, 3.0f, 4.0f};
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
               : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
               : "r"(ra[0]), "r"(ra[1]), "r"(ra[2]), "r"(ra[3]), "r"(rb[0]), "r"(rb[1]));
  for (int i = 0; i < 4; ++i) out[(lane / 4 + 8 * (i / 2)) * 8 + lane % 4 * 2 + i % 2] = d[i];
}
// case mma_m16n8k16_half: float16*384 whole -> float32*128, equal
extern "C" void case_mma_m16n8k16_half(const void *in, void *out, int n) { run_case(mma_half, in, out, n, {1, 32, n, 128}); }

// case mma_rounded: float16*384 fractions -> float32*128, near 1e-5
extern "C" void case_mma_rounded(const void *in, void *out, int n) { run_case(mma_half, in, out, n, {1, 32, n, 128}); }

__global__ void mma_bfloat16(const unsigned *in, float *out, int n) {
  const unsigned *r = in + 6 * threadIdx.x;
  float *d = out + 4 * threadIdx.x;
  float c[4] = {0.0f, 0.0f, 0.0f, 0.0f};
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
               : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3]) : "r"(r[0]), "r"(r[1]), "r"(r[2]), "r"(r[3]), "r"(r[4]), "r"(r[5]));
  for (int i = 0; i < 4; ++i) d[i] = c[i];
}
// case mma_m16n8k16_bfloat16: uint32*192 bfloat16_pairs -> float32*128, equal
extern "C" void case_mma_m16n8k16_bfloat16(const void *in, void *out, int n) { run_case(mma_bfloat16, in, out, n, {1, 32, n, 128}); }

__global__ void mma_int8(const int *in, int *out, int n) {
  const int *r = in + 6 * threadIdx.x;
  int c[4] = {1, -2, 3, -4};
  asm volatile("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
               : "+r"(c[0]), "+r"(c[1]), "+r"(c[2]), "+r"(c[3]) : "r"(r[0]), "r"(r[1]), "r"(r[2]), "r"(r[3]), "r"(r[4]), "r"(r[5]));
  for (int i = 0; i < 4; ++i) out[4 * threadIdx.x + i] = c[i];
}
// case mma_m16n8k32_int8: int32*192 any -> int32*128, equal
extern "C" void case_mma_m16n8k32_int8(const void *in, void *out, int n) { run_case(mma_int8, in, out, n, {1, 32, n, 128}); }

__global__ void mma_tf32(const float *in, float *out, int n) {
  const unsigned *r = (const unsigned *)in + 6 * threadIdx.x;
  float c[4] = {0.0f, 0.0f, 0.0f, 0.0f};
  asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
               : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3]) : "r"(r[0]), "r"(r[1]), "r"(r[2]), "r"(r[3]), "r"(r[4]), "r"(r[5]));
  for (int i = 0; i < 4; ++i) out[4 * threadIdx.x + i] = c[i];
}
// case mma_m16n8k8_tf32: float32*192 whole -> float32*128, equal
extern "C" void case_mma_m16n8k8_tf32(const void *in, void *out, int n) { run_case(mma_tf32, in, out, n, {1, 32, n, 128}); }

__global__ void load_matrices(const half *in, unsigned *out, int n) {
  __shared__ __align__(16) half cell[256];
  int lane = threadIdx.x;
  for (int i = lane; i < 256; i += 32) cell[i] = in[i];
  __syncwarp();
  unsigned r[4], t[4], p = shared_address(cell + lane * 8);
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];" : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3]) : "r"(p));
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(t[0]), "=r"(t[1]), "=r"(t[2]), "=r"(t[3]) : "r"(p));
  for (int i = 0; i < 4; ++i) out[8 * lane + i] = r[i], out[8 * lane + 4 + i] = t[i];
}
// case ldmatrix: float16*256 patterns -> uint32*256, equal
extern "C" void case_ldmatrix(const void *in, void *out, int n) { run_case(load_matrices, in, out, n, {1, 32, n, 256}); }

__global__ void async_groups(const float *in, float *out, int n) {
  __shared__ __align__(16) float stage[2][128];
  int t = threadIdx.x;
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(shared_address(&stage[0][4 * t])), "l"(in + 4 * t));
  asm volatile("cp.async.commit_group;");
  for (int step = 0; step < 4; ++step) {
    if (step < 3) asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(shared_address(&stage[(step + 1) % 2][4 * t])), "l"(in + 128 * (step + 1) + 4 * t));
    asm volatile("cp.async.commit_group;");
    asm volatile("cp.async.wait_group %0;" ::"n"(1));
    __syncthreads();
    for (int i = 0; i < 4; ++i) out[128 * step + t + 32 * i] = stage[step % 2][127 - t - 32 * i];
    __syncthreads();
  }
}
// case cp_async_groups: float32*512 unit -> float32*512, equal
extern "C" void case_cp_async_groups(const void *in, void *out, int n) { run_case(async_groups, in, out, n, {1, 32}); }

__global__ void async_zero_fill(const int *in, int *out, int n) {
  __shared__ __align__(16) int cell[128];
  int t = threadIdx.x, keep = 4 * (t % 5);
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(&cell[4 * t])), "l"(in + 4 * t), "r"(keep));
  asm volatile("cp.async.wait_all;");
  __syncthreads();
  for (int i = 0; i < 4; ++i) out[t + 32 * i] = cell[t + 32 * i];
}
// case cp_async_zero_fill: int32*128 any -> int32*128, equal
extern "C" void case_cp_async_zero_fill(const void *in, void *out, int n) { run_case(async_zero_fill, in, out, n, {1, 32}); }

__global__ void pipeline_copy(const int *in, int *out, int n) {
  __shared__ __align__(16) int cell[256];
  int t = threadIdx.x;
  __pipeline_memcpy_async(&cell[4 * t], &in[4 * t], 16);
  __pipeline_commit();
  __pipeline_wait_prior(0);
  __syncthreads();
  for (int i = 0; i < 4; ++i) out[t + 64 * i] = cell[255 - t - 64 * i];
}
// case pipeline_copy: int32*256 any -> int32*256, equal
extern "C" void case_pipeline_copy(const void *in, void *out, int n) { run_case(pipeline_copy, in, out, n, {1, 64}); }

__global__ void named_barriers(const int *in, int *out, int n) {
  __shared__ int cell[64];
  int t = threadIdx.x;
  if (t < 64) {
    cell[t] = in[t];
    asm volatile("bar.sync 1, 64;" ::: "memory");
    out[t] = cell[63 - t];
  } else {
    out[t] = in[t] * 3;
  }
}
// case named_barriers: int32*96 any -> int32*96, equal
extern "C" void case_named_barriers(const void *in, void *out, int n) { run_case(named_barriers, in, out, n, {1, 96}); }
