#pragma once
#include "xpiler_standard.h"
