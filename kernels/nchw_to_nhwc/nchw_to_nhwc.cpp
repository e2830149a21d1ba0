// NCHW to NHWC in plain loops.
extern "C" void nchw_to_nhwc(const float *A, float *T, int batch, int channels, int pixels) {
#pragma omp parallel for collapse(2)
  for (int n = 0; n < batch; ++n)
    for (int p = 0; p < pixels; ++p)
      for (int c = 0; c < channels; ++c) T[(n * pixels + p) * channels + c] = A[(n * channels + c) * pixels + p];
}

extern "C" void nchw_to_nhwc_kernel(const float *A, float *T, int batch, int channels, int pixels) { nchw_to_nhwc(A, T, batch, channels, pixels); }
