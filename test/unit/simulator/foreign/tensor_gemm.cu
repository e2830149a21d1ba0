// Product of half matrices on tensor cores: cp.async in two stages, ldmatrix with swizzled rows, mma.sync.
#include <cstdint>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

#define LDMATRIX_X4(R0, R1, R2, R3, addr) \
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];\n" : "=r"(R0), "=r"(R1), "=r"(R2), "=r"(R3) : "r"(addr))
#define LDMATRIX_X2_T(R0, R1, addr) \
  asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0, %1}, [%2];\n" : "=r"(R0), "=r"(R1) : "r"(addr))
#define HMMA16816(D, A, B) \
  asm volatile( \
      "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};\n" \
      : "+f"(D[0]), "+f"(D[1]), "+f"(D[2]), "+f"(D[3]) \
      : "r"(A[0]), "r"(A[1]), "r"(A[2]), "r"(A[3]), "r"(B[0]), "r"(B[1]))

constexpr int TILE = 32, STAGES = 2, VECTOR = 8;

struct __align__(16) Stage {
  half a[TILE * TILE];
  half b[TILE * TILE];
};

__device__ __forceinline__ uint32_t smem_u32(const void *p) { return static_cast<uint32_t>(__cvta_generic_to_shared(p)); }
/// Chunks of eight halves in a row, rotated by the row so that no two rows of a matrix share a bank.
__device__ __forceinline__ int swizzled(int row, int column) { return row * TILE + ((((column >> 3) ^ (row >> 1)) & 3) << 3) + (column & 7); }

__device__ __forceinline__ void cp_async16(uint32_t to, const void *from) {
  asm volatile("cp.async.cg.shared.global.L2::128B [%0], [%1], %2;\n" ::"r"(to), "l"(from), "n"(16));
}

__device__ void fetch(Stage &stage, const half *A, const half *B, int k0, int N, int K) {
  const int row = threadIdx.x / 4, column = threadIdx.x % 4 * VECTOR;
  cp_async16(smem_u32(&stage.a[swizzled(row, column)]), A + (blockIdx.y * TILE + row) * K + k0 + column);
  cp_async16(smem_u32(&stage.b[swizzled(row, column)]), B + (k0 + row) * N + blockIdx.x * TILE + column);
  asm volatile("cp.async.commit_group;\n" ::);
}

__global__ void hgemm(const half *A, const half *B, float *C, int M, int N, int K) {
  extern __shared__ __align__(128) unsigned char raw[];
  Stage *stages = reinterpret_cast<Stage *>(raw);
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32, wm = warp / 2 * 16, wn = warp % 2 * 16;
  float acc[2][4] = {};
  fetch(stages[0], A, B, 0, N, K);
  for (int step = 0; step < K / TILE; ++step) {
    if (step + 1 < K / TILE) fetch(stages[(step + 1) % STAGES], A, B, (step + 1) * TILE, N, K);
    else asm volatile("cp.async.commit_group;");
    asm volatile("cp.async.wait_group %0;\n" ::"n"(STAGES - 1));
    __syncthreads();
    const Stage &now = stages[step % STAGES];
    for (int k = 0; k < TILE; k += 16) {
      uint32_t a[4], b[2];
      LDMATRIX_X4(a[0], a[1], a[2], a[3], smem_u32(&now.a[swizzled(wm + lane % 16, k + lane / 16 * 8)]));
      for (int n = 0; n < 2; ++n) {
        LDMATRIX_X2_T(b[0], b[1], smem_u32(&now.b[swizzled(k + lane % 16, wn + n * 8)]));
        HMMA16816(acc[n], a, b);
      }
    }
    __syncthreads();
  }
  for (int n = 0; n < 2; ++n)
    for (int i = 0; i < 4; ++i)
      C[(blockIdx.y * TILE + wm + lane / 4 + i / 2 * 8) * N + blockIdx.x * TILE + wn + n * 8 + lane % 4 * 2 + i % 2] = acc[n][i];
}

extern "C" int run_hgemm(const half *a, const half *b, float *c, int M, int N, int K) {
  half *da, *db;
  float *dc;
  cudaMalloc(&da, M * K * sizeof(half)), cudaMalloc(&db, K * N * sizeof(half)), cudaMalloc(&dc, M * N * sizeof(float));
  cudaMemcpy(da, a, M * K * sizeof(half), cudaMemcpyHostToDevice);
  cudaMemcpy(db, b, K * N * sizeof(half), cudaMemcpyHostToDevice);
  cudaFuncSetAttribute(hgemm, cudaFuncAttributeMaxDynamicSharedMemorySize, STAGES * sizeof(Stage));
  hgemm<<<dim3(N / TILE, M / TILE), 128, STAGES * sizeof(Stage)>>>(da, db, dc, M, N, K);
  cudaMemcpy(c, dc, M * N * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(da), cudaFree(db), cudaFree(dc);
  return cudaGetLastError();
}
