// Questions about a piece of code that Python asks thousands of times: answered here in one call each.

#ifndef XPILER_BINDINGS_CODE_H
#define XPILER_BINDINGS_CODE_H

#include <cstdint>

namespace mlir {
class Operation;
}

namespace xpiler {

/// A hash of everything an operation is, what lies inside it and locations included: equal for equal code in one context,
/// wherever that lies in memory.
std::uint64_t hashOfCode(mlir::Operation *root);

} // namespace xpiler

#endif
