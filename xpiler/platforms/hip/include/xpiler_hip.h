// HIP as the front end reads it: every name of the platform, whatever a file includes.
#pragma once
#include "xpiler_simt.h"

#pragma clang force_cuda_host_device begin

#ifndef XPILER_LANES // host code
#define XPILER_LANES 64
#endif

#define HIP_INF_F __builtin_huge_valf()
typedef __bf16 __hip_bfloat16;
typedef __bf16 hip_bfloat16;
typedef xpiler_bfloat162 __hip_bfloat162;

// operators on vector types
#define XPILER_OPERATORS(T, S) \
  T operator+(const T &, const T &); \
  T operator-(const T &, const T &); \
  T operator*(const T &, const T &); \
  T operator/(const T &, const T &); \
  T &operator+=(T &, const T &); \
  T &operator-=(T &, const T &); \
  T &operator*=(T &, const T &); \
  T &operator/=(T &, const T &); \
  T operator*(const T &, S); \
  T operator*(S, const T &); \
  T &operator*=(T &, S);
#define XPILER_VECTOR_OPERATORS(name, T) XPILER_OPERATORS(name##2, T) XPILER_OPERATORS(name##3, T) XPILER_OPERATORS(name##4, T)
XPILER_VECTOR_OPERATORS(float, float)
XPILER_VECTOR_OPERATORS(double, double)
XPILER_VECTOR_OPERATORS(int, int)
XPILER_VECTOR_OPERATORS(uint, unsigned)

// waves
void __syncthreads();
#define XPILER_SHUFFLES(T) \
  T __shfl(T, int, int = XPILER_LANES); \
  T __shfl_up(T, unsigned, int = XPILER_LANES); \
  T __shfl_down(T, unsigned, int = XPILER_LANES); \
  T __shfl_xor(T, int, int = XPILER_LANES); \
  T __shfl_sync(unsigned long long, T, int, int = XPILER_LANES); \
  T __shfl_up_sync(unsigned long long, T, unsigned, int = XPILER_LANES); \
  T __shfl_down_sync(unsigned long long, T, unsigned, int = XPILER_LANES); \
  T __shfl_xor_sync(unsigned long long, T, int, int = XPILER_LANES);
XPILER_SHUFFLES(int)
XPILER_SHUFFLES(unsigned)
XPILER_SHUFFLES(long)
XPILER_SHUFFLES(unsigned long)
XPILER_SHUFFLES(long long)
XPILER_SHUFFLES(unsigned long long)
XPILER_SHUFFLES(float)
XPILER_SHUFFLES(double)
XPILER_SHUFFLES(half)
XPILER_SHUFFLES(half2)
XPILER_SHUFFLES(__bf16)
XPILER_SHUFFLES(xpiler_bfloat162)

int __any(int);
int __all(int);
unsigned long long __ballot(int);
unsigned long long __activemask();
int __any_sync(unsigned long long, int);
int __all_sync(unsigned long long, int);
unsigned long long __ballot_sync(unsigned long long, int);
void __syncwarp(unsigned long long = ~0ull);
float atomicMax(float *, float);
float atomicMin(float *, float);
double atomicMax(double *, double);
double atomicMin(double *, double);
float unsafeAtomicAdd(float *, float);

// host runtime
struct ihipStream_t;
typedef ihipStream_t *hipStream_t;
struct ihipEvent_t;
typedef ihipEvent_t *hipEvent_t;
enum hipError_t { hipSuccess = 0, hipErrorInvalidValue = 1, hipErrorOutOfMemory = 2 };
enum hipMemcpyKind { hipMemcpyHostToHost, hipMemcpyHostToDevice, hipMemcpyDeviceToHost, hipMemcpyDeviceToDevice, hipMemcpyDefault };
enum hipFuncAttribute { hipFuncAttributeMaxDynamicSharedMemorySize = 8 };
extern "C" unsigned __hipPushCallConfiguration(dim3, dim3, size_t = 0, hipStream_t = 0);
template <class T>
hipError_t hipMalloc(T **, size_t);
hipError_t hipFree(void *);
hipError_t hipMemcpy(void *, const void *, size_t, hipMemcpyKind);
hipError_t hipMemcpyAsync(void *, const void *, size_t, hipMemcpyKind, hipStream_t = 0);
#define HIP_SYMBOL(symbol) symbol
template <class T>
hipError_t hipMemcpyToSymbol(const T &, const void *, size_t, size_t = 0, hipMemcpyKind = hipMemcpyHostToDevice);
hipError_t hipMemset(void *, int, size_t);
hipError_t hipMemsetAsync(void *, int, size_t, hipStream_t = 0);
hipError_t hipDeviceSynchronize();
hipError_t hipGetLastError();
hipError_t hipPeekAtLastError();
hipError_t hipStreamSynchronize(hipStream_t);
hipError_t hipStreamCreate(hipStream_t *);
hipError_t hipStreamDestroy(hipStream_t);
hipError_t hipSetDevice(int);
hipError_t hipDeviceReset();
hipError_t hipEventCreate(hipEvent_t *);
hipError_t hipEventRecord(hipEvent_t, hipStream_t = 0);
hipError_t hipEventSynchronize(hipEvent_t);
hipError_t hipEventDestroy(hipEvent_t);
hipError_t hipEventElapsedTime(float *, hipEvent_t, hipEvent_t);
template <class F>
hipError_t hipFuncSetAttribute(F, hipFuncAttribute, int);
const char *hipGetErrorString(hipError_t);
const char *hipGetErrorName(hipError_t);
#define hipStreamDefault 0
inline unsigned __lane_id() { return ((threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x) % warpSize; }
#define HIP_KERNEL_NAME(...) __VA_ARGS__
#define hipLaunchKernelGGL(kernel, grid, block, shared, stream, ...) kernel<<<(grid), (block), (shared), (stream)>>>(__VA_ARGS__)
#define hipThreadIdx_x threadIdx.x
#define hipThreadIdx_y threadIdx.y
#define hipThreadIdx_z threadIdx.z
#define hipBlockIdx_x blockIdx.x
#define hipBlockIdx_y blockIdx.y
#define hipBlockIdx_z blockIdx.z
#define hipBlockDim_x blockDim.x
#define hipBlockDim_y blockDim.y
#define hipBlockDim_z blockDim.z
#define hipGridDim_x gridDim.x
#define hipGridDim_y gridDim.y
#define hipGridDim_z gridDim.z

#pragma clang force_cuda_host_device end
