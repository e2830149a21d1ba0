// Planted faults of memory, each with its clean twin: a line `fault NAME: in -> out, TOOL finds KIND`
// names the class of compute-sanitizer that should see it and the simulator's kind of finding.
#include "run_case.h"

#define TWINS(name, ...)                                                                                        \
  extern "C" void case_##name##_faulty(const void *in, void *out, int n) { run_case(name<true>, in, out, n, __VA_ARGS__); } \
  extern "C" void case_##name##_clean(const void *in, void *out, int n) { run_case(name<false>, in, out, n, __VA_ARGS__); }

template <bool faulty> __global__ void write_past_end(const int *in, int *out, int n) {
  int i = threadIdx.x;
  if (faulty || i < n) out[i] = in[i % n];
}
// fault write_past_end: int32*60 any -> int32*60, memcheck finds out-of-bounds
TWINS(write_past_end, {1, 64})

template <bool faulty> __global__ void read_past_end(const int *in, int *out, int n) {
  int i = threadIdx.x;
  out[i] = in[i] + in[faulty ? i + 1 : (i + 1) % n];
}
// fault read_past_end: int32*64 any -> int32*64, memcheck finds out-of-bounds
TWINS(read_past_end, {1, 64})

template <bool faulty> __global__ void read_before_start(const int *in, int *out, int n) {
  int i = threadIdx.x;
  out[i] = in[i] - in[faulty ? i - 1 : max(i - 1, 0)];
}
// fault read_before_start: int32*64 any -> int32*64, memcheck finds out-of-bounds
TWINS(read_before_start, {1, 64})

template <bool faulty> __global__ void far_outside(const int *in, int *out, int n) {
  int by = faulty ? 1 << 30 : 0;
  out[threadIdx.x] = in[threadIdx.x + by];
}
// fault far_outside: int32*64 any -> int32*64, memcheck finds out-of-bounds host-pointer
TWINS(far_outside, {1, 64})

template <bool faulty> __global__ void atomic_outside(const int *in, int *out, int n) {
  atomicAdd(out + (faulty ? n : 0), in[threadIdx.x]);
}
// fault atomic_outside: int32*64 any -> int32*64, memcheck finds out-of-bounds
TWINS(atomic_outside, {1, 64, -1, -1, 0, true})

template <bool faulty> __global__ void shared_outside(const int *in, int *out, int n) {
  __shared__ int tile[64];
  int t = threadIdx.x;
  tile[t] = in[t];
  __syncthreads();
  out[t] = tile[faulty ? t + in[0] * 0 + 2048 : 63 - t];
}
// fault shared_outside: int32*64 small -> int32*64, memcheck finds out-of-bounds
TWINS(shared_outside, {1, 64})

template <bool faulty> __global__ void dynamic_shared_outside(const int *in, int *out, int n) {
  extern __shared__ int memory[];
  int t = threadIdx.x;
  memory[faulty ? t + 1 : t] = in[t];
  __syncthreads();
  out[t] = memory[faulty ? t + 1 : t];
}
// fault dynamic_shared_outside: int32*64 any -> int32*64, memcheck finds out-of-bounds
TWINS(dynamic_shared_outside, {1, 64, -1, -1, 64 * sizeof(int)})

template <bool faulty> __global__ void misaligned_vector(const float *in, float *out, int n) {
  int t = threadIdx.x;
  float4 v = *(const float4 *)(in + (faulty ? 1 : 4) * t);
  out[t] = v.x + v.w;
}
// fault misaligned_vector: float32*256 unit -> float32*64, memcheck finds misaligned
TWINS(misaligned_vector, {1, 64, -1, 64})

template <bool faulty> __global__ void misaligned_store(const int *in, short *out, int n) {
  int t = threadIdx.x;
  *(int *)(out + 2 * t + (faulty && t == 3)) = in[t];
}
// fault misaligned_store: int32*64 any -> int16*128, memcheck finds misaligned
TWINS(misaligned_store, {1, 64, -1, 128})

template <bool faulty> __global__ void null_pointer(const int *in, int *out, int n) {
  int *to = faulty && in[0] == in[0] ? nullptr : out;
  to[threadIdx.x] = in[threadIdx.x];
}
// fault null_pointer: int32*64 any -> int32*64, memcheck finds out-of-bounds host-pointer
TWINS(null_pointer, {1, 64})

__global__ void copy(const int *in, int *out, int n) { out[threadIdx.x] = in[threadIdx.x]; }

template <bool faulty> void use_after_free(const void *in, void *out, int n) {
  int *from, *to;
  cudaMalloc((void **)&from, n * sizeof(int));
  cudaMalloc((void **)&to, n * sizeof(int));
  cudaMemcpy(from, in, n * sizeof(int), cudaMemcpyHostToDevice);
  if (faulty) cudaFree(from);
  copy<<<1, n>>>(from, to, n);
  cudaMemcpy(out, to, n * sizeof(int), cudaMemcpyDeviceToHost);
  if (!faulty) cudaFree(from);
  cudaFree(to);
}
// fault use_after_free: int32*64 any -> int32*64, memcheck finds use-after-free
extern "C" void case_use_after_free_faulty(const void *in, void *out, int n) { use_after_free<true>(in, out, n); }
extern "C" void case_use_after_free_clean(const void *in, void *out, int n) { use_after_free<false>(in, out, n); }

