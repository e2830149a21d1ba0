#include "cuda/CudaDialect.h"

#include "mlir/IR/DialectImplementation.h"
#include "simt/SimtFragments.h"
#include "simt/SimtVerifiers.h"
#include "xpiler/Bytecode.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

#include "cuda/CudaDialect.cpp.inc"
#include "cuda/CudaEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "cuda/CudaAttrs.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "cuda/CudaTypes.cpp.inc"
#define GET_OP_CLASSES
#include "cuda/CudaOps.cpp.inc"

namespace xpiler::cuda {

void CudaDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "cuda/CudaAttrs.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "cuda/CudaTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "cuda/CudaOps.cpp.inc"
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

} // namespace xpiler::cuda
