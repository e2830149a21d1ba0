// Streams in order, several kernels in a row, fills and copies on the device.
#include "run_case.h"

__global__ void scale(int *a, int n, int factor) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) a[i] = a[i] * factor + 1;
}
__global__ void join(const int *a, const int *b, int *c, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) c[i] = a[i] - 2 * b[n - 1 - i];
}

struct Buffers {
  int *a, *b, *c;
  size_t bytes;
  explicit Buffers(int n) : bytes(n * sizeof(int)) {
    cudaMalloc((void **)&a, bytes);
    cudaMalloc((void **)&b, bytes);
    cudaMalloc((void **)&c, bytes);
  }
  ~Buffers() {
    report_failure("run");
    cudaFree(a);
    cudaFree(b);
    cudaFree(c);
  }
};

// case kernels_in_a_row: int32*300 any -> int32*300, equal
extern "C" void case_kernels_in_a_row(const void *in, void *out, int n) {
  Buffers d(n);
  cudaMemcpy(d.a, in, d.bytes, cudaMemcpyHostToDevice);
  cudaMemcpy(d.b, d.a, d.bytes, cudaMemcpyDeviceToDevice);
  for (int step = 2; step < 6; ++step) scale<<<3, 128>>>(d.a, n, step);
  join<<<3, 128>>>(d.a, d.b, d.c, n);
  cudaMemcpy(out, d.c, d.bytes, cudaMemcpyDeviceToHost);
}

// case streams_and_events: int32*300 any -> int32*300, equal
extern "C" void case_streams_and_events(const void *in, void *out, int n) {
  Buffers d(n);
  cudaStream_t first, second;
  cudaEvent_t ready;
  cudaStreamCreate(&first);
  cudaStreamCreate(&second);
  cudaEventCreate(&ready);
  cudaMemcpyAsync(d.a, in, d.bytes, cudaMemcpyHostToDevice, first);
  scale<<<3, 128, 0, first>>>(d.a, n, 3);
  cudaEventRecord(ready, first);
  cudaMemcpyAsync(d.b, in, d.bytes, cudaMemcpyHostToDevice, second);
  scale<<<3, 128, 0, second>>>(d.b, n, 5);
  cudaStreamWaitEvent(second, ready, 0);
  join<<<3, 128, 0, second>>>(d.a, d.b, d.c, n);
  cudaMemcpyAsync(out, d.c, d.bytes, cudaMemcpyDeviceToHost, second);
  cudaStreamSynchronize(second);
  cudaEventDestroy(ready);
  cudaStreamDestroy(first);
  cudaStreamDestroy(second);
}

// case fills: int32*64 any -> int32*64, equal
extern "C" void case_fills(const void *in, void *out, int n) {
  Buffers d(n);
  cudaMemset(d.c, 0x5a, d.bytes);
  cudaMemcpy(d.c + 8, in, d.bytes / 2, cudaMemcpyHostToDevice);
  scale<<<1, 64>>>(d.c, n, 2);
  cudaMemcpy(out, d.c, d.bytes, cudaMemcpyDeviceToHost);
}
