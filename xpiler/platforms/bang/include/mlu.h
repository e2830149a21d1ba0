// The name older code knows bang.h by.
#pragma once
#include <bang.h>
