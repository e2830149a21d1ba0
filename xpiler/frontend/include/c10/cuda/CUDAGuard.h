#pragma once
#include "../../xpiler_torch.h"
