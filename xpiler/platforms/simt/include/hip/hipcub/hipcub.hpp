// What the front end reads, compiled.
#pragma once
#include "../../../../hip/include/hipcub/hipcub.hpp"
