// Depthwise convolution, NCHW, 3 x 3, stride 1, padding 1.
#include <cstddef>

static inline float at(const float *plane, int y, int x, int height, int width) {
  return y >= 0 && y < height && x >= 0 && x < width ? plane[y * width + x] : 0.0f;
}

extern "C" void depthwise(const float *X, const float *W, float *Y, int batch, int channels, int height, int width) {
#pragma omp parallel for
  for (int p = 0; p < batch * channels; ++p) {
    const float *in = X + (size_t)p * height * width;
    float *out = Y + (size_t)p * height * width;
    const float *w = W + (p % channels) * 9;
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        float sum = 0.0f;
        for (int r = -1; r <= 1; ++r)
          for (int s = -1; s <= 1; ++s) sum += at(in, y + r, x + s, height, width) * w[(r + 1) * 3 + s + 1];
        out[y * width + x] = sum;
      }
  }
}

extern "C" void depthwise_kernel(const float *X, const float *W, float *Y, int batch, int channels, int height, int width) { depthwise(X, W, Y, batch, channels, height, width); }
