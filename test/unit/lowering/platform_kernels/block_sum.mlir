module attributes {xpiler.target = #xpiler.target<"cuda", arch = "sm_90">} {
func.func @block_sum(%a: memref<?xf32> {xpiler.name="A", xpiler.ctype="const float *", xpiler.restrict}, %t: memref<?xf32> {xpiler.name="T", xpiler.ctype="float *"}, %n: i32 {xpiler.name="n", xpiler.ctype="int"}) attributes {xpiler.kernel} {
  %partial = memref.alloca() : memref<8xf32, #cuda.space<shared>> loc("partial")
  %tid = cuda.thread_id x : i32
  %bid = cuda.block_id x : i32
  %c32 = arith.constant 32 : i32
  %c16 = arith.constant 16 : i32
  %c1 = arith.constant 1 : i32
  %c0 = arith.constant 0 : i32
  %c2 = arith.constant 2 : i32
  %full = arith.constant -1 : i32
  %zero = arith.constant 0.0 : f32
  %c4 = arith.constant 4 : i32
  %first = arith.muli %tid, %c4 : i32
  %o = arith.index_castui %first : i32 to index
  %v4 = vector.load %a[%o] : memref<?xf32>, vector<4xf32> loc("quad")
  %x = vector.extract %v4[0] : f32 from vector<4xf32>
  %y = vector.extract %v4[3] : f32 from vector<4xf32>
  %s0 = arith.addf %x, %y : f32
  %r:2 = scf.while (%sum = %s0, %d = %c16) : (f32, i32) -> (f32, i32) {
    %c = arith.cmpi sgt, %d, %c0 : i32
    scf.condition(%c) %sum, %d : f32, i32
  } do {
  ^bb0(%sum: f32, %d: i32):
    %sh = cuda.shuffle<down> %sum, %d, %c32 mask %full : f32
    %sum2 = arith.addf %sum, %sh : f32
    %d2 = arith.divsi %d, %c2 : i32
    scf.yield %sum2, %d2 : f32, i32
  }
  %lane = arith.remui %tid, %c32 : i32
  %w = arith.divui %tid, %c32 : i32
  %is0 = arith.cmpi eq, %lane, %c0 : i32
  scf.if %is0 {
    %wi = arith.index_castui %w : i32 to index
    memref.store %r#0, %partial[%wi] : memref<8xf32, #cuda.space<shared>>
  }
  cuda.barrier
  %ok = arith.cmpi ult, %tid, %n : i32
  %all = cuda.vote<all> %ok mask %full : i32
  %some = arith.cmpi ne, %all, %c0 : i32
  scf.if %some {
    %ti = arith.index_castui %tid : i32 to index
    %p = memref.load %partial[%ti] : memref<8xf32, #cuda.space<shared>>
    %bi = arith.index_castui %bid : i32 to index
    %old = cuda.atomic<add> %p, %t[%bi] : f32, memref<?xf32>
  }
  return
}
}
