#include "@name@/@Name@Dialect.h"

#include "mlir/IR/DialectImplementation.h"
#include "xpiler/Bytecode.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

#include "@name@/@Name@Dialect.cpp.inc"
#include "@name@/@Name@Enums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "@name@/@Name@Attrs.cpp.inc"
#define GET_OP_CLASSES
#include "@name@/@Name@Ops.cpp.inc"

void xpiler::@name@::@Name@Dialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "@name@/@Name@Attrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "@name@/@Name@Ops.cpp.inc"
      >();
  addInterfaces<VersionedBytecode>();
}
