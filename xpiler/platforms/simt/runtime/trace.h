// What happens, line by line, in the file that XPILER_SIM_TRACE names; nothing where it names none.
#pragma once
#include <cstdint>
#include <string>

namespace xpiler_simt {

extern bool tracing;

/// One event of the running thread (or of the host) at the place of a return address.
void trace_event(const void *place, const std::string &what);

/// A load or store: the space, and the variable where one is known.
void trace_access(const void *place, const char *space, const std::string &name, long offset, std::size_t bytes, bool write, bool atomic);

} // namespace xpiler_simt
