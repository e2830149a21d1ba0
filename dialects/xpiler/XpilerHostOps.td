// The host side: device memory, copies, launches.

#ifndef XPILER_HOST_OPS_TD
#define XPILER_HOST_OPS_TD

include "xpiler/XpilerOps.td"

def Xpiler_AllocOp : Xpiler_Op<"alloc", [MemoryEffects<[MemWrite<Xpiler_Device>]>]> {
  let summary = "Allocates device memory, counted in elements";
  let arguments = (ins Index:$elements);
  let results = (outs Res<MemRefRankOf<[AnyType], [1]>, "", [MemAlloc]>:$result);
  let assemblyFormat = "$elements attr-dict `:` type($result)";
}

def Xpiler_FreeOp : Xpiler_Op<"free", [MemoryEffects<[MemWrite<Xpiler_Device>]>]> {
  let summary = "Frees device memory";
  let arguments = (ins Arg<AnyMemRef, "", [MemFree]>:$buffer);
  let assemblyFormat = "$buffer attr-dict `:` type($buffer)";
}

def Xpiler_CopyOp : Xpiler_Op<"copy", [MemoryEffects<[MemWrite<Xpiler_Device>]>]> {
  let summary = "Copies elements between host and device memory";
  let arguments = (ins Arg<AnyMemRef, "", [MemRead]>:$source, Arg<AnyMemRef, "", [MemWrite]>:$target,
                       Index:$elements, Xpiler_CopyKindAttr:$kind, Optional<Xpiler_StreamType>:$stream);
  let assemblyFormat = "$source `to` $target `,` $elements $kind (`on` $stream^)? attr-dict `:` type($source) `to` type($target)";
  let hasVerifier = 1;
}

def Xpiler_MemsetOp : Xpiler_Op<"memset", [MemoryEffects<[MemWrite<Xpiler_Device>]>]> {
  let summary = "Sets every byte of a number of elements of device memory";
  let arguments = (ins Arg<AnyMemRef, "", [MemWrite]>:$buffer, I32:$value, Index:$elements, Optional<Xpiler_StreamType>:$stream);
  let assemblyFormat = "$buffer `,` $value `,` $elements (`on` $stream^)? attr-dict `:` type($buffer)";
}

def Xpiler_LaunchOp : Xpiler_Op<"launch", [AttrSizedOperandSegments, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Launches a kernel over a grid of blocks (SIMT) or over tasks (BANG)";
  let arguments = (ins FlatSymbolRefAttr:$kernel, Variadic<I32>:$grid, Variadic<I32>:$block, Variadic<I32>:$tasks,
                       OptionalAttr<Xpiler_TaskKindAttr>:$task_kind, Optional<I32>:$shared,
                       Optional<Xpiler_StreamType>:$stream, Variadic<AnyType>:$args);
  let assemblyFormat = [{
    $kernel (`grid` `(` $grid^ `)` `block` `(` $block `)`)? (`tasks` `(` $tasks^ `)` $task_kind)?
    (`shared` `(` $shared^ `)`)? (`on` $stream^)? `args` `(` ($args^ `:` type($args))? `)` attr-dict
  }];
  let hasVerifier = 1;
}

def Xpiler_CallOp : Xpiler_Op<"call", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Runs a whole kernel: a plain call on vnni, one whole launch in the shared form";
  let arguments = (ins FlatSymbolRefAttr:$kernel, Variadic<AnyType>:$args);
  let assemblyFormat = "$kernel `args` `(` ($args^ `:` type($args))? `)` attr-dict";
}

#endif
