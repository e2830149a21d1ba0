#include <immintrin.h>
#define GGML_RESTRICT __restrict
typedef float ggml_float_x;
void ggml_vec_dot_f32(int n, float * GGML_RESTRICT s, const float * GGML_RESTRICT x, const float * GGML_RESTRICT y) {
    float sumf = 0.0f;
    const int np = (n & ~(64 - 1));
    __m512 sum[4] = { _mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps() };
    __m512 ax[4];
    __m512 ay[4];
    for (int i = 0; i < np; i += 64) {
        for (int j = 0; j < 4; j++) {
            ax[j] = _mm512_loadu_ps(x + i + j*16);
            ay[j] = _mm512_loadu_ps(y + i + j*16);
            sum[j] = _mm512_fmadd_ps(ax[j], ay[j], sum[j]);
        }
    }
    sum[0] = _mm512_add_ps(sum[0], sum[2]);
    sum[1] = _mm512_add_ps(sum[1], sum[3]);
    sum[0] = _mm512_add_ps(sum[0], sum[1]);
    sumf = _mm512_reduce_add_ps(sum[0]);
    for (int i = np; i < n; ++i) {
        sumf += x[i]*y[i];
    }
    *s = sumf;
}
