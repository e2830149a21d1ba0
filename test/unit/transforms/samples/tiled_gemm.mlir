func.func @gemm(%A: memref<?xf32>, %B: memref<?xf32>, %C: memref<?xf32>, %M32: i32, %N32: i32, %K32: i32) attributes {xpiler.kernel} {
  %M = arith.index_cast %M32 : i32 to index
  %N = arith.index_cast %N32 : i32 to index
  %K = arith.index_cast %K32 : i32 to index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %z = arith.constant 0.0 : f32
  %gx = arith.ceildivsi %N, %c16 : index
  %gy = arith.ceildivsi %M, %c16 : index
  %gk = arith.ceildivsi %K, %c16 : index
  scf.forall (%bx, %by) in (%gx, %gy) {
    %As = memref.alloca() : memref<16x16xf32>
    %Bs = memref.alloca() : memref<16x16xf32>
    %acc = memref.alloca() : memref<16x16xf32>
    scf.forall (%tx, %ty) in (16, 16) {
      memref.store %z, %acc[%tx, %ty] : memref<16x16xf32>
    }
    scf.for %k0 = %c0 to %gk step %c1 {
      scf.forall (%tx, %ty) in (16, 16) {
        %r0 = arith.muli %by, %c16 : index
        %row = arith.addi %r0, %ty : index
        %q0 = arith.muli %bx, %c16 : index
        %col = arith.addi %q0, %tx : index
        %k1 = arith.muli %k0, %c16 : index
        %ka = arith.addi %k1, %tx : index
        %kb = arith.addi %k1, %ty : index
        %g1 = arith.cmpi slt, %row, %M : index
        %g2 = arith.cmpi slt, %ka, %K : index
        %g = arith.andi %g1, %g2 : i1
        %a = scf.if %g -> f32 {
          %o = arith.muli %row, %K : index
          %p = arith.addi %o, %ka : index
          %v = memref.load %A[%p] : memref<?xf32>
          scf.yield %v : f32
        } else { scf.yield %z : f32 }
        memref.store %a, %As[%ty, %tx] : memref<16x16xf32>
        %h1 = arith.cmpi slt, %kb, %K : index
        %h2 = arith.cmpi slt, %col, %N : index
        %h = arith.andi %h1, %h2 : i1
        %b = scf.if %h -> f32 {
          %o = arith.muli %kb, %N : index
          %p = arith.addi %o, %col : index
          %v = memref.load %B[%p] : memref<?xf32>
          scf.yield %v : f32
        } else { scf.yield %z : f32 }
        memref.store %b, %Bs[%ty, %tx] : memref<16x16xf32>
      }
      scf.forall (%tx, %ty) in (16, 16) {
        %s0 = memref.load %acc[%tx, %ty] : memref<16x16xf32>
        %s = scf.for %kk = %c0 to %c16 step %c1 iter_args(%r = %s0) -> f32 {
          %a = memref.load %As[%ty, %kk] : memref<16x16xf32>
          %b = memref.load %Bs[%kk, %tx] : memref<16x16xf32>
          %m = arith.mulf %a, %b : f32
          %t = arith.addf %r, %m : f32
          scf.yield %t : f32
        }
        memref.store %s, %acc[%tx, %ty] : memref<16x16xf32>
      }
    }
    scf.forall (%tx, %ty) in (16, 16) {
        %r0 = arith.muli %by, %c16 : index
        %row = arith.addi %r0, %ty : index
        %q0 = arith.muli %bx, %c16 : index
        %col = arith.addi %q0, %tx : index
        %g1 = arith.cmpi slt, %row, %M : index
        %g2 = arith.cmpi slt, %col, %N : index
        %g = arith.andi %g1, %g2 : i1
        scf.if %g {
          %o = arith.muli %row, %N : index
          %p = arith.addi %o, %col : index
          %s = memref.load %acc[%tx, %ty] : memref<16x16xf32>
          memref.store %s, %C[%p] : memref<?xf32>
        }
    }
  }
  return
}
