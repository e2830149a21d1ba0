// 2-D convolution, NCHW, 3 x 3, stride 1, padding 1, with bias: plain loops, the interior of a row vectorised.
#include <omp.h>

extern "C" void conv2d(const float *X, const float *W, const float *B, float *Y, int batch, int channels, int height, int width,
                              int filters) {
#pragma omp parallel for collapse(3)
  for (int n = 0; n < batch; ++n)
    for (int k = 0; k < filters; ++k)
      for (int y = 0; y < height; ++y) {
        float *out = Y + ((n * filters + k) * height + y) * width;
        for (int x = 0; x < width; ++x) out[x] = B[k];
        for (int c = 0; c < channels; ++c)
          for (int r = 0; r < 3; ++r) {
            int iy = y + r - 1;
            if (iy < 0 || iy >= height) continue;
            const float *in = X + ((n * channels + c) * height + iy) * width;
            for (int s = 0; s < 3; ++s) {
              const float weight = W[((k * channels + c) * 3 + r) * 3 + s];
              const int begin = s == 0 ? 1 : 0;
              const int end = s == 2 ? width - 1 : width;
#pragma omp simd
              for (int x = begin; x < end; ++x) out[x] += weight * in[x + s - 1];
            }
          }
      }
}

extern "C" void conv2d_kernel(const float *X, const float *W, const float *B, float *Y, int batch, int channels, int height, int width, int filters) { conv2d(X, W, B, Y, batch, channels, height, width, filters); }
