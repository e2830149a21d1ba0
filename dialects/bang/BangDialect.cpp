#include "bang/BangDialect.h"

#include "bang/BangVerifiers.h"
#include "mlir/IR/DialectImplementation.h"
#include "xpiler/Bytecode.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

#include "bang/BangDialect.cpp.inc"
#include "bang/BangEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "bang/BangAttrs.cpp.inc"
#define GET_OP_CLASSES
#include "bang/BangOps.cpp.inc"

void xpiler::bang::BangDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "bang/BangAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "bang/BangOps.cpp.inc"
      >();
  addInterfaces<VersionedBytecode>();
}
