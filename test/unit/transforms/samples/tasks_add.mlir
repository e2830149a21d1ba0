// 16 tasks over tiles of 64, each a copy in, an addition in scratch memory and a copy out; the last tile is short.
func.func @add(%A: memref<?xf32>, %B: memref<?xf32>, %C: memref<?xf32>, %n32: i32) attributes {xpiler.kernel} {
  %n = arith.index_cast %n32 : i32 to index
  %c64 = arith.constant 64 : index
  %c1024 = arith.constant 1024 : index
  %a = memref.alloca() : memref<64xf32>
  %b = memref.alloca() : memref<64xf32>
  %c = memref.alloca() : memref<64xf32>
  scf.forall (%task) in (16) {
    %a0 = memref.alloca() : memref<64xf32>
    %b0 = memref.alloca() : memref<64xf32>
    %start = arith.muli %task, %c64 : index
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    scf.for %i = %start to %n step %c1024 {
      %left = arith.subi %n, %i : index
      %len = arith.minsi %left, %c64 : index
      scf.for %k = %c0 to %len step %c1 {
        %p = arith.addi %i, %k : index
        %x = memref.load %A[%p] : memref<?xf32>
        memref.store %x, %a0[%k] : memref<64xf32>
      }
      scf.for %k = %c0 to %len step %c1 {
        %p = arith.addi %i, %k : index
        %x = memref.load %B[%p] : memref<?xf32>
        memref.store %x, %b0[%k] : memref<64xf32>
      }
      scf.for %k = %c0 to %len step %c1 {
        %x = memref.load %a0[%k] : memref<64xf32>
        %y = memref.load %b0[%k] : memref<64xf32>
        %z = arith.addf %x, %y : f32
        memref.store %z, %a0[%k] : memref<64xf32>
      }
      scf.for %k = %c0 to %len step %c1 {
        %p = arith.addi %i, %k : index
        %x = memref.load %a0[%k] : memref<64xf32>
        memref.store %x, %C[%p] : memref<?xf32>
      }
    }
  }
  return
}
