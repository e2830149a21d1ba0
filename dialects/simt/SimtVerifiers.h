// The verifiers of the SIMT base, written once for both dialects. The numbers are docs/language.md's.

#ifndef SIMT_VERIFIERS_H
#define SIMT_VERIFIERS_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/OpImplementation.h"

namespace xpiler::simt {

/// Values a lane can hand to another lane or update as one step.
inline bool isScalar(mlir::Type type) { return type.isIntOrFloat(); }

/// Whether a memory space is the block's shared memory, in either dialect's attribute.
bool isShared(mlir::Attribute space);

template <typename Op>
llvm::LogicalResult verifyShuffle(Op op) {
  if (!isScalar(op.getValue().getType())) // shuffle_c1
    return op.emitOpError("expected a scalar value, got ") << op.getValue().getType();
  llvm::APInt width;
  if (matchPattern(op.getWidth(), mlir::m_ConstantInt(&width)) && (!width.isPowerOf2() || width.getZExtValue() > 64)) // shuffle_c2
    return op.emitOpError("expected a width that is a power of two of at most a warp, got ") << width.getSExtValue();
  return mlir::success();
}

template <typename Op>
llvm::LogicalResult verifyAtomic(Op op) {
  auto base = op.getBase().getType();
  if (base.getElementType() != op.getValue().getType()) // atomic_c1
    return op.emitOpError("expected a value of the element type, ") << base.getElementType() << ", got " << op.getValue().getType();
  if (static_cast<int64_t>(op.getIndices().size()) != base.getRank()) // atomic_c2
    return op.emitOpError("expected ") << base.getRank() << " indices, got " << op.getIndices().size();
  return mlir::success();
}

template <typename Op>
llvm::LogicalResult verifyVote(Op op) {
  using Kind = decltype(op.getKind());
  auto mask = op->getName().getDialectNamespace() == "hip" ? 64u : 32u;
  auto bits = op.getKind() == Kind::Ballot ? mask : 32u;
  if (!op.getResult().getType().isInteger(bits)) // vote_c1
    return op.emitOpError("expected a result of type i") << bits << ", got " << op.getResult().getType();
  return mlir::success();
}

template <typename Op>
llvm::LogicalResult verifyDynamicShared(Op op) {
  auto type = mlir::cast<mlir::MemRefType>(op.getResult().getType());
  if (!isShared(type.getMemorySpace()) || !type.isDynamicDim(0)) // dynamic_shared_c1
    return op.emitOpError("expected memref<?xi8, shared>, got ") << type;
  return mlir::success();
}

} // namespace xpiler::simt

#endif
