#include <hip/hip_runtime.h>

// Min pooling of planes (NCHW), window 3 x 3, stride 2, no padding: a thread an output.
__global__ void minpool(const float *in, float *out, int height, int width, int out_h, int out_w, int n) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) {
    const int ox = i % out_w;
    const int oy = i / out_w % out_h;
    const int plane = i / out_w / out_h;
    const float *window = in + (plane * height + oy * 2) * width + ox * 2;
    float low = window[0];
    for (int r = 0; r < 3; ++r)
      for (int s = 0; s < 3; ++s) {
        const float v = window[r * width + s];
        if (v < low) low = v;
      }
    out[i] = low;
  }
}

extern "C" void minpool_kernel(const float *X, float *Y, int planes, int height, int width) {
  const int oh = (height - 3) / 2 + 1;
  const int ow = (width - 3) / 2 + 1;
  float *d_x, *d_y;
  (void)hipMalloc(&d_x, sizeof(float) * planes * height * width);
  (void)hipMalloc(&d_y, sizeof(float) * planes * oh * ow);
  (void)hipMemcpy(d_x, X, sizeof(float) * planes * height * width, hipMemcpyHostToDevice);
  const int n = planes * oh * ow;
  minpool<<<(n + 255) / 256, 256>>>(d_x, d_y, height, width, oh, ow, n);
  (void)hipMemcpy(Y, d_y, sizeof(float) * planes * oh * ow, hipMemcpyDeviceToHost);
  (void)hipFree(d_x);
  (void)hipFree(d_y);
}
