#ifndef CUDA_DIALECT_H
#define CUDA_DIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "xpiler/Resources.h"

#include "cuda/CudaDialect.h.inc"
#include "cuda/CudaEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "cuda/CudaAttrs.h.inc"
#define GET_TYPEDEF_CLASSES
#include "cuda/CudaTypes.h.inc"
#define GET_OP_CLASSES
#include "cuda/CudaOps.h.inc"

#endif
