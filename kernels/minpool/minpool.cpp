// Min pooling of planes (NCHW), window 3 x 3, stride 2, no padding.
#include <algorithm>

extern "C" void minpool(const float *X, float *Y, int planes, int height, int width) {
  const int oh = (height - 3) / 2 + 1;
  const int ow = (width - 3) / 2 + 1;
#pragma omp parallel for collapse(2)
  for (int p = 0; p < planes; ++p)
    for (int y = 0; y < oh; ++y) {
      const float *a = X + (p * height + 2 * y) * width;
      const float *b = a + width;
      const float *c = b + width;
      float *out = Y + (p * oh + y) * ow;
      for (int x = 0; x < ow; ++x) {
        float low = std::min(a[2 * x], std::min(a[2 * x + 1], a[2 * x + 2]));
        low = std::min(low, std::min(b[2 * x], std::min(b[2 * x + 1], b[2 * x + 2])));
        out[x] = std::min(low, std::min(c[2 * x], std::min(c[2 * x + 1], c[2 * x + 2])));
      }
    }
}

extern "C" void minpool_kernel(const float *X, float *Y, int planes, int height, int width) { minpool(X, Y, planes, height, width); }
