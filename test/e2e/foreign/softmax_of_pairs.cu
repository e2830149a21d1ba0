#include <cuda_runtime.h>
struct __align__(8) MD { float m; float d; };
__device__ __forceinline__ MD md_combine(MD a, MD b) {
    bool a_bigger = (a.m > b.m);
    MD bigger_m = a_bigger ? a : b;
    MD smaller_m = a_bigger ? b : a;
    MD res;
    res.d = bigger_m.d + smaller_m.d * __expf(smaller_m.m - bigger_m.m);
    res.m = bigger_m.m;
    return res;
}
__global__ void online_softmax(const float* __restrict__ x, float* __restrict__ y, int V) {
    x += blockIdx.x * V;
    y += blockIdx.x * V;
    MD partial;
    partial.m = -3.4e38f;
    partial.d = 0.0f;
    for (int i = threadIdx.x; i < V; i += 32) {
        MD n;
        n.m = x[i];
        n.d = 1.0f;
        partial = md_combine(partial, n);
    }
    for (int mask = 16; mask > 0; mask >>= 1) {
        MD o;
        o.m = __shfl_xor_sync(0xffffffff, partial.m, mask);
        o.d = __shfl_xor_sync(0xffffffff, partial.d, mask);
        partial = md_combine(partial, o);
    }
    float inv = __fdividef(1.0F, partial.d);
    for (int i = threadIdx.x; i < V; i += 32) y[i] = __expf(x[i] - partial.m) * inv;
}
void softmax(const float* x, float* y, int rows, int V) { online_softmax<<<rows, 32>>>(x, y, V); }
