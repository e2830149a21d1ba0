// CUDA C: the SIMT base with 32-lane warps.

#ifndef CUDA_OPS_TD
#define CUDA_OPS_TD

include "mlir/IR/OpBase.td"

def Cuda_Dialect : Dialect {
  let name = "cuda";
  let cppNamespace = "::xpiler::cuda";
  let summary = "CUDA C: grids, blocks, threads, 32-lane warps, matrix fragments";
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
}

defvar SIMT_Dialect = Cuda_Dialect;
defvar SIMT_MaskType = I32;

include "simt/SimtOps.td"
include "simt/SimtFragmentOps.td"

#endif
