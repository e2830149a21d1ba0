#ifndef BANG_DIALECT_H
#define BANG_DIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "bang/BangDialect.h.inc"
#include "bang/BangEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "bang/BangAttrs.h.inc"
#define GET_OP_CLASSES
#include "bang/BangOps.h.inc"

#endif
