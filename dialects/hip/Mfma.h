// The matrix-core builtins of AMD GPUs by name: what their registers are.

#ifndef HIP_MFMA_H
#define HIP_MFMA_H

#include "mlir/IR/BuiltinTypes.h"

namespace xpiler::hip {

/// The types of a builtin's a and b, and of its c and result.
struct MfmaTypes {
  mlir::Type operand, accumulator;
};

/// The types of `__builtin_amdgcn_mfma_<name>`; none where there is no such builtin.
std::optional<MfmaTypes> mfmaTypes(llvm::StringRef name, mlir::MLIRContext *context);

} // namespace xpiler::hip

#endif
