#include "hip/HipDialect.h"

#include "hip/Mfma.h"
#include "mlir/IR/DialectImplementation.h"
#include "simt/SimtFragments.h"
#include "simt/SimtVerifiers.h"
#include "xpiler/Bytecode.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

#include "hip/HipDialect.cpp.inc"
#include "hip/HipEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "hip/HipAttrs.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "hip/HipTypes.cpp.inc"
#define GET_OP_CLASSES
#include "hip/HipOps.cpp.inc"

namespace xpiler::hip {

void HipDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "hip/HipAttrs.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "hip/HipTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "hip/HipOps.cpp.inc"
      >();
  addInterfaces<VersionedBytecode>();
}

void FragmentType::print(AsmPrinter &printer) const { simt::printFragment(*this, printer); }

Type FragmentType::parse(AsmParser &parser) {
  return simt::parseFragment<FragmentType>(parser, [](StringRef word) { return symbolizeFragmentRole(word); });
}

LogicalResult FragmentType::verify(function_ref<InFlightDiagnostic()> emitError, FragmentRole role, int64_t m, int64_t n, int64_t k,
                                   Type element, StringAttr layout) {
  return simt::verifyFragmentType<FragmentType>(emitError, role, m, n, k, element, layout);
}

LogicalResult MfmaOp::verify() {
  auto types = mfmaTypes(getKind(), getContext());
  if (!types) // mfma_c1
    return emitOpError("there is no matrix-core builtin called '") << getKind() << "'";
  if (getA().getType() != types->operand || getB().getType() != types->operand) // mfma_c2
    return emitOpError("expected operands of type ") << types->operand << ", got " << getA().getType() << " and " << getB().getType();
  if (getC().getType() != types->accumulator) // mfma_c3
    return emitOpError("expected an accumulator of type ") << types->accumulator << ", got " << getC().getType();
  return success();
}

} // namespace xpiler::hip
