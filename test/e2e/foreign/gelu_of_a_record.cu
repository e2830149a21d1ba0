#include <cuda_fp16.h>
struct GeluParams { const float* src; float* dst; int64_t rows; int64_t cols; float scale; };
static __device__ __forceinline__ float gelu_erf(float x) { return 0.5f * x * (1.0f + erff(x * 0.70710678118654752440f)); }
__global__ void gelu_kernel(GeluParams p) {
    const int64_t i = (int64_t) blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= p.rows * p.cols) { return; }
    p.dst[i] = gelu_erf(p.src[i]) * p.scale;
}
extern "C" void gelu_forward(const float* src, float* dst, int64_t rows, int64_t cols, float scale, cudaStream_t s) {
    GeluParams p{src, dst, rows, cols, scale};
    gelu_kernel<<<(rows * cols + 255) / 256, 256, 0, s>>>(p);
}
