// Max pooling, NHWC, window 2 x 2, stride 2: a block an output pixel, its threads over the channels.
#include <hip/hip_runtime.h>

__global__ void maxpool(const float *X, float *Y, int batch, int height, int width, int channels) {
  const int x = blockIdx.x, y = blockIdx.y, b = blockIdx.z;
  const float *corner = X + ((b * height + 2 * y) * width + 2 * x) * channels;
  for (int c = threadIdx.x; c < channels; c += blockDim.x) {
    float top = fmaxf(corner[c], corner[channels + c]);
    float bottom = fmaxf(corner[width * channels + c], corner[(width + 1) * channels + c]);
    Y[((b * gridDim.y + y) * gridDim.x + x) * channels + c] = fmaxf(top, bottom);
  }
}

extern "C" void maxpool_kernel(const float *X, float *Y, int batch, int height, int width, int channels) {
  const int out_h = height / 2, out_w = width / 2;
  float *dX, *dY;
  (void)hipMalloc(&dX, sizeof(float) * batch * height * width * channels);
  (void)hipMalloc(&dY, sizeof(float) * batch * out_h * out_w * channels);
  (void)hipMemcpy(dX, X, sizeof(float) * batch * height * width * channels, hipMemcpyHostToDevice);
  maxpool<<<dim3(out_w, out_h, batch), 64>>>(dX, dY, batch, height, width, channels);
  (void)hipMemcpy(Y, dY, sizeof(float) * batch * out_h * out_w * channels, hipMemcpyDeviceToHost);
  (void)hipFree(dX);
  (void)hipFree(dY);
}
