#ifndef HIP_DIALECT_H
#define HIP_DIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "xpiler/Resources.h"

#include "hip/HipDialect.h.inc"
#include "hip/HipEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "hip/HipAttrs.h.inc"
#define GET_TYPEDEF_CLASSES
#include "hip/HipTypes.h.inc"
#define GET_OP_CLASSES
#include "hip/HipOps.h.inc"

#endif
