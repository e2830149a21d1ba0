// Multi-scale deformable attention: queries and heads over the cores, sixteen channels of the four corners at once.
#include <immintrin.h>

#include <cmath>

struct Level {
  const float *data;
  int height, width, pitch;
};

static inline __m512 corner(const Level &level, int y, int x, int c, __mmask16 mask) {
  if (y < 0 || x < 0 || y >= level.height || x >= level.width) return _mm512_setzero_ps();
  return _mm512_maskz_loadu_ps(mask, level.data + (y * level.width + x) * level.pitch + c);
}

static inline __m512 bilinear(const Level &level, float y, float x, int c, __mmask16 mask) {
  const int y0 = (int)std::floor(y), x0 = (int)std::floor(x);
  const float fy = y - y0, fx = x - x0;
  __m512 sum = _mm512_mul_ps(_mm512_set1_ps((1 - fy) * (1 - fx)), corner(level, y0, x0, c, mask));
  sum = _mm512_fmadd_ps(_mm512_set1_ps((1 - fy) * fx), corner(level, y0, x0 + 1, c, mask), sum);
  sum = _mm512_fmadd_ps(_mm512_set1_ps(fy * (1 - fx)), corner(level, y0 + 1, x0, c, mask), sum);
  return _mm512_fmadd_ps(_mm512_set1_ps(fy * fx), corner(level, y0 + 1, x0 + 1, c, mask), sum);
}

extern "C" void deformable_attention(const float *V, const int *S, const int *I, const float *L, const float *A, float *O, int batch,
                                     int spatial, int heads, int dim, int levels, int queries, int points) {
#pragma omp parallel for collapse(3)
  for (int b = 0; b < batch; ++b)
    for (int q = 0; q < queries; ++q)
      for (int h = 0; h < heads; ++h) {
        const int item = (b * queries + q) * heads + h;
        for (int c = 0; c < dim; c += 16) {
          const __mmask16 mask = dim - c >= 16 ? 0xffff : (1u << (dim - c)) - 1u;
          __m512 acc = _mm512_setzero_ps();
          for (int l = 0; l < levels; ++l) {
            const Level level = {V + ((long)b * spatial + I[l]) * heads * dim + h * dim, S[2 * l], S[2 * l + 1], heads * dim};
            for (int p = 0; p < points; ++p) {
              const int s = (item * levels + l) * points + p;
              const float x = L[2 * s] * level.width - 0.5f;
              const float y = L[2 * s + 1] * level.height - 0.5f;
              if (x > -1 && y > -1 && x < level.width && y < level.height)
                acc = _mm512_fmadd_ps(_mm512_set1_ps(A[s]), bilinear(level, y, x, c, mask), acc);
            }
          }
          _mm512_mask_storeu_ps(O + item * dim + c, mask, acc);
        }
      }
}

extern "C" void deformable_attention_kernel(const float *V, const int *S, const int *I, const float *L, const float *A, float *O,
                                            int batch, int spatial, int heads, int dim, int levels, int queries, int points) {
  deformable_attention(V, S, I, L, A, O, batch, spatial, heads, dim, levels, queries, points);
}
