// Flash attention: a warp a query, tiles of 32 keys and values in shared memory, softmax by a running maximum and sum.
#include <cuda_runtime.h>
#include <math.h>

constexpr int KEYS = 32;     // of a tile; a lane a key
constexpr int WARPS = 4;     // queries of a block
constexpr int MAX_DIM = 128; // four elements of the output a lane

__global__ void flash_attention(const float *__restrict__ Q, const float *__restrict__ K, const float *__restrict__ V,
                                float *__restrict__ O, int seq, int dim, float scale) {
  __shared__ float key_tile[KEYS][MAX_DIM + 1];
  __shared__ float value_tile[KEYS][MAX_DIM];
  __shared__ float query[WARPS][MAX_DIM];
  const int lane = threadIdx.x;
  const int warp = threadIdx.y;
  const int row = blockIdx.x * WARPS + warp;
  const size_t head = (size_t)blockIdx.y * seq * dim;

  for (int d = lane; d < dim; d += 32) query[warp][d] = row < seq ? Q[head + (size_t)row * dim + d] : 0.0f;

  float acc[MAX_DIM / 32] = {0.0f, 0.0f, 0.0f, 0.0f};
  float peak = -INFINITY;
  float total = 0.0f;
  for (int first = 0; first < seq; first += KEYS) {
    const int count = min(KEYS, seq - first);
    __syncthreads();
    for (int j = warp; j < count; j += WARPS) {
      for (int d = lane; d < dim; d += 32) {
        key_tile[j][d] = K[head + (size_t)(first + j) * dim + d];
        value_tile[j][d] = V[head + (size_t)(first + j) * dim + d];
      }
    }
    __syncthreads();
    float score = -INFINITY;
    if (lane < count) {
      score = 0.0f;
      for (int d = 0; d < dim; ++d) score += query[warp][d] * key_tile[lane][d];
      score *= scale;
    }
    float highest = score;
    for (int offset = 16; offset > 0; offset >>= 1) highest = fmaxf(highest, __shfl_xor_sync(0xffffffff, highest, offset));
    const float next = fmaxf(peak, highest);
    const float correction = expf(peak - next);
    const float weight = expf(score - next);
    float sum = weight;
    for (int offset = 16; offset > 0; offset >>= 1) sum += __shfl_xor_sync(0xffffffff, sum, offset);
    total = total * correction + sum;
    peak = next;
    for (int i = 0; i < MAX_DIM / 32; ++i) acc[i] *= correction;
    for (int j = 0; j < count; ++j) {
      const float w = __shfl_sync(0xffffffff, weight, j);
      for (int i = 0; i < MAX_DIM / 32; ++i) {
        if (lane + i * 32 < dim) acc[i] += w * value_tile[j][lane + i * 32];
      }
    }
  }
  if (row >= seq) return;
  for (int i = 0; i < MAX_DIM / 32; ++i) {
    const int d = lane + i * 32;
    if (d < dim) O[head + (size_t)row * dim + d] = acc[i] / total;
  }
}

extern "C" void flash_attention_kernel(const float *hQ, const float *hK, const float *hV, float *hO, int heads, int seq, int dim) {
  if (dim > MAX_DIM) return;
  float *Q, *K, *V, *O;
  const size_t bytes = sizeof(float) * heads * seq * dim;
  cudaMalloc(&Q, bytes);
  cudaMalloc(&K, bytes);
  cudaMalloc(&V, bytes);
  cudaMalloc(&O, bytes);
  cudaMemcpy(Q, hQ, bytes, cudaMemcpyHostToDevice);
  cudaMemcpy(K, hK, bytes, cudaMemcpyHostToDevice);
  cudaMemcpy(V, hV, bytes, cudaMemcpyHostToDevice);
  const dim3 grid((seq + WARPS - 1) / WARPS, heads);
  flash_attention<<<grid, dim3(32, WARPS)>>>(Q, K, V, O, seq, dim, 1.0f / sqrtf((float)dim));
  cudaMemcpy(hO, O, bytes, cudaMemcpyDeviceToHost);
  cudaFree(Q);
  cudaFree(K);
  cudaFree(V);
  cudaFree(O);
}
