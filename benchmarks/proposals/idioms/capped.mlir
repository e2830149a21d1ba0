module attributes {xpiler.pattern = "capped", xpiler.target = #xpiler.target<"bang">} {
  func.func @before(%dst: memref<?xf32, #bang.space<nram>>, %src: memref<?xf32, #bang.space<nram>>, %cap: f32, %n: i32) {
    %size = arith.index_cast %n : i32 to index
    scf.forall (%i) in (%size) {
      %x = memref.load %src[%i] : memref<?xf32, #bang.space<nram>>
      %zero = arith.constant 0.000000e+00 : f32
      %low = arith.maxnumf %x, %zero : f32
      %y = arith.minnumf %low, %cap : f32
      memref.store %y, %dst[%i] : memref<?xf32, #bang.space<nram>>
    }
    return
  }
  func.func @after(%dst: memref<?xf32, #bang.space<nram>>, %src: memref<?xf32, #bang.space<nram>>, %cap: f32, %n: i32) {
    bang.binary_scalar<relun> %dst, %src, %cap, %n : memref<?xf32, #bang.space<nram>>, memref<?xf32, #bang.space<nram>>, f32
    return
  }
}
