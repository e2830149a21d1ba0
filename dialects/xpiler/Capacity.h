// On-chip memory: how much an architecture has, and whether a module's static arrays fit.

#ifndef XPILER_CAPACITY_H
#define XPILER_CAPACITY_H

#include "xpiler/XpilerDialect.h"

namespace xpiler {

/// capacity_c1, capacity_c2: the arrays in on-chip memory are of static size, and those of each kernel fit the chip.
llvm::LogicalResult verifyCapacity(mlir::Operation *module, TargetAttr target);

} // namespace xpiler

#endif
