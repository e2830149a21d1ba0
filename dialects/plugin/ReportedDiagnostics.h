// What `xpiler-opt --json-diagnostics` writes on standard error, given to MLIR's diagnostics at the right operations.

#ifndef XPILER_PLUGIN_REPORTED_DIAGNOSTICS_H
#define XPILER_PLUGIN_REPORTED_DIAGNOSTICS_H

#include "plugin/Locations.h"

namespace xpiler {

/// Emits every reported diagnostic; says whether one of them was an error. Lines that report nothing are one remark's text.
bool emitReported(llvm::StringRef report, const Locations &locations, mlir::ModuleOp module);

} // namespace xpiler

#endif
