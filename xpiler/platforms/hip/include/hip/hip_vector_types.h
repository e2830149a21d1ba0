#pragma once
#include "xpiler_hip.h"
