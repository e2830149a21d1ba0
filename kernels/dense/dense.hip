#include <hip/hip_runtime.h>

// A layer: Y = relu(X W^T + b): a thread an output, fused multiply-adds.
__global__ void dense(const float *X, const float *W, const float *bias, float *Y, int batch, int inputs, int outputs) {
  const int o = hipBlockIdx_x * hipBlockDim_x + hipThreadIdx_x;
  const int r = hipBlockIdx_y * hipBlockDim_y + hipThreadIdx_y;
  if (o >= outputs || r >= batch) return;
  float acc = bias[o];
  for (int k = 0; k < inputs; k++) acc = fmaf(X[r * inputs + k], W[o * inputs + k], acc);
  Y[r * outputs + o] = fmaxf(acc, 0.0f);
}

extern "C" void dense_kernel(const float *X, const float *W, const float *B, float *Y, int batch, int inputs, int outputs) {
  float *dX, *dW, *dB, *dY;
  hipMalloc(&dX, sizeof(float) * batch * inputs);
  hipMalloc(&dW, sizeof(float) * outputs * inputs);
  hipMalloc(&dB, sizeof(float) * outputs);
  hipMalloc(&dY, sizeof(float) * batch * outputs);
  hipMemcpy(dX, X, sizeof(float) * batch * inputs, hipMemcpyHostToDevice);
  hipMemcpy(dW, W, sizeof(float) * outputs * inputs, hipMemcpyHostToDevice);
  hipMemcpy(dB, B, sizeof(float) * outputs, hipMemcpyHostToDevice);
  dim3 threads(64, 4);
  dim3 grid((outputs + threads.x - 1) / threads.x, (batch + threads.y - 1) / threads.y);
  hipLaunchKernelGGL(dense, grid, threads, 0, 0, dX, dW, dB, dY, batch, inputs, outputs);
  hipDeviceSynchronize();
  hipMemcpy(Y, dY, sizeof(float) * batch * outputs, hipMemcpyDeviceToHost);
  hipFree(dX);
  hipFree(dW);
  hipFree(dB);
  hipFree(dY);
}
