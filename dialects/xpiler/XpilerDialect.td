#ifndef XPILER_DIALECT_TD
#define XPILER_DIALECT_TD

include "mlir/IR/OpBase.td"

def Xpiler_Dialect : Dialect {
  let name = "xpiler";
  let cppNamespace = "::xpiler";
  let summary = "What upstream lacks: targets, bindings, views, facts, and the host side of a kernel";
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
  let hasOperationAttrVerify = 1;
}

#endif
