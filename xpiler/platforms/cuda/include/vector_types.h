#pragma once
#include "xpiler_cuda.h"
