// What the front end reads, compiled.
#pragma once
#include "../../../../cuda/include/cub/cub.cuh"
