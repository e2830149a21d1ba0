// Element-wise builtins and reductions on NRAM buffers.

#ifndef BANG_VECTOR_OPS_TD
#define BANG_VECTOR_OPS_TD

include "bang/BangAttrs.td"

def Bang_UnaryOp : Bang_CheckedOp<"unary", "verifyUnary"> {
  let summary = "dst[i] = f(src[i])";
  let arguments = (ins Bang_UnaryKindAttr:$kind, Bang_Out<>:$dst, Bang_In<>:$src, I32:$n);
  let assemblyFormat = "`` $kind $dst `,` $src `,` $n attr-dict `:` type($dst) `,` type($src)";
}

def Bang_BinaryOp : Bang_CheckedOp<"binary", "verifySameType"> {
  let summary = "dst[i] = a[i] op b[i]";
  let arguments = (ins Bang_BinaryKindAttr:$kind, Bang_Out<>:$dst, Bang_In<>:$a, Bang_In<>:$b, I32:$n);
  let assemblyFormat = "`` $kind $dst `,` $a `,` $b `,` $n attr-dict `:` type($dst) `,` type($a) `,` type($b)";
}

def Bang_BinaryScalarOp : Bang_CheckedOp<"binary_scalar", "verifyScalar"> {
  let summary = "dst[i] = a[i] op s";
  let arguments = (ins Bang_BinaryKindAttr:$kind, Bang_Out<>:$dst, Bang_In<>:$a, AnyType:$scalar, I32:$n);
  let assemblyFormat = "`` $kind $dst `,` $a `,` $scalar `,` $n attr-dict `:` type($dst) `,` type($a) `,` type($scalar)";
}

def Bang_CycleOp : Bang_CheckedOp<"cycle", "verifyCycle"> {
  let summary = "dst[i] = src[i] op seg[i % seg_n]";
  let arguments = (ins Bang_BinaryKindAttr:$kind, Bang_Out<>:$dst, Bang_In<>:$src, Bang_In<>:$seg, I32:$n, I32:$seg_n);
  let assemblyFormat = "`` $kind $dst `,` $src `,` $seg `,` $n `,` $seg_n attr-dict `:` type($dst) `,` type($src) `,` type($seg)";
}

def Bang_FusionOp : Bang_CheckedOp<"fusion", "verifyFusion"> {
  let summary = "Two operations in one: fma is a * b + c; b and c are buffers of `seg_n` elements (cycled) or scalars";
  let arguments = (ins Bang_FusionKindAttr:$kind, Bang_Out<>:$dst, Bang_In<>:$a, Arg<AnyType, "", [MemRead]>:$b,
                       Arg<AnyType, "", [MemRead]>:$c, I32:$n, Optional<I32>:$seg_n);
  let assemblyFormat = [{
    `` $kind $dst `,` $a `,` $b `,` $c `,` $n (`,` $seg_n^)? attr-dict `:` type($dst) `,` type($a) `,` type($b) `,` type($c)
  }];
}

def Bang_ReduceSumOp : Bang_CheckedOp<"reduce_sum", "verifySameType"> {
  let summary = "The first element of each 128-byte block of dst is the sum of that block of src";
  let arguments = (ins Bang_InOut<>:$dst, Bang_In<>:$src, I32:$n);
  let assemblyFormat = "$dst `,` $src `,` $n attr-dict `:` type($dst) `,` type($src)";
}

def Bang_SumOp : Bang_CheckedOp<"sum", "verifySum"> {
  let summary = "The sum of `n` elements";
  let arguments = (ins Bang_In<>:$src, I32:$n);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$src `,` $n attr-dict `:` type($src) `->` type($result)";
}

def Bang_ArgOp : Bang_CheckedOp<"arg", "verifySameType"> {
  let summary = "dst[0] = the extreme; the first index of it follows as a 32-bit integer";
  let arguments = (ins Bang_ArgKindAttr:$kind, Bang_InOut<>:$dst, Bang_In<>:$src, I32:$n);
  let assemblyFormat = "`` $kind $dst `,` $src `,` $n attr-dict `:` type($dst) `,` type($src)";
}

def Bang_CountOp : Bang_CheckedOp<"count", "verifySource"> {
  let summary = "How many of `n` elements are not zero";
  let arguments = (ins Bang_In<>:$src, I32:$n);
  let results = (outs I32:$result);
  let assemblyFormat = "$src `,` $n attr-dict `:` type($src) `->` type($result)";
}

def Bang_ConvertOp : Bang_CheckedOp<"convert", "verifyConvert"> {
  let summary = "Changes the element type; integers mean value * 2^fix_position";
  let arguments = (ins Bang_RoundingAttr:$kind, Bang_Out<>:$dst, Bang_In<>:$src, I32:$n, Optional<I32>:$fix_position);
  let assemblyFormat = [{
    `` $kind $dst `,` $src `,` $n (`fix_position` $fix_position^)? attr-dict `:` type($dst) `,` type($src)
  }];
}

def Bang_SelectOp : Bang_CheckedOp<"select", "verifyMasked"> {
  let summary = "Packs the elements of src whose mask element is not zero (old spelling: `collect`)";
  let arguments = (ins Bang_InOut<>:$dst, Bang_In<>:$src, Bang_In<>:$mask, I32:$n);
  let assemblyFormat = "$dst `,` $src `,` $mask `,` $n attr-dict `:` type($dst) `,` type($src) `,` type($mask)";
}

def Bang_FilterOp : Bang_CheckedOp<"filter", "verifyMasked"> {
  let summary = "Packs the elements of src whose mask element is not zero, and counts them";
  let arguments = (ins Bang_InOut<>:$dst, Bang_In<>:$src, Bang_In<>:$mask, I32:$n);
  let results = (outs I32:$result);
  let assemblyFormat = "$dst `,` $src `,` $mask `,` $n attr-dict `:` type($dst) `,` type($src) `,` type($mask) `->` type($result)";
}

def Bang_MaskmoveOp : Bang_CheckedOp<"maskmove", "verifyMove"> {
  let summary = "Copies the bytes whose mask bit is set";
  let arguments = (ins Bang_InOut<>:$dst, Bang_In<>:$src, Bang_In<>:$mask, I32:$bytes);
  let assemblyFormat = "$dst `,` $src `,` $mask `,` $bytes attr-dict `:` type($dst) `,` type($src) `,` type($mask)";
}

def Bang_LutOp : Bang_CheckedOp<"lut", "verifyLut"> {
  let summary = "dst[i] = table[index[i]]; an index past the table leaves dst as it was";
  let arguments = (ins Bang_InOut<>:$dst, Bang_In<>:$index, Bang_In<>:$table, I32:$n, I32:$table_n);
  let assemblyFormat = "$dst `,` $index `,` $table `,` $n `,` $table_n attr-dict `:` type($dst) `,` type($index) `,` type($table)";
}

#endif
