// Indices, copies, fills, atomics, syncs.

#ifndef BANG_MEMORY_OPS_TD
#define BANG_MEMORY_OPS_TD

include "bang/BangAttrs.td"

def Bang_IndexOp : Bang_Op<"index", [Pure]> {
  let summary = "taskId, coreDim, clusterId and their kin";
  let arguments = (ins Bang_IndexKindAttr:$kind);
  let results = (outs I32:$result);
  let assemblyFormat = "`` $kind attr-dict `:` type($result)";
}

def Bang_IsMemoryCoreOp : Bang_Op<"is_memory_core", [Pure]> {
  let summary = "Whether this is the cluster's memory core (MPU)";
  let results = (outs I1:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
}

def Bang_MemcpyOp : Bang_CheckedOp<"memcpy", "verifyCopy"> {
  let summary = "Copies bytes; `async` is unordered until the sync of its queue";
  let arguments = (ins Bang_Out<>:$dst, Bang_In<>:$src, I32:$bytes, Optional<I32>:$cluster, Bang_DirectionAttr:$direction, UnitAttr:$async);
  let assemblyFormat = [{
    $dst `,` $src `,` $bytes (`to_cluster` $cluster^)? $direction (`async` $async^)? attr-dict `:` type($dst) `,` type($src)
  }];
}

def Bang_Memcpy2dOp : Bang_CheckedOp<"memcpy_2d", "verifyCopy"> {
  let summary = "Copies `segnum + 1` segments of `bytes` bytes; strides in bytes";
  let arguments = (ins Bang_Out<>:$dst, Bang_In<>:$src, I32:$bytes, I32:$dst_stride, I32:$src_stride, I32:$segnum,
                       Bang_DirectionAttr:$direction, UnitAttr:$async);
  let assemblyFormat = [{
    $dst `,` $src `,` $bytes `,` $dst_stride `,` $src_stride `,` $segnum $direction (`async` $async^)? attr-dict
    `:` type($dst) `,` type($src)
  }];
}

def Bang_Memcpy3dOp : Bang_CheckedOp<"memcpy_3d", "verifyCopy"> {
  let summary = "The 12-argument copy: two strides and two segment counts (minus one) a side";
  let arguments = (ins Bang_Out<>:$dst, Bang_In<>:$src, I32:$bytes,
                       I32:$dst_stride0, I32:$dst_segnum1, I32:$dst_stride1, I32:$dst_segnum2,
                       I32:$src_stride0, I32:$src_segnum1, I32:$src_stride1, I32:$src_segnum2,
                       Bang_DirectionAttr:$direction, UnitAttr:$async);
  let assemblyFormat = [{
    $dst `,` $src `,` $bytes `,` $dst_stride0 `,` $dst_segnum1 `,` $dst_stride1 `,` $dst_segnum2 `,`
    $src_stride0 `,` $src_segnum1 `,` $src_stride1 `,` $src_segnum2 $direction (`async` $async^)? attr-dict
    `:` type($dst) `,` type($src)
  }];
}

def Bang_MoveOp : Bang_CheckedOp<"move", "verifyMove"> {
  let summary = "__bang_move: NRAM to NRAM in the compute queue; may overlap";
  let arguments = (ins Bang_Out<>:$dst, Bang_In<>:$src, I32:$bytes);
  let assemblyFormat = "$dst `,` $src `,` $bytes attr-dict `:` type($dst) `,` type($src)";
}

def Bang_Move2dOp : Bang_CheckedOp<"move_2d", "verifyMove"> {
  let summary = "__bang_move of `segnum + 1` segments";
  let arguments = (ins Bang_Out<>:$dst, Bang_In<>:$src, I32:$bytes, I32:$dst_stride, I32:$src_stride, I32:$segnum);
  let assemblyFormat = "$dst `,` $src `,` $bytes `,` $dst_stride `,` $src_stride `,` $segnum attr-dict `:` type($dst) `,` type($src)";
}

def Bang_FillOp : Bang_CheckedOp<"fill", "verifyFill"> {
  let summary = "Writes a value to `n` elements";
  let arguments = (ins Bang_Out<>:$dst, AnyType:$value, I32:$n);
  let assemblyFormat = "$dst `,` $value `,` $n attr-dict `:` type($dst) `,` type($value)";
}

def Bang_Fill2dOp : Bang_CheckedOp<"fill_2d", "verifyFill"> {
  let summary = "Writes a value to `n` elements of each of `segnum + 1` segments, `dst_stride` bytes apart";
  let arguments = (ins Bang_Out<>:$dst, AnyType:$value, I32:$n, I32:$dst_stride, I32:$segnum);
  let assemblyFormat = "$dst `,` $value `,` $n `,` $dst_stride `,` $segnum attr-dict `:` type($dst) `,` type($value)";
}

def Bang_AtomicOp : Bang_CheckedOp<"atomic", "verifyAtomic"> {
  let summary = "Updates `n` elements of GDRAM one step each; the old values go to `dst`";
  let arguments = (ins Bang_AtomicKindAttr:$kind, Bang_Out<>:$dst, Bang_InOut<>:$target, AnyType:$value, I32:$n);
  let assemblyFormat = "`` $kind $dst `,` $target `,` $value `,` $n attr-dict `:` type($dst) `,` type($target) `,` type($value)";
}

def Bang_AtomicReduceOp : Bang_CheckedOp<"atomic_reduce", "verifyAtomicReduce"> {
  let summary = "Updates `n` elements of GDRAM one step each; the old values are dropped";
  let arguments = (ins Bang_AtomicKindAttr:$kind, Bang_InOut<>:$target, AnyType:$value, I32:$n);
  let assemblyFormat = "`` $kind $target `,` $value `,` $n attr-dict `:` type($target) `,` type($value)";
}

def Bang_SyncOp : Bang_Op<"sync", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Waits for a queue of this core";
  let arguments = (ins Bang_SyncKindAttr:$kind);
  let assemblyFormat = "`` $kind attr-dict";
}

def Bang_BarrierOp : Bang_Op<"barrier", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Waits for the cores of a cluster or of the whole union";
  let arguments = (ins Bang_BarrierKindAttr:$kind);
  let assemblyFormat = "`` $kind attr-dict";
}

#endif
