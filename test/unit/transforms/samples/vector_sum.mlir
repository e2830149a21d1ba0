// A sum in sixteen lanes, folded at the end, and a scalar tail.
func.func @row_sum(%A: memref<?xf32>, %T: memref<?xf32>, %rows32: i32, %cols32: i32) attributes {xpiler.kernel} {
  %rows = arith.index_cast %rows32 : i32 to index
  %n = arith.index_cast %cols32 : i32 to index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c15 = arith.constant 15 : index
  %c16 = arith.constant 16 : index
  %z = arith.constant 0.0 : f32
  scf.forall (%r) in (%rows) {
    %acc = memref.alloca() : memref<16xf32>
    %base = arith.muli %r, %n : index
    scf.for %l = %c0 to %c16 step %c1 {
      memref.store %z, %acc[%l] : memref<16xf32>
    }
    %stop = arith.subi %n, %c15 : index
    scf.for %i = %c0 to %stop step %c16 {
      scf.for %l = %c0 to %c16 step %c1 {
        %p0 = arith.addi %i, %l : index
        %p = arith.addi %base, %p0 : index
        %x = memref.load %A[%p] : memref<?xf32>
        %s = memref.load %acc[%l] : memref<16xf32>
        %y = arith.addf %s, %x : f32
        memref.store %y, %acc[%l] : memref<16xf32>
      }
    }
    %sum = scf.for %l = %c0 to %c16 step %c1 iter_args(%s = %z) -> f32 {
      %x = memref.load %acc[%l] : memref<16xf32>
      %y = arith.addf %s, %x : f32
      scf.yield %y : f32
    }
    %trips0 = arith.ceildivsi %stop, %c16 : index
    %trips = arith.maxsi %trips0, %c0 : index
    %first = arith.muli %trips, %c16 : index
    %total = scf.for %i = %first to %n step %c1 iter_args(%s = %sum) -> f32 {
      %p = arith.addi %base, %i : index
      %x = memref.load %A[%p] : memref<?xf32>
      %y = arith.addf %s, %x : f32
      scf.yield %y : f32
    }
    memref.store %total, %T[%r] : memref<?xf32>
  }
  return
}
