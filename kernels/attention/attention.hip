#include <hip/hip_runtime.h>
#include <math.h>

// Multi-head attention in three kernels: scores, softmax of their rows, weighted sums of the values.
__global__ void attention_scores(const float *q, const float *k, float *scores, int seq, int dim, float scale) {
  const int key = blockIdx.x * blockDim.x + threadIdx.x;
  const int query = blockIdx.y;
  const int head = blockIdx.z;
  if (key >= seq) return;
  const float *a = q + (head * seq + query) * dim;
  const float *b = k + (head * seq + key) * dim;
  float sum = 0.0f;
  for (int d = 0; d < dim; ++d) sum += a[d] * b[d];
  scores[(head * seq + query) * seq + key] = sum * scale;
}

__global__ void attention_softmax(float *scores, int seq) {
  float *row = scores + (size_t)blockIdx.x * seq;
  float peak = -INFINITY;
  for (int j = threadIdx.x; j < seq; j += 64) peak = fmaxf(peak, row[j]);
  for (int offset = 32; offset > 0; offset >>= 1) peak = fmaxf(peak, __shfl_xor(peak, offset));
  float total = 0.0f;
  for (int j = threadIdx.x; j < seq; j += 64) total += expf(row[j] - peak);
  for (int offset = 32; offset > 0; offset >>= 1) total += __shfl_xor(total, offset);
  for (int j = threadIdx.x; j < seq; j += 64) row[j] = expf(row[j] - peak) / total;
}

__global__ void attention_values(const float *scores, const float *v, float *out, int seq, int dim) {
  const int d = blockIdx.x * blockDim.x + threadIdx.x;
  const int query = blockIdx.y;
  const int head = blockIdx.z;
  if (d >= dim) return;
  float sum = 0.0f;
  for (int j = 0; j < seq; ++j) sum += scores[(head * seq + query) * seq + j] * v[(head * seq + j) * dim + d];
  out[(head * seq + query) * dim + d] = sum;
}

extern "C" void attention_kernel(const float *Q, const float *K, const float *V, float *O, int heads, int seq, int dim) {
  float *q, *k, *v, *o, *scores;
  const size_t bytes = sizeof(float) * heads * seq * dim;
  hipMalloc(&q, bytes);
  hipMalloc(&k, bytes);
  hipMalloc(&v, bytes);
  hipMalloc(&o, bytes);
  hipMalloc(&scores, sizeof(float) * heads * seq * seq);
  hipMemcpy(q, Q, bytes, hipMemcpyHostToDevice);
  hipMemcpy(k, K, bytes, hipMemcpyHostToDevice);
  hipMemcpy(v, V, bytes, hipMemcpyHostToDevice);
  attention_scores<<<dim3((seq + 127) / 128, seq, heads), 128>>>(q, k, scores, seq, dim, 1.0f / sqrtf((float)dim));
  attention_softmax<<<heads * seq, 64>>>(scores, seq);
  attention_values<<<dim3((dim + 63) / 64, seq, heads), 64>>>(scores, v, o, seq, dim);
  hipMemcpy(O, o, bytes, hipMemcpyDeviceToHost);
  hipFree(q);
  hipFree(k);
  hipFree(v);
  hipFree(o);
  hipFree(scores);
}
