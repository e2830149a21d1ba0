// The dialects of this project as one list, for the Python module and the plugin.

#ifndef XPILER_BINDINGS_DIALECTS_H
#define XPILER_BINDINGS_DIALECTS_H

namespace mlir {
class DialectRegistry;
}

namespace xpiler {

/// Adds every dialect of ours. Defined in a file of its own, so that no user has to parse their headers.
void insertDialects(mlir::DialectRegistry &registry);

} // namespace xpiler

#endif
