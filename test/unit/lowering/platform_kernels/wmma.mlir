module attributes {xpiler.target = #xpiler.target<"cuda", arch = "sm_90">, xpiler.source = "gemm_half.cu"} {
func.func @gemm(%a: memref<?xf16> {xpiler.name="A", xpiler.ctype="const half *"}, %b: memref<?xf16> {xpiler.name="B", xpiler.ctype="const half *"}, %c: memref<?xf32> {xpiler.name="C", xpiler.ctype="float *"}, %k: i32 {xpiler.name="K", xpiler.ctype="int"}) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : i32
  %c16 = arith.constant 16 : i32
  %i0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %two = arith.constant 2.0 : f32
  %f0 = cuda.fragment_fill %zero : f32 -> !cuda.fragment<acc, 16x16x16, f32>
  %r = scf.for %p = %c0 to %k step %c16 iter_args(%acc = %f0) -> (!cuda.fragment<acc, 16x16x16, f32>) : i32 {
    %o = arith.index_cast %p : i32 to index
    %fa = cuda.fragment_load %a[%o], %k : memref<?xf16> -> !cuda.fragment<a, 16x16x16, f16, row>
    %fb = cuda.fragment_load %b[%o], %k : memref<?xf16> -> !cuda.fragment<b, 16x16x16, f16, col>
    %m = cuda.fragment_mma %fa, %fb, %acc : !cuda.fragment<a, 16x16x16, f16, row>, !cuda.fragment<b, 16x16x16, f16, col>, !cuda.fragment<acc, 16x16x16, f32>
    scf.yield %m : !cuda.fragment<acc, 16x16x16, f32>
  }
  %x = cuda.fragment_get %r[%i0] : !cuda.fragment<acc, 16x16x16, f32> -> f32
  %y = arith.mulf %x, %two : f32
  %s = cuda.fragment_set %y, %r[%i0] : f32, !cuda.fragment<acc, 16x16x16, f32>
  cuda.fragment_store %s, %c[%i0], %c16 row : !cuda.fragment<acc, 16x16x16, f32>, memref<?xf32>
  return
}
}
