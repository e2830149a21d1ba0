module attributes {xpiler.pattern = "above", xpiler.target = #xpiler.target<"bang">} {
  func.func @before(%dst: memref<?xf32, #bang.space<nram>>, %src: memref<?xf32, #bang.space<nram>>, %level: f32, %n: i32) {
    %size = arith.index_cast %n : i32 to index
    scf.forall (%i) in (%size) {
      %x = memref.load %src[%i] : memref<?xf32, #bang.space<nram>>
      %zero = arith.constant 0.000000e+00 : f32
      %one = arith.constant 1.000000e+00 : f32
      %c = arith.cmpf ogt, %x, %level : f32
      %y = arith.select %c, %one, %zero : f32
      memref.store %y, %dst[%i] : memref<?xf32, #bang.space<nram>>
    }
    return
  }
  func.func @after(%dst: memref<?xf32, #bang.space<nram>>, %src: memref<?xf32, #bang.space<nram>>, %level: f32, %n: i32) {
    bang.binary_scalar<gt> %dst, %src, %level, %n : memref<?xf32, #bang.space<nram>>, memref<?xf32, #bang.space<nram>>, f32
    return
  }
}
