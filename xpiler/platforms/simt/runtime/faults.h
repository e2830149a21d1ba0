// Hardware faults of simulated threads (guard pages, stack overflow, misaligned vectors, division
// by zero) become findings, and the launch ends instead of the process.
#pragma once

namespace xpiler_simt {

/// While one of these lives, a fault of a running thread is recorded; then the old handlers return.
class FaultGuard {
public:
  FaultGuard();
  ~FaultGuard();
};

} // namespace xpiler_simt
