#ifndef XPILER_DIALECT_H
#define XPILER_DIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/SCF/IR/DeviceMappingInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "xpiler/Resources.h"

#include "xpiler/XpilerDialect.h.inc"
#include "xpiler/XpilerEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "xpiler/XpilerAttrs.h.inc"
#define GET_TYPEDEF_CLASSES
#include "xpiler/XpilerTypes.h.inc"
#define GET_OP_CLASSES
#include "xpiler/XpilerOps.h.inc"

#endif
