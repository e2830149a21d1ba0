#pragma once
#include "bang.h"
#include "xpiler_sim/host.h"
