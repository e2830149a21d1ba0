// One launch on host arrays: copies in, runs the kernel, copies out. Sizes are exact, so that an access outside is seen.
#pragma once
#include <cuda_runtime.h>
#include <stdio.h>

/// Where the first failing call of the runtime is told; the comparison reads it as "failed".
inline void report_failure(const char *where) {
  cudaError_t error = cudaGetLastError();
  if (error != cudaSuccess) fprintf(stderr, "FAILED %s: %s\n", where, cudaGetErrorString(error));
}

/// `in_count` and `out_count` are `n` where they are not given; `zeroed` clears the output before the launch.
struct Launch {
  unsigned blocks = 1, threads = 32;
  int in_count = -1, out_count = -1;
  size_t shared = 0;
  bool zeroed = false;
};

template <class In, class Out>
void run_case(void (*kernel)(const In *, Out *, int), const void *in, void *out, int n, Launch launch) {
  size_t in_bytes = sizeof(In) * (launch.in_count < 0 ? n : launch.in_count);
  size_t out_bytes = sizeof(Out) * (launch.out_count < 0 ? n : launch.out_count);
  In *from = nullptr;
  Out *to = nullptr;
  cudaMalloc((void **)&from, in_bytes);
  cudaMalloc((void **)&to, out_bytes);
  cudaMemcpy(from, in, in_bytes, cudaMemcpyHostToDevice);
  if (launch.zeroed) cudaMemset(to, 0, out_bytes);
  report_failure("preparation");
  kernel<<<launch.blocks, launch.threads, launch.shared>>>(from, to, n);
  report_failure("launch");
  cudaDeviceSynchronize();
  report_failure("kernel");
  cudaMemcpy(out, to, out_bytes, cudaMemcpyDeviceToHost);
  cudaFree(from);
  cudaFree(to);
}
