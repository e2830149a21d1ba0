#ifndef BANG_DIALECT_TD
#define BANG_DIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "xpiler/KindEnum.td"

def Bang_Dialect : Dialect {
  let name = "bang";
  let cppNamespace = "::xpiler::bang";
  let summary = "BANG C for Cambricon MLU: tasks, on-chip buffers, vector and tensor builtins";
  let useDefaultAttributePrinterParser = 1;
}

class Bang_Kinds<string name, list<string> words> : KindEnum<Bang_Dialect, name, words>;
class Bang_KindAttr<EnumInfo kinds, string attrMnemonic> : KindAttr<Bang_Dialect, kinds, attrMnemonic>;

class Bang_Op<string opMnemonic, list<Trait> traits = []> : Op<Bang_Dialect, opMnemonic, traits>;

/// A pointer operand of a builtin: a rank-1 buffer whose space is in its type.
def Bang_Buffer : MemRefRankOf<[AnyType], [1]>;
class Bang_In<string what = ""> : Arg<Bang_Buffer, what, [MemRead]>;
class Bang_Out<string what = ""> : Arg<Bang_Buffer, what, [MemWrite]>;
class Bang_InOut<string what = ""> : Arg<Bang_Buffer, what, [MemRead, MemWrite]>;

/// An operation whose verifier is a function of the same file, shared by several operations.
class Bang_CheckedOp<string opMnemonic, string check, list<Trait> traits = []> : Bang_Op<opMnemonic, traits> {
  let hasVerifier = 1;
  let extraClassDefinition = "::llvm::LogicalResult $cppClass::verify() { return " # check # "(*this); }";
}

#endif
