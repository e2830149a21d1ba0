// A main loop of sixteen lanes and a scalar tail.
func.func @add(%A: memref<?xf32>, %B: memref<?xf32>, %C: memref<?xf32>, %n32: i32) attributes {xpiler.kernel} {
  %n = arith.index_cast %n32 : i32 to index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c15 = arith.constant 15 : index
  %c16 = arith.constant 16 : index
  %stop = arith.subi %n, %c15 : index
  scf.for %i = %c0 to %stop step %c16 {
    %v = memref.alloca() : memref<16xf32>
    %w = memref.alloca() : memref<16xf32>
    scf.for %l = %c0 to %c16 step %c1 {
      %p = arith.addi %i, %l : index
      %x = memref.load %A[%p] : memref<?xf32>
      memref.store %x, %v[%l] : memref<16xf32>
    }
    scf.for %l = %c0 to %c16 step %c1 {
      %p = arith.addi %i, %l : index
      %x = memref.load %v[%l] : memref<16xf32>
      %y = memref.load %B[%p] : memref<?xf32>
      %z = arith.addf %x, %y : f32
      memref.store %z, %w[%l] : memref<16xf32>
    }
    scf.for %l = %c0 to %c16 step %c1 {
      %p = arith.addi %i, %l : index
      %z = memref.load %w[%l] : memref<16xf32>
      memref.store %z, %C[%p] : memref<?xf32>
    }
  }
  %trips0 = arith.ceildivsi %stop, %c16 : index
  %trips = arith.maxsi %trips0, %c0 : index
  %first = arith.muli %trips, %c16 : index
  scf.for %i = %first to %n step %c1 {
    %x = memref.load %A[%i] : memref<?xf32>
    %y = memref.load %B[%i] : memref<?xf32>
    %z = arith.addf %x, %y : f32
    memref.store %z, %C[%i] : memref<?xf32>
  }
  return
}
