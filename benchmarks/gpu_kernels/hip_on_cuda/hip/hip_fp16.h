#include "../../hip_on_cuda.h"
