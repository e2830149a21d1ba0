module attributes {xpiler.pattern = "binarize", xpiler.target = #xpiler.target<"bang">} {
  func.func @before(%dst: memref<?xf32, #bang.space<nram>>, %src: memref<?xf32, #bang.space<nram>>, %n: i32) {
    %size = arith.index_cast %n : i32 to index
    scf.forall (%i) in (%size) {
      %x = memref.load %src[%i] : memref<?xf32, #bang.space<nram>>
      %zero = arith.constant 0.000000e+00 : f32
      %plus = arith.constant 1.000000e+00 : f32
      %minus = arith.constant -1.000000e+00 : f32
      %c = arith.cmpf oge, %x, %zero : f32
      %y = arith.select %c, %plus, %minus : f32
      memref.store %y, %dst[%i] : memref<?xf32, #bang.space<nram>>
    }
    return
  }
  func.func @after(%dst: memref<?xf32, #bang.space<nram>>, %src: memref<?xf32, #bang.space<nram>>, %n: i32) {
    bang.unary<active_sign> %dst, %src, %n : memref<?xf32, #bang.space<nram>>, memref<?xf32, #bang.space<nram>>
    return
  }
}
