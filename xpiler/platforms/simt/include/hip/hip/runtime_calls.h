// HIP's runtime calls and its launch macro.
#pragma once
#include "../../xpiler_simt/host.h"
#include "../../xpiler_simt/launch.h"

#define XPILER_API(name) hip##name
#include "../../xpiler_simt/runtime_api.inc"
#undef XPILER_API
using hipError = hipError_t;
using hipDeviceProp_t = xpiler_simt_device_properties;
inline hipError_t hipGetDeviceProperties(hipDeviceProp_t *properties, int) {
  *properties = {};
  std::snprintf(properties->gcnArchName, sizeof properties->gcnArchName, "gfx%x", XPILER_SIMT_MAJOR * 256 + XPILER_SIMT_MINOR);
  return hipSuccess;
}
template <class T>
inline hipError_t hipHostMalloc(T **result, std::size_t bytes, unsigned = 0) {
  return hipMallocManaged(result, bytes);
}
inline hipError_t hipHostFree(void *address) { return hipFree(address); }

#define HIP_SYMBOL(symbol) symbol
#define HIP_KERNEL_NAME(...) __VA_ARGS__
#define HIP_DYNAMIC_SHARED(T, name) T *name = static_cast<T *>(::xpiler_simt::dynamic_shared());
#define hipLaunchKernelGGL(kernel, grid, block, shared, stream, ...) \
  ::xpiler_simt::deduced_launch(#kernel, ::xpiler_simt::launch_shape(grid, block, shared, stream), \
                                [](auto... xpiler_a) { kernel(xpiler_a...); })(__VA_ARGS__)

// The names from before HIP had CUDA's.
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
