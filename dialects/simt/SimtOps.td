// Indices, barriers, lane collectives, atomics, approximate math.

#ifndef SIMT_OPS_TD
#define SIMT_OPS_TD

include "simt/SimtBase.td"

class SIMT_IndexOp<string opMnemonic, string what> : SIMT_Op<opMnemonic, [Pure]> {
  let summary = what;
  let arguments = (ins SIMT_DimAttr:$dimension);
  let results = (outs I32:$result);
  let assemblyFormat = "`` $dimension attr-dict `:` type($result)";
}

def SIMT_ThreadIdOp : SIMT_IndexOp<"thread_id", "Index of the thread in its block">;
def SIMT_BlockIdOp : SIMT_IndexOp<"block_id", "Index of the block in the grid">;
def SIMT_BlockDimOp : SIMT_IndexOp<"block_dim", "Threads of a block">;
def SIMT_GridDimOp : SIMT_IndexOp<"grid_dim", "Blocks of the grid">;

def SIMT_WarpSizeOp : SIMT_Op<"warp_size", [Pure]> {
  let summary = "Lanes of a warp (wave)";
  let results = (outs I32:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
}

def SIMT_BarrierOp : SIMT_Op<"barrier", [SIMT_Fence]> {
  let summary = "Waits for the block's live threads and orders their memory accesses";
  let assemblyFormat = "attr-dict";
}

def SIMT_BarrierReduceOp : SIMT_Op<"barrier_reduce", [SIMT_Fence]> {
  let summary = "A barrier that also counts, ands or ors a predicate over the live threads";
  let arguments = (ins SIMT_BarrierKindAttr:$kind, AnyTypeOf<[I1, I32]>:$predicate);
  let results = (outs I32:$result);
  let assemblyFormat = "`` $kind $predicate attr-dict `:` type($predicate) `->` type($result)";
}

def SIMT_WarpBarrierOp : SIMT_Op<"warp_barrier", [SIMT_Fence]> {
  let summary = "Waits for the lanes of a mask and orders their memory accesses";
  let arguments = (ins SIMT_MaskType:$mask);
  let assemblyFormat = "$mask attr-dict `:` type($mask)";
}

def SIMT_ShuffleOp : SIMT_CheckedOp<"shuffle", "verifyShuffle", [SIMT_Convergent, AllTypesMatch<["value", "result"]>]> {
  let summary = "The value of another lane of the segment of `width` lanes";
  let arguments = (ins SIMT_ShuffleKindAttr:$kind, AnyType:$value, I32:$lane, I32:$width, Optional<SIMT_MaskType>:$mask);
  let results = (outs AnyType:$result);
  let assemblyFormat = "`` $kind $value `,` $lane `,` $width (`mask` $mask^)? attr-dict `:` type($value)";
}

def SIMT_VoteOp : SIMT_CheckedOp<"vote", "verifyVote", [SIMT_Convergent]> {
  let summary = "Any, all, or the bit mask of the lanes whose predicate holds";
  let arguments = (ins SIMT_VoteKindAttr:$kind, I1:$predicate, Optional<SIMT_MaskType>:$mask);
  let results = (outs AnyTypeOf<[I32, I64]>:$result);
  let assemblyFormat = "`` $kind $predicate (`mask` $mask^)? attr-dict `:` type($result)";
}

def SIMT_ActiveMaskOp : SIMT_Op<"active_mask", [SIMT_Convergent]> {
  let summary = "The lanes that execute this together";
  let results = (outs SIMT_MaskType:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
}

def SIMT_DynamicSharedOp : SIMT_CheckedOp<"dynamic_shared", "verifyDynamicShared", [Pure]> {
  let summary = "The block's shared memory whose size the launch gives";
  let results = (outs MemRefRankOf<[I8], [1]>:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
}

def SIMT_ApproxOp : SIMT_Op<"approx", [Pure, AllTypesMatch<["operand", "result"]>]> {
  let summary = "A function with the accuracy of the platform's fast builtin";
  let arguments = (ins SIMT_ApproxKindAttr:$kind, AnyFloat:$operand);
  let results = (outs AnyFloat:$result);
  let assemblyFormat = "`` $kind $operand attr-dict `:` type($result)";
}

def SIMT_ApproxBinaryOp : SIMT_Op<"approx_binary", [Pure, AllTypesMatch<["lhs", "rhs", "result"]>]> {
  let summary = "A function of two operands with the accuracy of the platform's fast builtin";
  let arguments = (ins SIMT_ApproxBinaryKindAttr:$kind, AnyFloat:$lhs, AnyFloat:$rhs);
  let results = (outs AnyFloat:$result);
  let assemblyFormat = "`` $kind $lhs `,` $rhs attr-dict `:` type($result)";
}

def SIMT_AtomicOp : SIMT_CheckedOp<"atomic", "verifyAtomic", [AllTypesMatch<["value", "result"]>]> {
  let summary = "Updates an element as one step; the result is the old value";
  let arguments = (ins SIMT_AtomicKindAttr:$kind, AnyType:$value, Arg<AnyMemRef, "", [MemRead, MemWrite]>:$base, Variadic<Index>:$indices);
  let results = (outs AnyType:$result);
  let assemblyFormat = "`` $kind $value `,` $base `[` $indices `]` attr-dict `:` type($value) `,` type($base)";
}

def SIMT_AtomicCasOp : SIMT_CheckedOp<"atomic_cas", "verifyAtomic", [AllTypesMatch<["expected", "value", "result"]>]> {
  let summary = "Stores a value where the element equals another; the result is the old value";
  let arguments = (ins AnyType:$expected, AnyType:$value, Arg<AnyMemRef, "", [MemRead, MemWrite]>:$base, Variadic<Index>:$indices);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$expected `,` $value `,` $base `[` $indices `]` attr-dict `:` type($value) `,` type($base)";
}

#endif
