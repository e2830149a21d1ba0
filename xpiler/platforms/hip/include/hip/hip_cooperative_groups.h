#pragma once
#include "xpiler_hip.h"
#include "xpiler_cooperative_groups.h"
