// Arrays of the caller's that a launcher is given: host memory with a name for findings.
#pragma once
#include <string>

namespace xpiler_simt {

/// The name of the caller's array there; empty where none was named.
std::string host_array_at(const void *address);

} // namespace xpiler_simt
