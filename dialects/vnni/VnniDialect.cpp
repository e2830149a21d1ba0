#include "vnni/VnniDialect.h"

#include "mlir/IR/DialectImplementation.h"
#include "xpiler/Bytecode.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

#include "vnni/VnniDialect.cpp.inc"
#include "vnni/VnniEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "vnni/VnniAttrs.cpp.inc"
#define GET_OP_CLASSES
#include "vnni/VnniOps.cpp.inc"

namespace xpiler::vnni {

void VnniDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "vnni/VnniAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "vnni/VnniOps.cpp.inc"
      >();
  addInterfaces<VersionedBytecode>();
}

/// register_c1: a vector that fills a 128-, 256- or 512-bit register with lanes of `bits` bits (0: any).
static LogicalResult verifyRegister(Operation *op, Type type, StringRef role, unsigned bits) {
  auto vector = cast<VectorType>(type);
  unsigned lane = vector.getElementType().isIntOrFloat() ? vector.getElementTypeBitWidth() : 0;
  int64_t total = lane * vector.getNumElements();
  if (vector.getRank() != 1 || vector.isScalable() || (total != 128 && total != 256 && total != 512))
    return op->emitOpError() << "expected " << role << " to fill a 128-, 256- or 512-bit register, got " << type;
  if (bits && lane != bits) return op->emitOpError() << "expected " << role << " to have lanes of " << bits << " bits, got " << type;
  return success();
}

static int64_t registerBits(Type type) {
  auto vector = cast<VectorType>(type);
  return vector.getNumElements() * vector.getElementTypeBitWidth();
}

/// dot_c1..c3
LogicalResult DotOp::verify() {
  bool bytes = getKind() == DotKind::Dpbusd || getKind() == DotKind::Dpbusds;
  unsigned bits = bytes ? 8 : 16;
  if (failed(verifyRegister(*this, getAcc().getType(), "the accumulator", 32)) ||
      failed(verifyRegister(*this, getA().getType(), "the left operand", bits)) ||
      failed(verifyRegister(*this, getB().getType(), "the right operand", bits)))
    return failure();
  auto width = registerBits(getAcc().getType());
  if (registerBits(getA().getType()) != width || registerBits(getB().getType()) != width)
    return emitOpError("expected registers of one width");
  return success();
}

/// madd_c1..c2: pairs of lanes become one lane of twice the width.
static LogicalResult verifyPairs(Operation *op, Type a, Type b, Type result, unsigned bits) {
  if (a != b) return op->emitOpError() << "expected operands of one type, got " << a << " and " << b;
  if (failed(verifyRegister(op, a, "the operand", bits)) || failed(verifyRegister(op, result, "the result", 2 * bits))) return failure();
  if (registerBits(a) != registerBits(result)) return op->emitOpError("expected registers of one width");
  return success();
}

LogicalResult MaddOp::verify() { return verifyPairs(*this, getA().getType(), getB().getType(), getResult().getType(), 16); }
LogicalResult MaddubsOp::verify() { return verifyPairs(*this, getA().getType(), getB().getType(), getResult().getType(), 8); }

/// permute_c1: an integer index of the same lanes.
static LogicalResult verifyIndex(Operation *op, Type source, Type index) {
  auto from = cast<VectorType>(source), lanes = cast<VectorType>(index);
  if (failed(verifyRegister(op, source, "the source", 0))) return failure();
  if (!lanes.getElementType().isInteger(from.getElementTypeBitWidth()) || lanes.getShape() != from.getShape())
    return op->emitOpError() << "expected an integer index with the lanes of " << source << ", got " << index;
  return success();
}

LogicalResult PermuteOp::verify() { return verifyIndex(*this, getSource().getType(), getIndex().getType()); }
LogicalResult Permute2Op::verify() { return verifyIndex(*this, getA().getType(), getIndex().getType()); }

/// lanes_c1: source and result have the same number of lanes.
static LogicalResult verifyLanes(Operation *op, Type source, Type result, bool fromFloat, bool toFloat) {
  auto from = cast<VectorType>(source), to = cast<VectorType>(result);
  if (from.getShape() != to.getShape())
    return op->emitOpError() << "expected as many lanes in the result, got " << source << " and " << result;
  if (isa<FloatType>(from.getElementType()) != fromFloat || isa<FloatType>(to.getElementType()) != toFloat)
    return op->emitOpError() << "unexpected lane types " << source << " and " << result;
  return success();
}

LogicalResult ConvertOp::verify() { return verifyLanes(*this, getSource().getType(), getResult().getType(), true, false); }
LogicalResult RoundOp::verify() { return verifyLanes(*this, getSource().getType(), getResult().getType(), true, true); }
LogicalResult EstimateOp::verify() { return verifyLanes(*this, getSource().getType(), getResult().getType(), true, true); }

/// narrow_c1: the result's lanes are narrower.
LogicalResult NarrowOp::verify() {
  auto from = cast<VectorType>(getSource().getType()), to = cast<VectorType>(getResult().getType());
  if (failed(verifyLanes(*this, from, to, false, false))) return failure();
  if (to.getElementTypeBitWidth() >= from.getElementTypeBitWidth())
    return emitOpError("expected narrower lanes than ") << from << ", got " << to;
  return success();
}

} // namespace xpiler::vnni
