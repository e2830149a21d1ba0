// 4 tasks, each a pipeline over its tiles of 64: step i stores tile i - 2, adds tile i - 1 and loads tile i, in halves of buffers.
func.func @add(%A: memref<?xf32>, %B: memref<?xf32>, %C: memref<?xf32>, %n32: i32) attributes {xpiler.kernel} {
  %n = arith.index_cast %n32 : i32 to index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %c64 = arith.constant 64 : index
  %tiles = arith.ceildivsi %n, %c64 : index
  scf.forall (%task) in (4) {
    %a = memref.alloca() : memref<2x64xf32>
    %b = memref.alloca() : memref<128xf32>
    %c = memref.alloca() : memref<2x64xf32>
    %any = arith.cmpi slt, %task, %tiles : index
    %mine = scf.if %any -> (i32) {
      %last = arith.subi %tiles, %c1 : index
      %rest = arith.subi %last, %task : index
      %rounds = arith.floordivsi %rest, %c4 : index
      %count = arith.addi %rounds, %c1 : index
      %narrow = arith.index_cast %count : index to i32
      scf.yield %narrow : i32
    } else {
      %none = arith.constant 0 : i32
      scf.yield %none : i32
    }
    %count = arith.index_cast %mine : i32 to index
    %steps = arith.addi %count, %c2 : index
    scf.for %i = %c0 to %steps step %c1 {
      STAGES
    }
  }
  return
}
