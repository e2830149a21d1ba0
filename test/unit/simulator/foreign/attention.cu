// Attention in one pass over the keys: dynamic shared memory cut by pointers, sums rescaled as the peak rises.
#include <cuda.h>
#include <cuda_runtime.h>
#include <math.h>

__global__ void attention_forward(const float *Q, const float *K, const float *V, const int N, const int d, const int Tc, const int Tr,
                                  const int Bc, const int Br, const float scale, float *l, float *m, float *O) {
  int tx = threadIdx.x;
  int bx = blockIdx.x, by = blockIdx.y;
  int qkv_offset = (bx * gridDim.y * N * d) + (by * N * d);
  int lm_offset = (bx * gridDim.y * N) + (by * N);
  extern __shared__ float sram[];
  int tile_size = Bc * d;
  float *Qi = sram;
  float *Kj = &sram[tile_size];
  float *Vj = &sram[tile_size * 2];
  float *S = &sram[tile_size * 3];
  for (int j = 0; j < Tc; j++) {
    for (int x = 0; x < d; x++) {
      Kj[(tx * d) + x] = K[qkv_offset + (tile_size * j) + (tx * d) + x];
      Vj[(tx * d) + x] = V[qkv_offset + (tile_size * j) + (tx * d) + x];
    }
    __syncthreads();
    for (int i = 0; i < Tr; i++) {
      for (int x = 0; x < d; x++) Qi[(tx * d) + x] = Q[qkv_offset + (tile_size * i) + (tx * d) + x];
      float row_m_prev = m[lm_offset + (Br * i) + tx];
      float row_l_prev = l[lm_offset + (Br * i) + tx];
      float row_m = -INFINITY;
      for (int y = 0; y < Bc; y++) {
        float sum = 0;
        for (int x = 0; x < d; x++) sum += Qi[(tx * d) + x] * Kj[(y * d) + x];
        sum *= scale;
        S[(Bc * tx) + y] = sum;
        if (sum > row_m) row_m = sum;
      }
      float row_l = 0;
      for (int y = 0; y < Bc; y++) {
        S[(Bc * tx) + y] = __expf(S[(Bc * tx) + y] - row_m);
        row_l += S[(Bc * tx) + y];
      }
      float row_m_new = max(row_m_prev, row_m);
      float row_l_new = (__expf(row_m_prev - row_m_new) * row_l_prev) + (__expf(row_m - row_m_new) * row_l);
      for (int x = 0; x < d; x++) {
        float pv = 0;
        for (int y = 0; y < Bc; y++) pv += S[(Bc * tx) + y] * Vj[(y * d) + x];
        float &out = O[qkv_offset + (tile_size * i) + (tx * d) + x];
        out = (1 / row_l_new) * ((row_l_prev * __expf(row_m_prev - row_m_new) * out) + (__expf(row_m - row_m_new) * pv));
      }
      m[lm_offset + (Br * i) + tx] = row_m_new;
      l[lm_offset + (Br * i) + tx] = row_l_new;
    }
    __syncthreads();
  }
}

extern "C" int run_attention(const float *q, const float *k, const float *v, float *o, int B, int nh, int N, int d) {
  const int Bc = 32, Br = 32, Tc = (N + Bc - 1) / Bc, Tr = (N + Br - 1) / Br;
  const size_t bytes = sizeof(float) * B * nh * N * d, rows = sizeof(float) * B * nh * N;
  float *dq, *dk, *dv, *dout, *dl, *dm;
  cudaMalloc(&dq, bytes), cudaMalloc(&dk, bytes), cudaMalloc(&dv, bytes), cudaMalloc(&dout, bytes);
  cudaMalloc(&dl, rows), cudaMalloc(&dm, rows);
  cudaMemcpy(dq, q, bytes, cudaMemcpyHostToDevice);
  cudaMemcpy(dk, k, bytes, cudaMemcpyHostToDevice);
  cudaMemcpy(dv, v, bytes, cudaMemcpyHostToDevice);
  cudaMemset(dout, 0, bytes), cudaMemset(dl, 0, rows);
  cudaMemset(dm, 0xfe, rows);  // a very negative number in every float
  const int sram_size = (3 * Bc * d * sizeof(float)) + (Bc * Br * sizeof(float));
  int max_sram_size;
  cudaDeviceGetAttribute(&max_sram_size, cudaDevAttrMaxSharedMemoryPerBlock, 0);
  if (sram_size > max_sram_size) return 1;
  dim3 grid_dim(B, nh);
  dim3 block_dim(Bc);
  attention_forward<<<grid_dim, block_dim, sram_size>>>(dq, dk, dv, N, d, Tc, Tr, Bc, Br, rsqrtf(d), dl, dm, dout);
  cudaMemcpy(o, dout, bytes, cudaMemcpyDeviceToHost);
  for (float *p : {dq, dk, dv, dout, dl, dm}) cudaFree(p);
  return cudaGetLastError();
}
