// What a launch may ask for, and the error code it gets when it asks for more.
#pragma once
#include "../include/xpiler_simt/execution.h"

namespace xpiler_simt {

constexpr int success = 0, invalid_value = 1, launch_failure = 719;

/// The error of launching `kernel` with `shape`, remembered as the last error; 0 if it may run.
int launch_error(const char *kernel, const LaunchShape &shape, const void *place);
void note_launch_failure();
bool is_cooperative(const LaunchShape &shape);

} // namespace xpiler_simt
