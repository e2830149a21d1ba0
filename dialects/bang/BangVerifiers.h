// Verifiers of the bang dialect, each shared by a group of operations. The numbers are docs/language.md's.

#ifndef BANG_VERIFIERS_H
#define BANG_VERIFIERS_H

#include "bang/BangDialect.h"
#include "mlir/IR/Matchers.h"

namespace xpiler::bang {

/// The name of a memory space as directions and messages spell it.
inline llvm::StringRef spaceName(mlir::Type buffer) {
  auto space = mlir::cast<mlir::MemRefType>(buffer).getMemorySpace();
  if (!space) return "gdram";
  auto ours = mlir::dyn_cast<SpaceAttr>(space);
  return ours ? stringifySpace(ours.getValue()) : llvm::StringRef("unknown");
}

inline mlir::Type elementOf(mlir::Type buffer) { return mlir::cast<mlir::MemRefType>(buffer).getElementType(); }

template <typename Op>
llvm::LogicalResult expectSpace(Op op, mlir::Value buffer, llvm::StringRef role, llvm::StringRef space) {
  if (spaceName(buffer.getType()) == space) return mlir::success();
  return op.emitOpError() << "expected " << role << " in " << space << ", got " << spaceName(buffer.getType());
}

/// The value of a size or count that is known already.
inline std::optional<int64_t> known(mlir::Value value) {
  llvm::APInt constant;
  return matchPattern(value, mlir::m_ConstantInt(&constant)) ? std::optional(constant.getSExtValue()) : std::nullopt;
}

/// size_c1: a size or count is positive where it is known.
template <typename Op>
llvm::LogicalResult expectPositive(Op op, mlir::Value value, llvm::StringRef role) {
  auto size = known(value);
  if (!size || *size > 0) return mlir::success();
  return op.emitOpError() << "expected " << role << " to be positive, got " << *size;
}

/// copy_c1: the direction names the spaces of its operands.
template <typename Op>
llvm::LogicalResult verifyCopy(Op op) {
  if (failed(expectPositive(op, op.getBytes(), "the number of bytes"))) return mlir::failure();
  auto direction = stringifyDirection(op.getDirection());
  auto [from, to] = direction.split('2');
  if (failed(expectSpace(op, op.getSrc(), "the source of " + direction.str(), from))) return mlir::failure();
  return expectSpace(op, op.getDst(), "the destination of " + direction.str(), to);
}

/// buffer_c1: vector builtins work on NRAM.
template <typename Op>
llvm::LogicalResult verifyMove(Op op) {
  if (failed(expectSpace(op, op.getDst(), "the destination", "nram"))) return mlir::failure();
  return expectSpace(op, op.getSrc(), "the source", "nram");
}

template <typename Op>
llvm::LogicalResult verifySource(Op op) {
  return expectSpace(op, op.getSrc(), "the source", "nram");
}

/// pool_c1: images are of floats.
template <typename Op>
llvm::LogicalResult verifySameType(Op op);

template <typename Op>
llvm::LogicalResult verifyPool(Op op) {
  if (!mlir::isa<mlir::FloatType>(elementOf(op.getDst().getType())))
    return op.emitOpError("expected an image of floats, got ") << op.getDst().getType();
  return verifySameType(op);
}

/// unary_c1: integers have no roots, exponentials and the like.
template <typename Op>
llvm::LogicalResult verifyUnary(Op op) {
  bool integers = mlir::isa<mlir::IntegerType>(elementOf(op.getDst().getType()));
  auto kind = op.getKind();
  bool exact = kind == UnaryKind::Abs || kind == UnaryKind::Neg || kind == UnaryKind::Square || kind == UnaryKind::Relu ||
               kind == UnaryKind::Not || kind == UnaryKind::Bnot || kind == UnaryKind::Sign;
  if (integers ? !exact : kind == UnaryKind::Bnot)
    return op.emitOpError() << "no '" << stringifyUnaryKind(kind) << "' of " << elementOf(op.getDst().getType());
  return verifySameType(op);
}

/// cycle_c1: whole segments.
template <typename Op>
llvm::LogicalResult verifyCycle(Op op) {
  auto n = known(op.getN()), period = known(op.getSegN());
  if (n && period && *period > 0 && *n % *period != 0)
    return op.emitOpError("expected a count that is a multiple of the segment, got ") << *n << " and " << *period;
  return verifySameType(op);
}

/// same_type_c1, buffer_c1: every buffer has the destination's element type and is in NRAM.
template <typename Op>
llvm::LogicalResult verifySameType(Op op) {
  auto element = elementOf(op.getDst().getType());
  for (mlir::Value operand : op->getOperands()) {
    if (!mlir::isa<mlir::MemRefType>(operand.getType())) continue;
    if (failed(expectSpace(op, operand, "every buffer", "nram"))) return mlir::failure();
    if (elementOf(operand.getType()) != element)
      return op.emitOpError("expected buffers of one element type, got ") << element << " and " << elementOf(operand.getType());
  }
  return mlir::success();
}

template <typename Op>
llvm::LogicalResult verifyScalar(Op op) {
  if (op.getScalar().getType() != elementOf(op.getDst().getType())) // scalar_c1
    return op.emitOpError("expected a scalar of the element type, got ") << op.getScalar().getType();
  return verifySameType(op);
}

template <typename Op>
llvm::LogicalResult verifyFill(Op op) {
  if (spaceName(op.getDst().getType()) == "wram") // fill_c2
    return op.emitOpError("expected the destination outside WRAM, which only copies can write");
  if (op.getValue().getType() != elementOf(op.getDst().getType())) // fill_c1
    return op.emitOpError("expected a value of the element type, got ") << op.getValue().getType();
  return mlir::success();
}

template <typename Op>
llvm::LogicalResult verifyFusion(Op op) {
  for (mlir::Value operand : {op.getB(), op.getC()}) {
    if (!mlir::isa<mlir::MemRefType>(operand.getType()) && operand.getType() != elementOf(op.getDst().getType())) // fusion_c1
      return op.emitOpError("expected operands of the element type, got ") << operand.getType();
  }
  bool buffer = mlir::isa<mlir::MemRefType>(op.getB().getType()) || mlir::isa<mlir::MemRefType>(op.getC().getType());
  if (buffer != static_cast<bool>(op.getSegN())) // fusion_c2
    return op.emitOpError("expected a segment length with buffers, and only then");
  return verifySameType(op);
}

template <typename Op>
llvm::LogicalResult verifySum(Op op) {
  if (op.getResult().getType() != elementOf(op.getSrc().getType())) // sum_c1
    return op.emitOpError("expected a result of the element type, got ") << op.getResult().getType();
  return verifySource(op);
}

template <typename Op>
llvm::LogicalResult verifyConvert(Op op) {
  auto from = elementOf(op.getSrc().getType()), to = elementOf(op.getDst().getType());
  if (from == to) // convert_c1
    return op.emitOpError("expected two element types, got ") << from << " twice";
  return verifyMove(op);
}

template <typename Op>
llvm::LogicalResult verifyMasked(Op op) {
  return verifySameType(op);
}

template <typename Op>
llvm::LogicalResult verifyLut(Op op) {
  if (elementOf(op.getDst().getType()) != elementOf(op.getTable().getType())) // lut_c1
    return op.emitOpError("expected a table of the destination's element type");
  return expectSpace(op, op.getTable(), "the table", "nram");
}

template <typename Op>
llvm::LogicalResult verifyPad(Op op) {
  if (op.getValue().getType() != elementOf(op.getDst().getType())) // pad_c1
    return op.emitOpError("expected a value of the element type, got ") << op.getValue().getType();
  return verifySameType(op);
}

/// atomic_c1: the target is GDRAM, and the value has its element type.
template <typename Op>
llvm::LogicalResult verifyAtomicReduce(Op op) {
  auto element = elementOf(op.getTarget().getType());
  auto value = op.getValue().getType();
  if (mlir::isa<mlir::MemRefType>(value) ? elementOf(value) != element : value != element)
    return op.emitOpError("expected a value of type ") << element << ", got " << value;
  return expectSpace(op, op.getTarget(), "the target", "gdram");
}

template <typename Op>
llvm::LogicalResult verifyAtomic(Op op) {
  if (failed(expectSpace(op, op.getDst(), "the destination", "nram"))) return mlir::failure();
  return verifyAtomicReduce(op);
}

/// product_c1..c4: what the matrix unit multiplies, and where its operands are.
template <typename Op>
llvm::LogicalResult verifyProduct(Op op, mlir::Value a, mlir::Value filter) {
  if (failed(expectSpace(op, op.getDst(), "the destination", "nram")) || failed(expectSpace(op, a, "the left operand", "nram")) ||
      failed(expectSpace(op, filter, "the filter", "wram")))
    return mlir::failure();
  auto left = elementOf(a.getType()), right = elementOf(filter.getType()), to = elementOf(op.getDst().getType());
  bool floats = mlir::isa<mlir::FloatType>(left);
  if (floats ? left != right : !(left.isInteger(8) || left.isInteger(16)) || !(right.isInteger(8) || right.isInteger(16)))
    return op.emitOpError("no product of ") << left << " and " << right;
  if (!(to.isF32() || (!floats && (to.isF16() || to.isInteger(16))))) // product_c3
    return op.emitOpError("no product of ") << left << " and " << right << " gives " << to;
  if (floats && op.getFixPosition()) // product_c4
    return op.emitOpError("expected no fix_position: it belongs to integer operands");
  return mlir::success();
}

template <typename Op>
llvm::LogicalResult verifyMatmul(Op op) {
  return verifyProduct(op, op.getA(), op.getB());
}

template <typename Op>
llvm::LogicalResult verifyMlp(Op op) {
  return verifyProduct(op, op.getSrc(), op.getFilter());
}

template <typename Op>
llvm::LogicalResult verifyConv(Op op) {
  return verifyProduct(op, op.getSrc(), op.getKernel());
}

} // namespace xpiler::bang

#endif
