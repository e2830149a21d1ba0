#include "bindings/Dialects.h"

#include "bang/BangDialect.h"
#include "cuda/CudaDialect.h"
#include "hip/HipDialect.h"
#include "vnni/VnniDialect.h"
#include "xpiler/XpilerDialect.h"

void xpiler::insertDialects(mlir::DialectRegistry &registry) {
  registry.insert<XpilerDialect, cuda::CudaDialect, hip::HipDialect, bang::BangDialect, vnni::VnniDialect>();
}
