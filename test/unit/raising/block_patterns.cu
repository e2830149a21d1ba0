#include <cuda_runtime.h>
__device__ float warp_sum(float v) {
  for (int o = 16; o > 0; o >>= 1) v += __shfl_down_sync(0xffffffff, v, o);
  return v;
}
__device__ float block_sum(float v) {
  static __shared__ float partial[32];
  int lane = threadIdx.x % 32, wid = threadIdx.x / 32;
  v = warp_sum(v);
  if (lane == 0) partial[wid] = v;
  __syncthreads();
  v = (threadIdx.x < blockDim.x / 32) ? partial[lane] : 0.0f;
  if (wid == 0) v = warp_sum(v);
  return v;
}
__global__ void two_stage(const float *A, float *T, int rows, int cols) {
  int r = blockIdx.x;
  float s = 0.0f;
  for (int c = threadIdx.x; c < cols; c += blockDim.x) s += A[r * cols + c];
  s = block_sum(s);
  if (threadIdx.x == 0) T[r] = s;
}
extern "C" void two_stage_kernel(const float *A, float *T, int rows, int cols) {
  float *dA, *dT;
  cudaMalloc(&dA, rows * cols * sizeof(float)); cudaMalloc(&dT, rows * sizeof(float));
  cudaMemcpy(dA, A, rows * cols * sizeof(float), cudaMemcpyHostToDevice);
  two_stage<<<rows, 256>>>(dA, dT, rows, cols);
  cudaMemcpy(T, dT, rows * sizeof(float), cudaMemcpyDeviceToHost);
}
__global__ void warp_rows(const float *A, float *T, int rows, int cols) {
  int warp = (blockIdx.x * blockDim.x + threadIdx.x) / 32;
  int lane = threadIdx.x & 31;
  int warps = gridDim.x * blockDim.x / 32;
  for (int r = warp; r < rows; r += warps) {
    float s = 0.0f;
    for (int c = lane; c < cols; c += 32) s += A[r * cols + c];
    s = warp_sum(s);
    if (lane == 0) T[r] = s;
  }
}
extern "C" void warp_rows_kernel(const float *A, float *T, int rows, int cols) {
  float *dA, *dT;
  cudaMalloc(&dA, rows * cols * sizeof(float)); cudaMalloc(&dT, rows * sizeof(float));
  warp_rows<<<2, 128>>>(dA, dT, rows, cols);
}
__global__ void total(const float *A, float *T, int n) {
  __shared__ float s[128];
  int t = threadIdx.x;
  int i = blockIdx.x * blockDim.x + t;
  s[t] = i < n ? A[i] : 0.0f;
  __syncthreads();
  if (t < 64) s[t] += s[t + 64];
  __syncthreads();
  if (t < 32) {
    float v = s[t] + s[t + 32];
    for (int o = 16; o > 0; o /= 2) v += __shfl_xor_sync(0xffffffff, v, o);
    if (t == 0) atomicAdd(T, v);
  }
}
extern "C" void total_kernel(const float *A, float *T, int n) {
  float *dA, *dT;
  cudaMalloc(&dA, n * sizeof(float)); cudaMalloc(&dT, sizeof(float));
  total<<<(n + 127) / 128, 128>>>(dA, dT, n);
}
__global__ void wide(const float4 *A, float4 *T, int n4) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n4) return;
  float4 a = A[i];
  a.x *= 2.0f; a.w += a.y;
  T[i] = a;
}
extern "C" void wide_kernel(const float *A, float *T, int n) {
  float *dA, *dT;
  cudaMalloc(&dA, n * sizeof(float)); cudaMalloc(&dT, n * sizeof(float));
  wide<<<(n / 4 + 63) / 64, 64>>>((const float4 *)dA, (float4 *)dT, n / 4);
}
__global__ void two_parts(const float *A, const float *B, float *T, int n) {
  extern __shared__ float smem[];
  float *a = smem;
  float *b = smem + blockDim.x;
  int t = threadIdx.x;
  a[t] = A[blockIdx.x * blockDim.x + t];
  b[t] = B[blockIdx.x * blockDim.x + t];
  __syncthreads();
  T[blockIdx.x * blockDim.x + t] = a[blockDim.x - 1 - t] * b[t ^ 1];
}
extern "C" void two_parts_kernel(const float *A, const float *B, float *T, int n) {
  float *dA, *dB, *dT;
  cudaMalloc(&dA, n * sizeof(float)); cudaMalloc(&dB, n * sizeof(float)); cudaMalloc(&dT, n * sizeof(float));
  two_parts<<<n / 64, 64, 2 * 64 * sizeof(float)>>>(dA, dB, dT, n);
}
__global__ void softmax1(const float *A, float *T, int rows, int cols) {
  __shared__ float m, s;
  __shared__ float buf[64];
  int r = blockIdx.x, t = threadIdx.x;
  float best = -INFINITY, sum = 0.0f;
  for (int c = t; c < cols; c += 64) {
    float x = A[r * cols + c];
    if (x > best) { sum = sum * expf(best - x) + 1.0f; best = x; } else sum += expf(x - best);
  }
  buf[t] = best;
  __syncthreads();
  if (t == 0) { float b = buf[0]; for (int i = 1; i < 64; i++) b = fmaxf(b, buf[i]); m = b; }
  __syncthreads();
  buf[t] = sum == 0.0f ? 0.0f : sum * expf(best - m);
  __syncthreads();
  if (t == 0) { float b = 0; for (int i = 0; i < 64; i++) b += buf[i]; s = b; }
  __syncthreads();
  for (int c = t; c < cols; c += 64) T[r * cols + c] = expf(A[r * cols + c] - m) / s;
}
extern "C" void softmax1_kernel(const float *A, float *T, int rows, int cols) {
  float *dA, *dT;
  cudaMalloc(&dA, rows * cols * sizeof(float)); cudaMalloc(&dT, rows * cols * sizeof(float));
  softmax1<<<rows, 64>>>(dA, dT, rows, cols);
}
