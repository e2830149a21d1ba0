#include <hip/hip_runtime.h>

// One AdamW step, four parameters a thread: the decay is applied first, as PyTorch does; the rest of n is done one by one.
__device__ __forceinline__ void adamw_element(float &p, float &m, float &v, float g, float lr, float beta1, float beta2, float step_size,
                                              float inv_bias2, float eps, float decay) {
  p *= 1.0f - lr * decay;
  m = beta1 * m + (1.0f - beta1) * g;
  v = beta2 * v + (1.0f - beta2) * g * g;
  p -= step_size * m / (sqrtf(v * inv_bias2) + eps);
}

__global__ void adamw_vec4(float *__restrict__ params, float *__restrict__ exp_avg, float *__restrict__ exp_avg_sq,
                           const float *__restrict__ grads, int n, float lr, float beta1, float beta2, float step_size, float inv_bias2,
                           float eps, float decay) {
  const int n4 = n / 4;
  const int stride = gridDim.x * blockDim.x;
  const int start = blockIdx.x * blockDim.x + threadIdx.x;
  for (int i = start; i < n4; i += stride) {
    float4 p = reinterpret_cast<float4 *>(params)[i];
    float4 m = reinterpret_cast<float4 *>(exp_avg)[i];
    float4 v = reinterpret_cast<float4 *>(exp_avg_sq)[i];
    const float4 g = reinterpret_cast<const float4 *>(grads)[i];
    adamw_element(p.x, m.x, v.x, g.x, lr, beta1, beta2, step_size, inv_bias2, eps, decay);
    adamw_element(p.y, m.y, v.y, g.y, lr, beta1, beta2, step_size, inv_bias2, eps, decay);
    adamw_element(p.z, m.z, v.z, g.z, lr, beta1, beta2, step_size, inv_bias2, eps, decay);
    adamw_element(p.w, m.w, v.w, g.w, lr, beta1, beta2, step_size, inv_bias2, eps, decay);
    reinterpret_cast<float4 *>(params)[i] = p;
    reinterpret_cast<float4 *>(exp_avg)[i] = m;
    reinterpret_cast<float4 *>(exp_avg_sq)[i] = v;
  }
  for (int i = n4 * 4 + start; i < n; i += stride)
    adamw_element(params[i], exp_avg[i], exp_avg_sq[i], grads[i], lr, beta1, beta2, step_size, inv_bias2, eps, decay);
}

extern "C" void adamw_kernel(float *P, float *M, float *V, const float *G, int n, int step, float rate, float beta1, float beta2,
                             float eps, float decay) {
  float *p, *m, *v, *g;
  hipMalloc(&p, n * sizeof(float));
  hipMalloc(&m, n * sizeof(float));
  hipMalloc(&v, n * sizeof(float));
  hipMalloc(&g, n * sizeof(float));
  hipMemcpy(p, P, n * sizeof(float), hipMemcpyHostToDevice);
  hipMemcpy(m, M, n * sizeof(float), hipMemcpyHostToDevice);
  hipMemcpy(v, V, n * sizeof(float), hipMemcpyHostToDevice);
  hipMemcpy(g, G, n * sizeof(float), hipMemcpyHostToDevice);
  const float step_size = rate / (1.0f - powf(beta1, (float)step));
  const float inv_bias2 = 1.0f / (1.0f - powf(beta2, (float)step));
  adamw_vec4<<<120, 256>>>(p, m, v, g, n, rate, beta1, beta2, step_size, inv_bias2, eps, decay);
  hipMemcpy(P, p, n * sizeof(float), hipMemcpyDeviceToHost);
  hipMemcpy(M, m, n * sizeof(float), hipMemcpyDeviceToHost);
  hipMemcpy(V, v, n * sizeof(float), hipMemcpyDeviceToHost);
  hipFree(p);
  hipFree(m);
  hipFree(v);
  hipFree(g);
}
