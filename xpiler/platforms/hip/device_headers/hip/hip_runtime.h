// HIP for AMD's back end where no ROCm is installed: what its headers mean, in clang's own builtins.
// Only toolchain.py includes this tree, to compile text to AMDGPU assembly; nothing is linked or run.
#pragma once
#include <__clang_hip_runtime_wrapper.h> // qualifiers and mathematics: clang's half of HIP

#define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __align__(n) __attribute__((aligned(n)))

#include "hip_vector_types.h"
#include "runtime_calls.h"
#include "execution.h"
#include "waves.h"
#include "atomics.h"
#include "scalar_functions.h"
