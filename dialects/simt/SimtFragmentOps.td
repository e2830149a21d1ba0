// Matrix fragments of a warp (nvcuda::wmma, rocwmma).

#ifndef SIMT_FRAGMENT_OPS_TD
#define SIMT_FRAGMENT_OPS_TD

include "simt/SimtBase.td"

def SIMT_FragmentFillOp : SIMT_CheckedOp<"fragment_fill", "verifyFragmentFill", [SIMT_Convergent]> {
  let summary = "A fragment all of whose elements are one value";
  let arguments = (ins AnyType:$value);
  let results = (outs SIMT_FragmentType:$result);
  let assemblyFormat = "$value attr-dict `:` type($value) `->` type($result)";
}

def SIMT_FragmentLoadOp : SIMT_CheckedOp<"fragment_load", "verifyFragmentLoad"> {
  let summary = "Loads a matrix whose rows (columns) are `ld` elements apart";
  let arguments = (ins Arg<AnyMemRef, "", [MemRead]>:$base, Variadic<Index>:$indices, I32:$ld, OptionalAttr<SIMT_LayoutAttr>:$layout);
  let results = (outs SIMT_FragmentType:$result);
  let assemblyFormat = "$base `[` $indices `]` `,` $ld (`layout` $layout^)? attr-dict `:` type($base) `->` type($result)";
}

def SIMT_FragmentStoreOp : SIMT_CheckedOp<"fragment_store", "verifyFragmentStore"> {
  let summary = "Stores an accumulator as a matrix whose rows (columns) are `ld` elements apart";
  let arguments = (ins SIMT_FragmentType:$fragment, Arg<AnyMemRef, "", [MemWrite]>:$base, Variadic<Index>:$indices, I32:$ld,
                       SIMT_LayoutAttr:$layout);
  let assemblyFormat = "$fragment `,` $base `[` $indices `]` `,` $ld $layout attr-dict `:` type($fragment) `,` type($base)";
}

def SIMT_FragmentMmaOp : SIMT_CheckedOp<"fragment_mma", "verifyFragmentMma", [SIMT_Convergent, AllTypesMatch<["c", "result"]>]> {
  let summary = "a * b + c on fragments";
  let arguments = (ins SIMT_FragmentType:$a, SIMT_FragmentType:$b, SIMT_FragmentType:$c);
  let results = (outs SIMT_FragmentType:$result);
  let assemblyFormat = "$a `,` $b `,` $c attr-dict `:` type($a) `,` type($b) `,` type($c)";
}

def SIMT_FragmentGetOp : SIMT_CheckedOp<"fragment_get", "verifyFragmentElement", [Pure]> {
  let summary = "An element this lane holds";
  let arguments = (ins SIMT_FragmentType:$fragment, Index:$index);
  let results = (outs AnyType:$value);
  let assemblyFormat = "$fragment `[` $index `]` attr-dict `:` type($fragment) `->` type($value)";
}

def SIMT_FragmentSetOp : SIMT_CheckedOp<"fragment_set", "verifyFragmentElement", [Pure, AllTypesMatch<["fragment", "result"]>]> {
  let summary = "The fragment with one of this lane's elements replaced";
  let arguments = (ins AnyType:$value, SIMT_FragmentType:$fragment, Index:$index);
  let results = (outs SIMT_FragmentType:$result);
  let assemblyFormat = "$value `,` $fragment `[` $index `]` attr-dict `:` type($value) `,` type($fragment)";
}

def SIMT_FragmentSizeOp : SIMT_Op<"fragment_size", [Pure]> {
  let summary = "How many elements this lane holds (`num_elements`)";
  let arguments = (ins TypeAttr:$fragment);
  let results = (outs I32:$result);
  let assemblyFormat = "$fragment attr-dict `:` type($result)";
  let hasVerifier = 1;
  let extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::verify() {
      if (!::mlir::isa<FragmentType>(getFragment())) // fragment_size_c1
        return emitOpError("expected a fragment type, got ") << getFragment();
      return ::mlir::success();
    }
  }];
}

#endif
