// Transpose of a rows x cols matrix: tiles of 16 x 16 in sixteen registers, by unpacks and shuffles of quads and of quarters.
#include <immintrin.h>
#include <algorithm>
#include <cstdint>

static inline void transpose16x16(const float *src, int64_t ls, float *dst, int64_t ld) {
  __m512 r0 = _mm512_loadu_ps(src + 0 * ls);
  __m512 r1 = _mm512_loadu_ps(src + 1 * ls);
  __m512 r2 = _mm512_loadu_ps(src + 2 * ls);
  __m512 r3 = _mm512_loadu_ps(src + 3 * ls);
  __m512 r4 = _mm512_loadu_ps(src + 4 * ls);
  __m512 r5 = _mm512_loadu_ps(src + 5 * ls);
  __m512 r6 = _mm512_loadu_ps(src + 6 * ls);
  __m512 r7 = _mm512_loadu_ps(src + 7 * ls);
  __m512 r8 = _mm512_loadu_ps(src + 8 * ls);
  __m512 r9 = _mm512_loadu_ps(src + 9 * ls);
  __m512 ra = _mm512_loadu_ps(src + 10 * ls);
  __m512 rb = _mm512_loadu_ps(src + 11 * ls);
  __m512 rc = _mm512_loadu_ps(src + 12 * ls);
  __m512 rd = _mm512_loadu_ps(src + 13 * ls);
  __m512 re = _mm512_loadu_ps(src + 14 * ls);
  __m512 rf = _mm512_loadu_ps(src + 15 * ls);
  __m512 t0 = _mm512_unpacklo_ps(r0, r1);
  __m512 t1 = _mm512_unpackhi_ps(r0, r1);
  __m512 t2 = _mm512_unpacklo_ps(r2, r3);
  __m512 t3 = _mm512_unpackhi_ps(r2, r3);
  __m512 t4 = _mm512_unpacklo_ps(r4, r5);
  __m512 t5 = _mm512_unpackhi_ps(r4, r5);
  __m512 t6 = _mm512_unpacklo_ps(r6, r7);
  __m512 t7 = _mm512_unpackhi_ps(r6, r7);
  __m512 t8 = _mm512_unpacklo_ps(r8, r9);
  __m512 t9 = _mm512_unpackhi_ps(r8, r9);
  __m512 ta = _mm512_unpacklo_ps(ra, rb);
  __m512 tb = _mm512_unpackhi_ps(ra, rb);
  __m512 tc = _mm512_unpacklo_ps(rc, rd);
  __m512 td = _mm512_unpackhi_ps(rc, rd);
  __m512 te = _mm512_unpacklo_ps(re, rf);
  __m512 tf = _mm512_unpackhi_ps(re, rf);
  r0 = _mm512_shuffle_ps(t0, t2, 0x44);
  r1 = _mm512_shuffle_ps(t0, t2, 0xee);
  r2 = _mm512_shuffle_ps(t1, t3, 0x44);
  r3 = _mm512_shuffle_ps(t1, t3, 0xee);
  r4 = _mm512_shuffle_ps(t4, t6, 0x44);
  r5 = _mm512_shuffle_ps(t4, t6, 0xee);
  r6 = _mm512_shuffle_ps(t5, t7, 0x44);
  r7 = _mm512_shuffle_ps(t5, t7, 0xee);
  r8 = _mm512_shuffle_ps(t8, ta, 0x44);
  r9 = _mm512_shuffle_ps(t8, ta, 0xee);
  ra = _mm512_shuffle_ps(t9, tb, 0x44);
  rb = _mm512_shuffle_ps(t9, tb, 0xee);
  rc = _mm512_shuffle_ps(tc, te, 0x44);
  rd = _mm512_shuffle_ps(tc, te, 0xee);
  re = _mm512_shuffle_ps(td, tf, 0x44);
  rf = _mm512_shuffle_ps(td, tf, 0xee);
  t0 = _mm512_shuffle_f32x4(r0, r4, 0x88);
  t4 = _mm512_shuffle_f32x4(r0, r4, 0xdd);
  t8 = _mm512_shuffle_f32x4(r8, rc, 0x88);
  tc = _mm512_shuffle_f32x4(r8, rc, 0xdd);
  t1 = _mm512_shuffle_f32x4(r1, r5, 0x88);
  t5 = _mm512_shuffle_f32x4(r1, r5, 0xdd);
  t9 = _mm512_shuffle_f32x4(r9, rd, 0x88);
  td = _mm512_shuffle_f32x4(r9, rd, 0xdd);
  t2 = _mm512_shuffle_f32x4(r2, r6, 0x88);
  t6 = _mm512_shuffle_f32x4(r2, r6, 0xdd);
  ta = _mm512_shuffle_f32x4(ra, re, 0x88);
  te = _mm512_shuffle_f32x4(ra, re, 0xdd);
  t3 = _mm512_shuffle_f32x4(r3, r7, 0x88);
  t7 = _mm512_shuffle_f32x4(r3, r7, 0xdd);
  tb = _mm512_shuffle_f32x4(rb, rf, 0x88);
  tf = _mm512_shuffle_f32x4(rb, rf, 0xdd);
  r0 = _mm512_shuffle_f32x4(t0, t8, 0x88);
  r8 = _mm512_shuffle_f32x4(t0, t8, 0xdd);
  r4 = _mm512_shuffle_f32x4(t4, tc, 0x88);
  rc = _mm512_shuffle_f32x4(t4, tc, 0xdd);
  r1 = _mm512_shuffle_f32x4(t1, t9, 0x88);
  r9 = _mm512_shuffle_f32x4(t1, t9, 0xdd);
  r5 = _mm512_shuffle_f32x4(t5, td, 0x88);
  rd = _mm512_shuffle_f32x4(t5, td, 0xdd);
  r2 = _mm512_shuffle_f32x4(t2, ta, 0x88);
  ra = _mm512_shuffle_f32x4(t2, ta, 0xdd);
  r6 = _mm512_shuffle_f32x4(t6, te, 0x88);
  re = _mm512_shuffle_f32x4(t6, te, 0xdd);
  r3 = _mm512_shuffle_f32x4(t3, tb, 0x88);
  rb = _mm512_shuffle_f32x4(t3, tb, 0xdd);
  r7 = _mm512_shuffle_f32x4(t7, tf, 0x88);
  rf = _mm512_shuffle_f32x4(t7, tf, 0xdd);
  _mm512_storeu_ps(dst + 0 * ld, r0);
  _mm512_storeu_ps(dst + 1 * ld, r1);
  _mm512_storeu_ps(dst + 2 * ld, r2);
  _mm512_storeu_ps(dst + 3 * ld, r3);
  _mm512_storeu_ps(dst + 4 * ld, r4);
  _mm512_storeu_ps(dst + 5 * ld, r5);
  _mm512_storeu_ps(dst + 6 * ld, r6);
  _mm512_storeu_ps(dst + 7 * ld, r7);
  _mm512_storeu_ps(dst + 8 * ld, r8);
  _mm512_storeu_ps(dst + 9 * ld, r9);
  _mm512_storeu_ps(dst + 10 * ld, ra);
  _mm512_storeu_ps(dst + 11 * ld, rb);
  _mm512_storeu_ps(dst + 12 * ld, rc);
  _mm512_storeu_ps(dst + 13 * ld, rd);
  _mm512_storeu_ps(dst + 14 * ld, re);
  _mm512_storeu_ps(dst + 15 * ld, rf);
}

extern "C" void transpose(const float *A, float *T, int rows, int cols) {
#pragma omp parallel for
  for (int r = 0; r < rows; r += 16)
    for (int c = 0; c < cols; c += 16)
      if (r + 16 <= rows && c + 16 <= cols)
        transpose16x16(A + (int64_t)r * cols + c, cols, T + (int64_t)c * rows + r, rows);
      else
        for (int i = r; i < std::min(r + 16, rows); ++i)
          for (int j = c; j < std::min(c + 16, cols); ++j) T[(int64_t)j * rows + i] = A[(int64_t)i * cols + j];
}

extern "C" void transpose_kernel(const float *A, float *T, int rows, int cols) { transpose(A, T, rows, cols); }
