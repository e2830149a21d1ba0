#ifndef @NAME@_DIALECT_H
#define @NAME@_DIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "@name@/@Name@Dialect.h.inc"
#include "@name@/@Name@Enums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "@name@/@Name@Attrs.h.inc"
#define GET_OP_CLASSES
#include "@name@/@Name@Ops.h.inc"

#endif
