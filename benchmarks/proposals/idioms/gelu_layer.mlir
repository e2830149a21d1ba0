module attributes {xpiler.pattern = "gelu_layer", xpiler.target = #xpiler.target<"bang">} {
  func.func @before(%dst: memref<?xf32, #bang.space<nram>>, %src: memref<?xf32, #bang.space<nram>>, %n: i32) {
    %size = arith.index_cast %n : i32 to index
    scf.forall (%i) in (%size) {
      %x = memref.load %src[%i] : memref<?xf32, #bang.space<nram>>
      %half = arith.constant 5.000000e-01 : f32
      %one = arith.constant 1.000000e+00 : f32
      %cubic = arith.constant 4.471500e-02 : f32
      %scale = arith.constant 0.797884583 : f32
      %x2 = arith.mulf %x, %x : f32
      %x3 = arith.mulf %x2, %x : f32
      %t = arith.mulf %x3, %cubic : f32
      %u = arith.addf %x, %t : f32
      %v = arith.mulf %u, %scale : f32
      %w = math.tanh %v : f32
      %p = arith.addf %w, %one : f32
      %h = arith.mulf %x, %half : f32
      %y = arith.mulf %h, %p : f32
      memref.store %y, %dst[%i] : memref<?xf32, #bang.space<nram>>
    }
    return
  }
  func.func @after(%dst: memref<?xf32, #bang.space<nram>>, %src: memref<?xf32, #bang.space<nram>>, %n: i32) {
    bang.unary<active_gelup> %dst, %src, %n : memref<?xf32, #bang.space<nram>>, memref<?xf32, #bang.space<nram>>
    return
  }
}
