module attributes {xpiler.pattern = "logistic", xpiler.target = #xpiler.target<"bang">} {
  func.func @before(%dst: memref<?xf32, #bang.space<nram>>, %src: memref<?xf32, #bang.space<nram>>, %n: i32) {
    %size = arith.index_cast %n : i32 to index
    scf.forall (%i) in (%size) {
      %x = memref.load %src[%i] : memref<?xf32, #bang.space<nram>>
      %one = arith.constant 1.000000e+00 : f32
      %minus = arith.negf %x : f32
      %e = math.exp %minus : f32
      %below = arith.addf %e, %one : f32
      %y = arith.divf %one, %below : f32
      memref.store %y, %dst[%i] : memref<?xf32, #bang.space<nram>>
    }
    return
  }
  func.func @after(%dst: memref<?xf32, #bang.space<nram>>, %src: memref<?xf32, #bang.space<nram>>, %n: i32) {
    bang.unary<active_sigmoid> %dst, %src, %n : memref<?xf32, #bang.space<nram>>, memref<?xf32, #bang.space<nram>>
    return
  }
}
