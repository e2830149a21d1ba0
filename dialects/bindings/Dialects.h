// The dialects of this project as one list, for the Python module and the plugin.

#ifndef XPILER_BINDINGS_DIALECTS_H
#define XPILER_BINDINGS_DIALECTS_H

#include "bang/BangDialect.h"
#include "cuda/CudaDialect.h"
#include "hip/HipDialect.h"
#include "vnni/VnniDialect.h"
#include "xpiler/XpilerDialect.h"

namespace xpiler {

inline void insertDialects(mlir::DialectRegistry &registry) {
  registry.insert<XpilerDialect, cuda::CudaDialect, hip::HipDialect, bang::BangDialect, vnni::VnniDialect>();
}

} // namespace xpiler

#endif
