// Each thread takes a pair, written out, or what is left of one.
func.func @add(%A: memref<?xf32>, %B: memref<?xf32>, %T: memref<?xf32>, %n32: i32) attributes {xpiler.kernel} {
  %n = arith.index_cast %n32 : i32 to index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c256 = arith.constant 256 : index
  %c512 = arith.constant 512 : index
  %blocks = arith.ceildivsi %n, %c512 : index
  scf.forall (%b, %t) in (%blocks, 256) {
    %0 = arith.muli %b, %c256 : index
    %1 = arith.addi %0, %t : index
    %i0 = arith.muli %1, %c2 : index
    %i1 = arith.addi %i0, %c1 : index
    %whole = arith.cmpi slt, %i1, %n : index
    scf.if %whole {
      %a0 = memref.load %A[%i0] : memref<?xf32>
      %a1 = memref.load %A[%i1] : memref<?xf32>
      %b0 = memref.load %B[%i0] : memref<?xf32>
      %b1 = memref.load %B[%i1] : memref<?xf32>
      %s0 = arith.addf %a0, %b0 : f32
      %s1 = arith.addf %a1, %b1 : f32
      memref.store %s0, %T[%i0] : memref<?xf32>
      memref.store %s1, %T[%i1] : memref<?xf32>
    } else {
      scf.for %i = %i0 to %n step %c1 {
        %x = memref.load %A[%i] : memref<?xf32>
        %y = memref.load %B[%i] : memref<?xf32>
        %z = arith.addf %x, %y : f32
        memref.store %z, %T[%i] : memref<?xf32>
      }
    }
  }
  return
}
