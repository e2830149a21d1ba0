// The first index of the greatest value of every row: lanes keep their best and where, then one pass over the lanes.
#include <immintrin.h>
#include <cfloat>

extern "C" void argmax(const float *X, int *I, int rows, int cols) {
#pragma omp parallel for
  for (int r = 0; r < rows; ++r) {
    const float *row = X + (size_t)r * cols;
    __m512 best = _mm512_set1_ps(-FLT_MAX);
    __m512i where = _mm512_setzero_si512();
    __m512i index = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    int c = 0;
    for (; c + 16 <= cols; c += 16) {
      __m512 v = _mm512_loadu_ps(row + c);
      __mmask16 more = _mm512_cmp_ps_mask(v, best, _CMP_GT_OQ);
      best = _mm512_mask_mov_ps(best, more, v);
      where = _mm512_mask_mov_epi32(where, more, index);
      index = _mm512_add_epi32(index, _mm512_set1_epi32(16));
    }
    float values[16];
    int places[16];
    _mm512_storeu_ps(values, best);
    _mm512_storeu_si512(places, where);
    float top = values[0];
    int at = places[0];
    for (int l = 1; l < 16; ++l)
      if (values[l] > top || (values[l] == top && places[l] < at)) {
        top = values[l];
        at = places[l];
      }
    for (; c < cols; ++c)
      if (row[c] > top) {
        top = row[c];
        at = c;
      }
    I[r] = at;
  }
}

extern "C" void argmax_kernel(const float *X, int *I, int rows, int cols) { argmax(X, I, rows, cols); }
