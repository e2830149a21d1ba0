#define FULL_MASK 0xffffffffu
__global__ void gemv_warp(const float* __restrict__ A, const float* __restrict__ x, float* __restrict__ y, int M, int K) {
    int warp = (blockIdx.x * blockDim.x + threadIdx.x) / 32, lane = threadIdx.x % 32;
    if (warp >= M) return;
    const float4* a4 = (const float4*)(A + (size_t)warp * K);
    const float4* x4 = (const float4*)x;
    float sum = 0.f;
    for (int i = lane; i < K / 4; i += 32) { float4 a = a4[i], b = x4[i]; sum += a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w; }
    for (int off = 16; off; off >>= 1) sum += __shfl_xor_sync(FULL_MASK, sum, off);
    if (lane == 0) y[warp] = sum;
}
extern "C" int gemv(const float* A, const float* x, float* y, int M, int K) {
    if (K % 4 != 0) return -1;
    gemv_warp<<<(M + 3) / 4, 128>>>(A, x, y, M, K);
    return 0;
}
