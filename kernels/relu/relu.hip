#include <hip/hip_runtime.h>

// max(x, 0), one element a thread.
template <typename T>
__global__ void relu(const T *input, T *output, int size) {
  const unsigned int gid = blockIdx.x * blockDim.x + threadIdx.x;
  if (gid < size) {
    const T value = input[gid];
    output[gid] = value > T(0) ? value : T(0);
  }
}

extern "C" void relu_kernel(const float *A, float *T, int n) {
  float *d_a, *d_t;
  (void)hipMalloc(&d_a, sizeof(float) * n);
  (void)hipMalloc(&d_t, sizeof(float) * n);
  (void)hipMemcpy(d_a, A, sizeof(float) * n, hipMemcpyHostToDevice);
  relu<float><<<(n + 255) / 256, 256>>>(d_a, d_t, n);
  (void)hipMemcpy(T, d_t, sizeof(float) * n, hipMemcpyDeviceToHost);
  (void)hipFree(d_a);
  (void)hipFree(d_t);
}
