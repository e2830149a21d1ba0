#include <cuda_runtime.h>
// residual + layernorm fused; dynamic shared memory keeps the row
__global__ void fused_residual_layernorm(float* residual, float* normed, float* mean, float* rstd, const float* inp1, const float* inp2,
                                         const float* weight, const float* bias, int C) {
    extern __shared__ float row[];
    __shared__ float red[32];
    const int n = blockIdx.x;
    const int lane = threadIdx.x & 31, warp = threadIdx.x >> 5;
    residual += n * C; normed += n * C; inp1 += n * C; inp2 += n * C;
    float s = 0.f;
    for (int c = threadIdx.x; c < C; c += blockDim.x) {
        float v = inp1[c] + inp2[c];
        row[c] = v;
        residual[c] = v;
        s += v;
    }
    for (int o = 16; o; o >>= 1) s += __shfl_down_sync(0xffffffffu, s, o);
    if (lane == 0) red[warp] = s;
    __syncthreads();
    if (warp == 0) {
        s = lane < (blockDim.x >> 5) ? red[lane] : 0.f;
        for (int o = 16; o; o >>= 1) s += __shfl_down_sync(0xffffffffu, s, o);
        if (lane == 0) red[0] = s / C;
    }
    __syncthreads();
    float m = red[0];
    __syncthreads();
    float v = 0.f;
    for (int c = threadIdx.x; c < C; c += blockDim.x) { float d = row[c] - m; v += d * d; }
    for (int o = 16; o; o >>= 1) v += __shfl_down_sync(0xffffffffu, v, o);
    if (lane == 0) red[warp] = v;
    __syncthreads();
    if (warp == 0) {
        v = lane < (blockDim.x >> 5) ? red[lane] : 0.f;
        for (int o = 16; o; o >>= 1) v += __shfl_down_sync(0xffffffffu, v, o);
        if (lane == 0) red[0] = rsqrtf(v / C + 1e-5f);
    }
    __syncthreads();
    float r = red[0];
    for (int c = threadIdx.x; c < C; c += blockDim.x) normed[c] = r * (row[c] - m) * weight[c] + bias[c];
    if (threadIdx.x == 0) { mean[n] = m; rstd[n] = r; }
}
void residual_layernorm(float* residual, float* normed, float* mean, float* rstd, const float* a, const float* b, const float* w, const float* bias, int N, int C) {
    fused_residual_layernorm<<<N, 256, C * sizeof(float)>>>(residual, normed, mean, rstd, a, b, w, bias, C);
}
