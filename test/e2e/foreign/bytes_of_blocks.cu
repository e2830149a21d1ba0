// llama.cpp style block quantisation with a record
#include <cuda_fp16.h>
#include <stdint.h>
#define QK8_0 32
typedef struct {
  half d;
  int8_t qs[QK8_0];
} block_q8_0;
static_assert(sizeof(block_q8_0) == sizeof(half) + QK8_0, "wrong q8_0 block size/padding");
static __global__ void dequantize_block_q8_0(const void * __restrict__ vx, float * __restrict__ y, const int k) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= k) return;
  const block_q8_0 * x = (const block_q8_0 *) vx;
  const int ib = i / QK8_0;
  const int iqs = i % QK8_0;
  y[i] = (float)x[ib].qs[iqs] * __half2float(x[ib].d);
}
void dequantize_q8_0(const void * vx, float * y, const int k, cudaStream_t stream) {
  dequantize_block_q8_0<<<(k + 255) / 256, 256, 0, stream>>>(vx, y, k);
}
