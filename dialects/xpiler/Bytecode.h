// Bytecode of our dialects is versioned: a stored module says which version wrote it, older ones are upgraded when read.

#ifndef XPILER_BYTECODE_H
#define XPILER_BYTECODE_H

#include "mlir/Bytecode/BytecodeImplementation.h"

namespace xpiler {

/// What this build writes. Raised with every change of what a stored module says; docs/stability.md lists the versions.
constexpr uint64_t bytecodeVersion = 2;

/// The bytecode interface that all of our dialects share.
struct VersionedBytecode : mlir::BytecodeDialectInterface {
  explicit VersionedBytecode(mlir::Dialect *dialect) : BytecodeDialectInterface(dialect) {}

  void writeVersion(mlir::DialectBytecodeWriter &writer) const override;
  std::unique_ptr<mlir::DialectVersion> readVersion(mlir::DialectBytecodeReader &reader) const override;
  llvm::LogicalResult upgradeFromVersion(mlir::Operation *top, const mlir::DialectVersion &version) const override;
};

} // namespace xpiler

#endif