template <bool faulty> void copy_too_much(const void *in, void *out, int n) {
  int *memory;
  cudaMalloc((void **)&memory, n * sizeof(int) / 2);
  cudaMemcpy(memory, in, n * sizeof(int) / (faulty ? 1 : 2), cudaMemcpyHostToDevice);
  cudaMemcpy(out, memory, n * sizeof(int) / 2, cudaMemcpyDeviceToHost);
  cudaFree(memory);
}
// fault copy_too_much: int32*65536 any -> int32*65536, memcheck finds out-of-bounds
extern "C" void case_copy_too_much_faulty(const void *in, void *out, int n) { copy_too_much<true>(in, out, n); }
extern "C" void case_copy_too_much_clean(const void *in, void *out, int n) { copy_too_much<false>(in, out, n); }

template <bool faulty> void copy_backwards(const void *in, void *out, int n) {
  int *memory;
  cudaMalloc((void **)&memory, n * sizeof(int));
  cudaMemcpy(memory, in, n * sizeof(int), faulty ? cudaMemcpyDeviceToHost : cudaMemcpyHostToDevice);
  if (!faulty) cudaMemcpy(out, memory, n * sizeof(int), cudaMemcpyDeviceToHost);
  cudaFree(memory);
}
// fault copy_backwards: int32*64 any -> int32*64, memcheck finds copy-direction
extern "C" void case_copy_backwards_faulty(const void *in, void *out, int n) { copy_backwards<true>(in, out, n); }
extern "C" void case_copy_backwards_clean(const void *in, void *out, int n) { copy_backwards<false>(in, out, n); }

template <bool faulty> void too_many_threads(const void *in, void *out, int n) {
  int *memory;
  cudaMalloc((void **)&memory, n * sizeof(int));
  cudaMemcpy(memory, in, n * sizeof(int), cudaMemcpyHostToDevice);
  copy<<<1, faulty ? n : 1024>>>(memory, memory, n);
  cudaMemcpy(out, memory, n * sizeof(int), cudaMemcpyDeviceToHost);
  cudaFree(memory);
}
// fault too_many_threads: int32*1056 any -> int32*1056, memcheck finds launch
extern "C" void case_too_many_threads_faulty(const void *in, void *out, int n) { too_many_threads<true>(in, out, n); }
extern "C" void case_too_many_threads_clean(const void *in, void *out, int n) { too_many_threads<false>(in, out, n); }

template <bool faulty> void host_pointer(const void *in, void *out, int n) {
  int *from, *to, *host = new int[n]();
  cudaMalloc((void **)&from, n * sizeof(int));
  cudaMalloc((void **)&to, n * sizeof(int));
  cudaMemcpy(from, in, n * sizeof(int), cudaMemcpyHostToDevice);
  copy<<<1, n>>>(faulty ? host : from, to, n);
  cudaMemcpy(out, to, n * sizeof(int), cudaMemcpyDeviceToHost);
  cudaFree(from);
  cudaFree(to);
  delete[] host;
}
// fault host_pointer: int32*64 any -> int32*64, memcheck finds host-pointer
extern "C" void case_host_pointer_faulty(const void *in, void *out, int n) { host_pointer<true>(in, out, n); }
extern "C" void case_host_pointer_clean(const void *in, void *out, int n) { host_pointer<false>(in, out, n); }

template <bool faulty> void too_much_shared(const void *in, void *out, int n) {
  int *memory;
  cudaMalloc((void **)&memory, n * sizeof(int));
  cudaMemcpy(memory, in, n * sizeof(int), cudaMemcpyHostToDevice);
  copy<<<1, n, faulty ? 300 * 1024 : 40 * 1024>>>(memory, memory, n);
  cudaMemcpy(out, memory, n * sizeof(int), cudaMemcpyDeviceToHost);
  cudaFree(memory);
}
// fault too_much_shared: int32*64 any -> int32*64, memcheck finds launch
extern "C" void case_too_much_shared_faulty(const void *in, void *out, int n) { too_much_shared<true>(in, out, n); }
extern "C" void case_too_much_shared_clean(const void *in, void *out, int n) { too_much_shared<false>(in, out, n); }

template <bool faulty> void fill_too_much(const void *in, void *out, int n) {
  int *memory;
  cudaMalloc((void **)&memory, n * sizeof(int));
  cudaMemset(memory, 1, n * sizeof(int) * (faulty ? 1000 : 1));
  cudaMemcpy(out, memory, n * sizeof(int), cudaMemcpyDeviceToHost);
  cudaFree(memory);
}
// fault fill_too_much: int32*65536 any -> int32*65536, memcheck finds out-of-bounds
extern "C" void case_fill_too_much_faulty(const void *in, void *out, int n) { fill_too_much<true>(in, out, n); }
extern "C" void case_fill_too_much_clean(const void *in, void *out, int n) { fill_too_much<false>(in, out, n); }
