func.func @softmax(%A: memref<?xf32>, %T: memref<?xf32>, %rows32: i32, %cols32: i32) attributes {xpiler.kernel} {
  %rows = arith.index_cast %rows32 : i32 to index
  %n = arith.index_cast %cols32 : i32 to index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c32 = arith.constant 32 : index
  %c128 = arith.constant 128 : index
  %low = arith.constant -3.40282347E+38 : f32
  %z = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  scf.forall (%b) in (%rows) {
    %partial = memref.alloca() : memref<4xf32>
    %v0 = memref.alloca() : memref<128xf32>
    %ex = memref.alloca() : memref<128xf32>
    %off = arith.muli %b, %n : index
    scf.forall (%t) in (128) {
      %p = scf.for %c = %t to %n step %c128 iter_args(%m = %low) -> f32 {
        %i = arith.addi %off, %c : index
        %x = memref.load %A[%i] : memref<?xf32>
        %y = arith.maximumf %m, %x : f32
        scf.yield %y : f32
      }
      memref.store %p, %v0[%t] : memref<128xf32>
    }
    %i16 = arith.constant 16 : i32
    %i0 = arith.constant 0 : i32
    %i1 = arith.constant 1 : i32
    %w = scf.while (%s = %i16) : (i32) -> i32 {
      %go = arith.cmpi sgt, %s, %i0 : i32
      scf.condition(%go) %s : i32
    } do {
    ^bb0(%s: i32):
      scf.forall (%t) in (128) {
        %x = memref.load %v0[%t] : memref<128xf32>
        memref.store %x, %ex[%t] : memref<128xf32>
      }
      scf.forall (%t) in (128) {
        %x = memref.load %v0[%t] : memref<128xf32>
        %ti = arith.index_cast %t : index to i32
        %o = arith.xori %ti, %s : i32
        %oi = arith.index_cast %o : i32 to index
        %y = memref.load %ex[%oi] : memref<128xf32>
        %r = arith.maxnumf %x, %y : f32
        memref.store %r, %v0[%t] : memref<128xf32>
      }
      %s2 = arith.shrsi %s, %i1 : i32
      scf.yield %s2 : i32
    }
    scf.forall (%t) in (128) {
      %lane = arith.remui %t, %c32 : index
      %is = arith.cmpi eq, %lane, %c0 : index
      scf.if %is {
        %warp = arith.divui %t, %c32 : index
        %x = memref.load %v0[%t] : memref<128xf32>
        memref.store %x, %partial[%warp] : memref<4xf32>
      }
    }
    %peak = memref.alloca() : memref<128xf32>
    scf.forall (%t) in (128) {
      %f = memref.load %partial[%c0] : memref<4xf32>
      %p = scf.for %k = %c1 to %c4 step %c1 iter_args(%m = %f) -> f32 {
        %x = memref.load %partial[%k] : memref<4xf32>
        %y = arith.maximumf %m, %x : f32
        scf.yield %y : f32
      }
      memref.store %p, %peak[%t] : memref<128xf32>
    }
    scf.forall (%t) in (128) {
      %peakv = memref.load %peak[%t] : memref<128xf32>
      %p = scf.for %c = %t to %n step %c128 iter_args(%m = %z) -> f32 {
        %i = arith.addi %off, %c : index
        %x = memref.load %A[%i] : memref<?xf32>
        %d = arith.subf %x, %peakv : f32
        %e = math.exp %d : f32
        %y = arith.addf %m, %e : f32
        scf.yield %y : f32
      }
      memref.store %p, %v0[%t] : memref<128xf32>
    }
    %c64 = arith.constant 64 : index
    %w2 = scf.while (%s = %c64) : (index) -> index {
      %go = arith.cmpi sgt, %s, %c0 : index
      scf.condition(%go) %s : index
    } do {
    ^bb0(%s: index):
      scf.forall (%t) in (128) {
        %act = arith.cmpi slt, %t, %s : index
        scf.if %act {
          %x = memref.load %v0[%t] : memref<128xf32>
          %o = arith.addi %t, %s : index
          %y = memref.load %v0[%o] : memref<128xf32>
          %r = arith.addf %x, %y : f32
          memref.store %r, %v0[%t] : memref<128xf32>
        }
      }
      %s2 = arith.shrsi %s, %c1 : index
      scf.yield %s2 : index
    }
    scf.forall (%t) in (128) {
      %total = memref.load %v0[%c0] : memref<128xf32>
      %scale = arith.divf %one, %total : f32
      %peakv = memref.load %peak[%t] : memref<128xf32>
      scf.for %c = %t to %n step %c128 {
        %i = arith.addi %off, %c : index
        %x = memref.load %A[%i] : memref<?xf32>
        %d = arith.subf %x, %peakv : f32
        %e = math.exp %d : f32
        %y = arith.mulf %e, %scale : f32
        memref.store %y, %T[%i] : memref<?xf32>
      }
    }
  }
  return
}
