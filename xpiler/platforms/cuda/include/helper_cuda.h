// The helpers of the CUDA samples, as far as host code around a launch uses them.
#pragma once
#include "xpiler_cuda.h"
#define checkCudaErrors(call) (void)(call)
#define getLastCudaError(message)
int findCudaDevice(int, const char **);
