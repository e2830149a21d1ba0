// AdamW: one step on all parameters; the corrections of the two moments' bias are the launcher's.
#include <cuda_runtime.h>
#include <math.h>

__device__ inline float lerp(float start, float end, float weight) { return fmaf(weight, end, fmaf(-weight, start, start)); }

__global__ void adamw_update(float *params, float *m_memory, float *v_memory, const float *grads, int num_parameters, float learning_rate,
                             float beta1, float beta2, float beta1_correction, float beta2_correction, float eps, float weight_decay) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= num_parameters) return;
  float grad = grads[i];
  float m = m_memory[i];
  float v = v_memory[i];
  m = lerp(grad, m, beta1);
  m_memory[i] = m;
  v = lerp(grad * grad, v, beta2);
  v_memory[i] = v;
  m /= beta1_correction;
  v /= beta2_correction;
  params[i] -= learning_rate * (m / (sqrtf(v) + eps) + weight_decay * params[i]);
}

extern "C" void adamw_kernel(float *P, float *M, float *V, const float *G, int n, int step, float rate, float beta1, float beta2,
                             float eps, float decay) {
  float *p, *m, *v, *g;
  const size_t bytes = sizeof(float) * n;
  cudaMalloc(&p, bytes);
  cudaMalloc(&m, bytes);
  cudaMalloc(&v, bytes);
  cudaMalloc(&g, bytes);
  cudaMemcpy(p, P, bytes, cudaMemcpyHostToDevice);
  cudaMemcpy(m, M, bytes, cudaMemcpyHostToDevice);
  cudaMemcpy(v, V, bytes, cudaMemcpyHostToDevice);
  cudaMemcpy(g, G, bytes, cudaMemcpyHostToDevice);
  const int block_size = 512;
  const int num_blocks = (n + block_size - 1) / block_size;
  const float beta1_correction = 1.0f - powf(beta1, step);
  const float beta2_correction = 1.0f - powf(beta2, step);
  adamw_update<<<num_blocks, block_size>>>(p, m, v, g, n, rate, beta1, beta2, beta1_correction, beta2_correction, eps, decay);
  cudaMemcpy(P, p, bytes, cudaMemcpyDeviceToHost);
  cudaMemcpy(M, m, bytes, cudaMemcpyDeviceToHost);
  cudaMemcpy(V, v, bytes, cudaMemcpyDeviceToHost);
  cudaFree(p);
  cudaFree(m);
  cudaFree(v);
  cudaFree(g);
}
