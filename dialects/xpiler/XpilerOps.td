#ifndef XPILER_OPS_TD
#define XPILER_OPS_TD

include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ViewLikeInterface.td"
include "xpiler/XpilerAttrs.td"
include "xpiler/XpilerTypes.td"

class Xpiler_Op<string opMnemonic, list<Trait> traits = []> : Op<Xpiler_Dialect, opMnemonic, traits>;

/// Facts are kept in order and never deleted: they write a resource of their own, and no memory.
def Xpiler_Facts : Resource<"::xpiler::FactResource">;
/// Launches, copies and frees of device memory keep their order.
def Xpiler_Device : Resource<"::xpiler::DeviceResource">;

def Xpiler_ViewOp : Xpiler_Op<"view", [Pure, DeclareOpInterfaceMethods<ViewLikeOpInterface>]> {
  let summary = "The memory from an element of a buffer on, seen as elements of another type";
  let arguments = (ins AnyMemRef:$base, Index:$offset);
  let results = (outs MemRefRankOf<[AnyType], [1]>:$result);
  let assemblyFormat = "$base `[` $offset `]` attr-dict `:` type($base) `to` type($result)";
  let hasVerifier = 1;
}

def Xpiler_ExtentOp : Xpiler_Op<"extent", [MemoryEffects<[MemWrite<Xpiler_Facts>]>]> {
  let summary = "States how many elements a pointer parameter has";
  let arguments = (ins AnyMemRef:$buffer, Index:$elements);
  let assemblyFormat = "$buffer `,` $elements attr-dict `:` type($buffer)";
  let hasVerifier = 1;
}

def Xpiler_AssumeOp : Xpiler_Op<"assume", [MemoryEffects<[MemWrite<Xpiler_Facts>]>]> {
  let summary = "States a fact that the user or the launcher gave";
  let arguments = (ins I1:$condition, OptionalAttr<StrAttr>:$reason);
  let assemblyFormat = "$condition (`,` $reason^)? attr-dict";
}

#endif
