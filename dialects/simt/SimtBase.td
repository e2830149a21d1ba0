// The SIMT base: what cuda and hip share. A dialect's .td defines SIMT_Dialect and SIMT_MaskType (the type of a
// lane mask: i32 for 32 lanes, i64 for up to 64) and includes this; each dialect is a TableGen run of its own.

#ifndef SIMT_BASE_TD
#define SIMT_BASE_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinTypeInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "xpiler/KindEnum.td"

class SIMT_Kinds<string name, list<string> words> : KindEnum<SIMT_Dialect, name, words>;
class SIMT_KindAttr<EnumInfo kinds, string attrMnemonic> : KindAttr<SIMT_Dialect, kinds, attrMnemonic>;

def SIMT_Space : SIMT_Kinds<"Space", ["shared", "constant"]>;
def SIMT_SpaceAttr : SIMT_KindAttr<SIMT_Space, "space">;

def SIMT_Dim : SIMT_Kinds<"Dim", ["x", "y", "z"]>;
def SIMT_DimAttr : EnumAttr<SIMT_Dialect, SIMT_Dim, "dim">;

def SIMT_BarrierKind : SIMT_Kinds<"BarrierKind", ["count", "and", "or"]>;
def SIMT_BarrierKindAttr : SIMT_KindAttr<SIMT_BarrierKind, "barrier_kind">;

def SIMT_ShuffleKind : SIMT_Kinds<"ShuffleKind", ["idx", "up", "down", "xor"]>;
def SIMT_ShuffleKindAttr : SIMT_KindAttr<SIMT_ShuffleKind, "shuffle_kind">;

def SIMT_VoteKind : SIMT_Kinds<"VoteKind", ["any", "all", "ballot"]>;
def SIMT_VoteKindAttr : SIMT_KindAttr<SIMT_VoteKind, "vote_kind">;

def SIMT_AtomicKind : SIMT_Kinds<"AtomicKind", ["add", "sub", "min", "max", "umin", "umax", "exch", "and", "or", "xor", "inc", "dec"]>;
def SIMT_AtomicKindAttr : SIMT_KindAttr<SIMT_AtomicKind, "atomic_kind">;

def SIMT_ApproxKind : SIMT_Kinds<"ApproxKind", ["exp", "exp2", "exp10", "log", "log2", "log10", "sin", "cos", "tan", "tanh", "rcp", "rsqrt", "sqrt"]>;
def SIMT_ApproxKindAttr : SIMT_KindAttr<SIMT_ApproxKind, "approx_kind">;

def SIMT_ApproxBinaryKind : SIMT_Kinds<"ApproxBinaryKind", ["div", "pow"]>;
def SIMT_ApproxBinaryKindAttr : SIMT_KindAttr<SIMT_ApproxBinaryKind, "approx_binary_kind">;

def SIMT_FragmentRole : SIMT_Kinds<"FragmentRole", ["a", "b", "acc"]>;
def SIMT_FragmentRoleAttr : SIMT_KindAttr<SIMT_FragmentRole, "fragment_role">;

def SIMT_Layout : SIMT_Kinds<"Layout", ["row", "col"]>;
def SIMT_LayoutAttr : EnumAttr<SIMT_Dialect, SIMT_Layout, "layout">;

def SIMT_FragmentType : TypeDef<SIMT_Dialect, "Fragment", [MemRefElementTypeInterface]> {
  let mnemonic = "fragment";
  let summary = "A matrix held by the lanes of a warp: `fragment<a, 16x16x16, f16, row>`";
  let parameters = (ins EnumParameter<SIMT_FragmentRole>:$role, "int64_t":$m, "int64_t":$n, "int64_t":$k,
                        "::mlir::Type":$element, OptionalParameter<"::mlir::StringAttr">:$layout);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

/// Operations that lanes perform together. They are no memory access, and still must not be duplicated,
/// merged, dropped or moved across control flow: they read and write a resource of their own.
def SIMT_Lanes : Resource<"::xpiler::LaneResource">;
defvar SIMT_Convergent = MemoryEffects<[MemRead<SIMT_Lanes>, MemWrite<SIMT_Lanes>]>;
/// Barriers order every memory access around them.
defvar SIMT_Fence = MemoryEffects<[MemRead, MemWrite]>;

class SIMT_Op<string opMnemonic, list<Trait> traits = []> : Op<SIMT_Dialect, opMnemonic, traits>;

/// An operation whose verifier is the template `::xpiler::simt::verify<...>` shared by both dialects.
class SIMT_CheckedOp<string opMnemonic, string check, list<Trait> traits = []> : SIMT_Op<opMnemonic, traits> {
  let hasVerifier = 1;
  let extraClassDefinition = "::llvm::LogicalResult $cppClass::verify() { return ::xpiler::simt::" # check # "(*this); }";
}

#endif
