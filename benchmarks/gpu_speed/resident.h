// Host calls of an emitted launcher, for timing its kernels alone: the first call of the launcher runs as written; later ones
// find the arrays on the device, so that nothing but launches is left of them. Include it before the emitted text.
#pragma once

#include <cuda_runtime.h>
#include <vector>

namespace resident {

inline std::vector<void *> arrays; // in the order in which the launcher asks for them
inline size_t next;
inline bool is_replayed;
inline cudaStream_t stream;

template <typename T> cudaError_t allocate(T **pointer, size_t bytes) {
  cudaError_t status = cudaSuccess;
  if (!is_replayed) {
    arrays.push_back(nullptr);
    status = cudaMalloc(&arrays.back(), bytes);
  }
  *pointer = static_cast<T *>(arrays[next++]);
  return status;
}

inline cudaError_t copy(void *to, const void *from, size_t bytes, cudaMemcpyKind kind) {
  return is_replayed ? cudaSuccess : cudaMemcpy(to, from, bytes, kind);
}

inline cudaError_t make_stream(cudaStream_t *made) {
  cudaError_t status = stream ? cudaSuccess : cudaStreamCreate(&stream);
  *made = stream;
  return status;
}

template <typename... Arguments> cudaError_t nothing(Arguments...) { return cudaSuccess; }

inline cudaEvent_t start, stop;

} // namespace resident

// From now on the launcher's calls leave the arrays where they are.
extern "C" void resident_replay() {
  resident::is_replayed = true;
  cudaEventCreate(&resident::start);
  cudaEventCreate(&resident::stop);
}
extern "C" void resident_rewind() { resident::next = 0; }
extern "C" void resident_start() { cudaEventRecord(resident::start, resident::stream); }

// Milliseconds since resident_start, by events of the launcher's stream; negative where a launch failed.
extern "C" float resident_stop() {
  float milliseconds = -1;
  cudaEventRecord(resident::stop, resident::stream);
  cudaEventSynchronize(resident::stop);
  cudaError_t status = cudaGetLastError();
  cudaEventElapsedTime(&milliseconds, resident::start, resident::stop);
  return status == cudaSuccess ? milliseconds : -1;
}

#define cudaMalloc resident::allocate
#define cudaMemcpy resident::copy
#define cudaFree resident::nothing
#define cudaDeviceSynchronize resident::nothing
#define cudaStreamSynchronize resident::nothing
#define cudaStreamCreate resident::make_stream
#define cudaStreamDestroy resident::nothing
