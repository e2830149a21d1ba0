#include <cuda_runtime.h>
#include <math.h>
template <typename T>
__global__ void rope_kernel(T* q, T* k, const int* __restrict__ pos, int n_tokens, int n_heads, int n_kv_heads, int head_dim, float theta_base) {
    int token = blockIdx.x;
    int p = __ldg(&pos[token]);
    int half = head_dim / 2;
    for (int i = threadIdx.x; i < (n_heads + n_kv_heads) * half; i += blockDim.x) {
        int head = i / half;
        int j = i % half;
        float freq = powf(theta_base, -2.0f * j / (float)head_dim);
        float angle = p * freq;
        float c = cosf(angle), s = sinf(angle);
        T* base;
        if (head < n_heads) base = q + (token * n_heads + head) * head_dim;
        else base = k + (token * n_kv_heads + head - n_heads) * head_dim;
        float x0 = base[2 * j], x1 = base[2 * j + 1];
        base[2 * j] = x0 * c - x1 * s;
        base[2 * j + 1] = x0 * s + x1 * c;
    }
}
void launch_rope(float* q, float* k, const int* pos, int n_tokens, int n_heads, int n_kv_heads, int head_dim, float base, cudaStream_t stream) {
    rope_kernel<float><<<n_tokens, 256, 0, stream>>>(q, k, pos, n_tokens, n_heads, n_kv_heads, head_dim, base);
}
