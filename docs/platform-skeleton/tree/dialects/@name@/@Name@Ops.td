// @Name@: the builtins of the platform. Families of one operation with a kind, as the other dialects have them.

#ifndef @NAME@_OPS_TD
#define @NAME@_OPS_TD

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "xpiler/KindEnum.td"

def @Name@_Dialect : Dialect {
  let name = "@name@";
  let cppNamespace = "::xpiler::@name@";
  let summary = "Builtins of @name@";
  let useDefaultAttributePrinterParser = 1;
}

def @Name@_BinaryKind : KindEnum<@Name@_Dialect, "BinaryKind", ["add", "max"]>;
def @Name@_BinaryKindAttr : KindAttr<@Name@_Dialect, @Name@_BinaryKind, "binary_kind">;

def @Name@_BinaryOp : Op<@Name@_Dialect, "binary", [Pure, SameOperandsAndResultType]> {
  let summary = "Two numbers to one: @name@_add, @name@_max";
  let arguments = (ins @Name@_BinaryKindAttr:$kind, F32:$a, F32:$b);
  let results = (outs F32:$result);
  let assemblyFormat = "`` $kind $a `,` $b attr-dict `:` type($result)";
}

#endif
