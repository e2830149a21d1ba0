// HIP: the SIMT base with waves of up to 64 lanes, and the matrix cores' own builtins.

#ifndef HIP_OPS_TD
#define HIP_OPS_TD

include "mlir/IR/OpBase.td"

def Hip_Dialect : Dialect {
  let name = "hip";
  let cppNamespace = "::xpiler::hip";
  let summary = "HIP: grids, blocks, threads, waves of 32 or 64 lanes, matrix fragments, mfma";
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
}

defvar SIMT_Dialect = Hip_Dialect;
defvar SIMT_MaskType = I64;

include "simt/SimtOps.td"
include "simt/SimtFragmentOps.td"

def Hip_MfmaOp : SIMT_Op<"mfma", [SIMT_Convergent, AllTypesMatch<["c", "result"]>]> {
  let summary = "__builtin_amdgcn_mfma_*: a * b + c over the registers of a 64-lane wave";
  let arguments = (ins StrAttr:$kind, AnyType:$a, AnyType:$b, AnyType:$c, DefaultValuedAttr<I32Attr, "0">:$cbsz,
                       DefaultValuedAttr<I32Attr, "0">:$abid, DefaultValuedAttr<I32Attr, "0">:$blgp);
  let results = (outs AnyType:$result);
  let assemblyFormat = [{
    `` `<` $kind `>` $a `,` $b `,` $c attr-dict `:` `(` type($a) `,` type($b) `,` type($c) `)` `->` type($result)
  }];
  let hasVerifier = 1;
}

#endif
