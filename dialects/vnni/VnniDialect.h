#ifndef VNNI_DIALECT_H
#define VNNI_DIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "vnni/VnniDialect.h.inc"
#include "vnni/VnniEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "vnni/VnniAttrs.h.inc"
#define GET_OP_CLASSES
#include "vnni/VnniOps.h.inc"

#endif
