#include "cuda/CudaDialect.h"
#include "hip/HipDialect.h"
#include "simt/SimtVerifiers.h"

bool xpiler::simt::isShared(mlir::Attribute space) {
  if (auto cudaSpace = llvm::dyn_cast_if_present<cuda::SpaceAttr>(space)) return cudaSpace.getValue() == cuda::Space::Shared;
  auto hipSpace = llvm::dyn_cast_if_present<hip::SpaceAttr>(space);
  return hipSpace && hipSpace.getValue() == hip::Space::Shared;
}
