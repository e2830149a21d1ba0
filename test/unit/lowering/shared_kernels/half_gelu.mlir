module attributes {xpiler.target = #xpiler.target<"shared">} {
func.func @gelu(%a: memref<?xf16> {xpiler.name="A", xpiler.ctype="const half *"}, %t: memref<?xf16> {xpiler.name="T", xpiler.ctype="half *"}, %n: i32 {xpiler.name="n", xpiler.ctype="int"}) attributes {xpiler.kernel} {
 %half = arith.constant 0.5 : f32
 %one = arith.constant 1.0 : f32
 %root = arith.constant 0.707106769 : f32
 %0 = arith.index_cast %n : i32 to index
 xpiler.extent %a, %0 : memref<?xf16>
 xpiler.extent %t, %0 : memref<?xf16>
 scf.forall (%i) in (%0) {
  %h = memref.load %a[%i] : memref<?xf16>
  %x = arith.extf %h : f16 to f32
  %s = arith.mulf %x, %root : f32
  %e = math.erf %s : f32
  %p = arith.addf %one, %e : f32
  %q = arith.mulf %half, %x : f32
  %r = arith.mulf %q, %p : f32
  %y = arith.truncf %r : f32 to f16
  memref.store %y, %t[%i] : memref<?xf16>
 }
 return }
}
