#ifndef XPILER_ATTRS_TD
#define XPILER_ATTRS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/Dialect/SCF/IR/DeviceMappingInterface.td"
include "xpiler/KindEnum.td"
include "xpiler/XpilerDialect.td"

class Xpiler_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<Xpiler_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

def Xpiler_TargetAttr : Xpiler_Attr<"Target", "target"> {
  let summary = "The platform a module is written for, and its architecture: `#xpiler.target<\"bang\", arch = \"mtp_592\">`";
  let parameters = (ins StringRefParameter<"platform">:$platform, OptionalParameter<"::mlir::StringAttr">:$arch);
  let assemblyFormat = "`<` $platform (`,` `arch` `=` $arch^)? `>`";
  let genVerifyDecl = 1;
}

def Xpiler_Unit : KindEnum<Xpiler_Dialect, "Unit", [
  "block_x", "block_y", "block_z", "thread_x", "thread_y", "thread_z", "task", "cluster", "core", "omp", "lane"]>;

def Xpiler_BindAttr : Xpiler_Attr<"Bind", "bind", [DeclareAttrInterfaceMethods<DeviceMappingAttrInterface>]> {
  let summary = "What runs the iterations of a parallel loop: `#xpiler.bind<block_x>`";
  let parameters = (ins EnumParameter<Xpiler_Unit>:$unit);
  let assemblyFormat = "`<` $unit `>`";
}

def Xpiler_HoleAttr : Xpiler_Attr<"Hole", "hole"> {
  let summary = "A number a pattern or a repair leaves open, by name: `#xpiler.hole<\"tile\">`";
  let parameters = (ins StringRefParameter<"name">:$name);
  let assemblyFormat = "`<` $name `>`";
}

def Xpiler_CopyKind : KindEnum<Xpiler_Dialect, "CopyKind", ["h2d", "d2h", "d2d"]>;
def Xpiler_CopyKindAttr : KindAttr<Xpiler_Dialect, Xpiler_CopyKind, "copy_kind">;

def Xpiler_TaskKind : KindEnum<Xpiler_Dialect, "TaskKind", ["block", "union1", "union2", "union4", "union8", "union16"]>;
def Xpiler_TaskKindAttr : KindAttr<Xpiler_Dialect, Xpiler_TaskKind, "task_kind">;

#endif
