// The simulator's <cuda_pipeline_primitives.h>.
#pragma once
#include "cuda_pipeline.h"
