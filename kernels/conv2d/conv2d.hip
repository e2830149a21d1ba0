#include <hip/hip_runtime.h>

// 2-D convolution, NCHW, 3 x 3, stride 1, padding 1, with bias: filters of one output channel in shared memory.
#define MAX_CHANNELS 256

__global__ void conv2d_nchw(const float *x, const float *w, const float *b, float *y, int C, int H, int W, int K) {
  __shared__ float filter[MAX_CHANNELS * 9];
  const int k = blockIdx.y, n = blockIdx.z;
  for (int i = threadIdx.x; i < C * 9; i += blockDim.x) filter[i] = w[k * C * 9 + i];
  __syncthreads();
  const int p = blockIdx.x * blockDim.x + threadIdx.x;
  if (p >= H * W) return;
  const int oy = p / W, ox = p % W;
  float acc = b[k];
  for (int c = 0; c < C; ++c) {
    for (int r = 0; r < 3; ++r) {
      const int iy = oy + r - 1;
      if (iy < 0 || iy >= H) continue;
      for (int s = 0; s < 3; ++s) {
        const int ix = ox + s - 1;
        if (ix < 0 || ix >= W) continue;
        acc += x[((n * C + c) * H + iy) * W + ix] * filter[c * 9 + r * 3 + s];
      }
    }
  }
  y[((n * K + k) * H + oy) * W + ox] = acc;
}

extern "C" void conv2d_kernel(const float *X, const float *W, const float *B, float *Y, int batch, int channels, int height, int width,
                              int filters) {
  if (channels > MAX_CHANNELS) return;
  float *x, *w, *b, *y;
  hipMalloc(&x, sizeof(float) * batch * channels * height * width);
  hipMalloc(&w, sizeof(float) * filters * channels * 9);
  hipMalloc(&b, sizeof(float) * filters);
  hipMalloc(&y, sizeof(float) * batch * filters * height * width);
  hipMemcpy(x, X, sizeof(float) * batch * channels * height * width, hipMemcpyHostToDevice);
  hipMemcpy(w, W, sizeof(float) * filters * channels * 9, hipMemcpyHostToDevice);
  hipMemcpy(b, B, sizeof(float) * filters, hipMemcpyHostToDevice);
  dim3 grid((height * width + 127) / 128, filters, batch);
  conv2d_nchw<<<grid, 128>>>(x, w, b, y, channels, height, width, filters);
  hipMemcpy(Y, y, sizeof(float) * batch * filters * height * width, hipMemcpyDeviceToHost);
  hipFree(x);
  hipFree(w);
  hipFree(b);
  hipFree(y);
}
