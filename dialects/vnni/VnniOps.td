// AVX-512 where upstream's vector, arith and math have no operation of the same meaning.

#ifndef VNNI_OPS_TD
#define VNNI_OPS_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "xpiler/KindEnum.td"

def Vnni_Dialect : Dialect {
  let name = "vnni";
  let cppNamespace = "::xpiler::vnni";
  let summary = "C with AVX-512 and VNNI intrinsics";
  let useDefaultAttributePrinterParser = 1;
}

class Vnni_Kinds<string name, list<string> words> : KindEnum<Vnni_Dialect, name, words>;
class Vnni_Op<string opMnemonic, list<Trait> traits = []> : Op<Vnni_Dialect, opMnemonic, !listconcat([Pure], traits)> {
  let hasVerifier = 1;
}

def Vnni_DotKind : Vnni_Kinds<"DotKind", ["dpbusd", "dpbusds", "dpwssd", "dpwssds"]>;
def Vnni_DotKindAttr : KindAttr<Vnni_Dialect, Vnni_DotKind, "dot_kind">;

def Vnni_Rounding : Vnni_Kinds<"Rounding", ["nearest", "down", "up", "zero", "current"]>;
def Vnni_RoundingAttr : KindAttr<Vnni_Dialect, Vnni_Rounding, "rounding">;

def Vnni_NarrowKind : Vnni_Kinds<"NarrowKind", ["signed", "unsigned"]>;
def Vnni_NarrowKindAttr : KindAttr<Vnni_Dialect, Vnni_NarrowKind, "narrow_kind">;

def Vnni_EstimateKind : Vnni_Kinds<"EstimateKind", ["rcp14", "rsqrt14"]>;
def Vnni_EstimateKindAttr : KindAttr<Vnni_Dialect, Vnni_EstimateKind, "estimate_kind">;

def Vnni_DotOp : Vnni_Op<"dot", [AllTypesMatch<["acc", "result"]>]> {
  let summary = "acc plus four u8 x s8 (dpbusd) or two s16 x s16 (dpwssd) products a lane; the -s forms saturate";
  let arguments = (ins Vnni_DotKindAttr:$kind, AnyVectorOfNonZeroRank:$acc, AnyVectorOfNonZeroRank:$a, AnyVectorOfNonZeroRank:$b);
  let results = (outs AnyVectorOfNonZeroRank:$result);
  let assemblyFormat = "`` $kind $acc `,` $a `,` $b attr-dict `:` type($acc) `,` type($a) `,` type($b)";
}

def Vnni_MaddOp : Vnni_Op<"madd"> {
  let summary = "Two s16 x s16 products a 32-bit lane, summed (vpmaddwd)";
  let arguments = (ins AnyVectorOfNonZeroRank:$a, AnyVectorOfNonZeroRank:$b);
  let results = (outs AnyVectorOfNonZeroRank:$result);
  let assemblyFormat = "$a `,` $b attr-dict `:` type($a) `,` type($b) `->` type($result)";
}

def Vnni_MaddubsOp : Vnni_Op<"maddubs"> {
  let summary = "Two u8 x s8 products a 16-bit lane, summed with saturation (vpmaddubsw)";
  let arguments = (ins AnyVectorOfNonZeroRank:$a, AnyVectorOfNonZeroRank:$b);
  let results = (outs AnyVectorOfNonZeroRank:$result);
  let assemblyFormat = "$a `,` $b attr-dict `:` type($a) `,` type($b) `->` type($result)";
}

def Vnni_PermuteOp : Vnni_Op<"permute", [AllTypesMatch<["source", "result"]>]> {
  let summary = "result[i] = source[index[i] mod lanes] (vpermd, vpermps, vpermw, vpermb)";
  let arguments = (ins AnyVectorOfNonZeroRank:$source, AnyVectorOfNonZeroRank:$index);
  let results = (outs AnyVectorOfNonZeroRank:$result);
  let assemblyFormat = "$source `,` $index attr-dict `:` type($source) `,` type($index)";
}

def Vnni_Permute2Op : Vnni_Op<"permute2", [AllTypesMatch<["a", "b", "result"]>]> {
  let summary = "result[i] = concat(a, b)[index[i] mod 2*lanes] (vpermt2)";
  let arguments = (ins AnyVectorOfNonZeroRank:$a, AnyVectorOfNonZeroRank:$index, AnyVectorOfNonZeroRank:$b);
  let results = (outs AnyVectorOfNonZeroRank:$result);
  let assemblyFormat = "$a `,` $index `,` $b attr-dict `:` type($a) `,` type($index)";
}

def Vnni_ConvertOp : Vnni_Op<"convert"> {
  let summary = "Float lanes to signed integer lanes in a rounding mode; out of range gives the least integer";
  let arguments = (ins Vnni_RoundingAttr:$kind, AnyVectorOfNonZeroRank:$source);
  let results = (outs AnyVectorOfNonZeroRank:$result);
  let assemblyFormat = "`` $kind $source attr-dict `:` type($source) `->` type($result)";
}

def Vnni_RoundOp : Vnni_Op<"round", [AllTypesMatch<["source", "result"]>]> {
  let summary = "Float lanes rounded to whole numbers in a rounding mode (roundscale, scale 0)";
  let arguments = (ins Vnni_RoundingAttr:$kind, AnyVectorOfNonZeroRank:$source);
  let results = (outs AnyVectorOfNonZeroRank:$result);
  let assemblyFormat = "`` $kind $source attr-dict `:` type($source)";
}

def Vnni_NarrowOp : Vnni_Op<"narrow"> {
  let summary = "Integer lanes to narrower lanes with saturation (vpmovsdb, vpmovusdb)";
  let arguments = (ins Vnni_NarrowKindAttr:$kind, AnyVectorOfNonZeroRank:$source);
  let results = (outs AnyVectorOfNonZeroRank:$result);
  let assemblyFormat = "`` $kind $source attr-dict `:` type($source) `->` type($result)";
}

def Vnni_EstimateOp : Vnni_Op<"estimate", [AllTypesMatch<["source", "result"]>]> {
  let summary = "Reciprocal or reciprocal square root to 14 bits";
  let arguments = (ins Vnni_EstimateKindAttr:$kind, AnyVectorOfNonZeroRank:$source);
  let results = (outs AnyVectorOfNonZeroRank:$result);
  let assemblyFormat = "`` $kind $source attr-dict `:` type($source)";
}

#endif
