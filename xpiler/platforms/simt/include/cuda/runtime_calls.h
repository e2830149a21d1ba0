// CUDA's runtime calls.
#pragma once
#include "../xpiler_simt/host.h"
#include "../xpiler_simt/launch.h"

#define XPILER_API(name) cuda##name
#include "../xpiler_simt/runtime_api.inc"
#undef XPILER_API
using cudaError = cudaError_t;
using cudaDeviceProp = xpiler_simt_device_properties;
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int) { return *properties = {}, cudaSuccess; }
