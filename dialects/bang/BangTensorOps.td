// Pooling, layout, matrix product and convolution.

#ifndef BANG_TENSOR_OPS_TD
#define BANG_TENSOR_OPS_TD

include "bang/BangAttrs.td"

def Bang_PoolOp : Bang_CheckedOp<"pool", "verifyPool"> {
  let summary = "Pools an HWC image without padding; note the order of the strides";
  let arguments = (ins Bang_PoolKindAttr:$kind, Bang_Out<>:$dst, Bang_In<>:$src, I32:$channels, I32:$height, I32:$width,
                       I32:$kernel_h, I32:$kernel_w, I32:$stride_w, I32:$stride_h);
  let assemblyFormat = [{
    `` $kind $dst `,` $src `,` $channels `,` $height `,` $width `,` $kernel_h `,` $kernel_w `,` $stride_w `,` $stride_h attr-dict
    `:` type($dst) `,` type($src)
  }];
}

def Bang_TransposeOp : Bang_CheckedOp<"transpose", "verifySameType"> {
  let summary = "dst[w][h] = src[h][w]";
  let arguments = (ins Bang_Out<>:$dst, Bang_In<>:$src, I32:$height, I32:$width);
  let assemblyFormat = "$dst `,` $src `,` $height `,` $width attr-dict `:` type($dst) `,` type($src)";
}

def Bang_PadOp : Bang_CheckedOp<"pad", "verifyPad"> {
  let summary = "Adds a border to an HWC image";
  let arguments = (ins Bang_Out<>:$dst, Bang_In<>:$src, I32:$channels, I32:$height, I32:$width, I32:$top, I32:$bottom,
                       I32:$left, I32:$right, AnyType:$value);
  let assemblyFormat = [{
    $dst `,` $src `,` $channels `,` $height `,` $width `,` $top `,` $bottom `,` $left `,` $right `,` $value attr-dict
    `:` type($dst) `,` type($src) `,` type($value)
  }];
}

def Bang_MatmulOp : Bang_CheckedOp<"matmul", "verifyMatmul"> {
  let summary = "dst[m][n] = sum over k of a[m][k] * b; b in WRAM is [n][k] (`nk`) or [k][n] (`kn`)";
  let arguments = (ins Bang_Out<>:$dst, Bang_In<>:$a, Bang_In<>:$b, I32:$m, I32:$k, I32:$n, Optional<I32>:$fix_position,
                       DefaultValuedAttr<Bang_FilterLayoutAttr, "::xpiler::bang::FilterLayout::Nk">:$layout);
  let assemblyFormat = [{
    $dst `,` $a `,` $b `,` $m `,` $k `,` $n (`fix_position` $fix_position^)? (`layout` $layout^)? attr-dict
    `:` type($dst) `,` type($a) `,` type($b)
  }];
}

def Bang_MlpOp : Bang_CheckedOp<"mlp", "verifyMlp", [AttrSizedOperandSegments]> {
  let summary = "dst[h] = sum over w of filter[h][w] * src[w] (+ bias[h])";
  let arguments = (ins Bang_Out<>:$dst, Bang_In<>:$src, Arg<Optional<Bang_Buffer>, "", [MemRead]>:$bias, Bang_In<>:$filter, I32:$height, I32:$width,
                       Optional<I32>:$fix_position,
                       DefaultValuedAttr<Bang_FilterLayoutAttr, "::xpiler::bang::FilterLayout::Nk">:$layout);
  let assemblyFormat = [{
    $dst `,` $src `,` $filter `,` $height `,` $width (`bias` $bias^ `:` type($bias))? (`fix_position` $fix_position^)?
    (`layout` $layout^)? attr-dict `:` type($dst) `,` type($src) `,` type($filter)
  }];
}

def Bang_ConvOp : Bang_CheckedOp<"conv", "verifyConv", [AttrSizedOperandSegments]> {
  let summary = "dst[ho][wo][co] = sum of src[ho*sh+kh*dh][wo*sw+kw*dw][ci] * kernel[co][kh][kw][ci] (+ bias[co])";
  let arguments = (ins Bang_Out<>:$dst, Bang_In<>:$src, Bang_In<>:$kernel, Arg<Optional<Bang_Buffer>, "", [MemRead]>:$bias, I32:$channels_in,
                       I32:$height, I32:$width, I32:$kernel_h, I32:$kernel_w, I32:$stride_w, I32:$stride_h, I32:$channels_out,
                       Optional<I32>:$fix_position, Optional<I32>:$dilation_w, Optional<I32>:$dilation_h);
  let assemblyFormat = [{
    $dst `,` $src `,` $kernel `,` $channels_in `,` $height `,` $width `,` $kernel_h `,` $kernel_w `,` $stride_w `,` $stride_h `,`
    $channels_out (`bias` $bias^ `:` type($bias))? (`fix_position` $fix_position^)?
    (`dilation` $dilation_w^ `,` $dilation_h)? attr-dict `:` type($dst) `,` type($src) `,` type($kernel)
  }];
}

#endif
