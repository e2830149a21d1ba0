func.func @add(%A: memref<?xf32>, %B: memref<?xf32>, %C: memref<?xf32>, %n32: i32) attributes {xpiler.kernel} {
  %n = arith.index_cast %n32 : i32 to index
  %c256 = arith.constant 256 : index
  %g = arith.ceildivsi %n, %c256 : index
  scf.forall (%b, %t) in (%g, 256) {
    %0 = arith.muli %b, %c256 : index
    %i = arith.addi %0, %t : index
    %q = arith.divui %i, %c256 : index
    %r = arith.remui %i, %c256 : index
    %i0 = arith.muli %q, %c256 : index
    %i1 = arith.addi %i0, %r : index
    %k = arith.cmpi slt, %i1, %n : index
    scf.if %k {
      %x = memref.load %A[%i1] : memref<?xf32>
      %y = memref.load %B[%i] : memref<?xf32>
      %z = arith.addf %x, %y : f32
      memref.store %z, %C[%i] : memref<?xf32>
    }
  }
  return
}
