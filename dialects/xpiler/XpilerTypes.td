#ifndef XPILER_TYPES_TD
#define XPILER_TYPES_TD

include "mlir/IR/AttrTypeBase.td"
include "xpiler/XpilerDialect.td"

def Xpiler_StreamType : TypeDef<Xpiler_Dialect, "Stream"> {
  let mnemonic = "stream";
  let summary = "A stream (CUDA, HIP) or queue (BANG) of the host runtime";
}

#endif
