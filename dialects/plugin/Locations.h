// Finding an operation again by the location a child process reports: operations without a place in a file get a number.

#ifndef XPILER_PLUGIN_LOCATIONS_H
#define XPILER_PLUGIN_LOCATIONS_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringMap.h"
#include <vector>

namespace xpiler {

/// The operations of a module, by number and by place.
class Locations {
public:
  explicit Locations(mlir::ModuleOp module);

  /// A copy of the module in which every operation has a place in a file: its own, or its number in a file of no one's.
  mlir::OwningOpRef<mlir::ModuleOp> located() const;

  /// The first operation at a reported place; null where there is none.
  mlir::Operation *find(llvm::StringRef file, int64_t line, int64_t column) const;

  /// Takes the numbers out again: such locations become unknown.
  static void removeNumbers(mlir::ModuleOp module);

private:
  mlir::ModuleOp module;
  std::vector<mlir::Operation *> byNumber;
  llvm::StringMap<mlir::Operation *> byPlace;
};

} // namespace xpiler

#endif
