// The simulator's <hip/hip_runtime.h>.
#pragma once
#include "../../xpiler_simt/device.h"
#include "../../xpiler_simt/ext_vector.h"
#include "amd_builtins.h"
#include "matrix_cores.h"
#include "rdna_matrix.h"
#include "runtime_calls.h"
#include "vector_operators.h"
#include "wave_functions.h"
