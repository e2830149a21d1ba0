module attributes {xpiler.target = #xpiler.target<"shared">, xpiler.source = "add.cu"} {
func.func @add(%a: memref<?xf32> {xpiler.name="A", xpiler.ctype="const float *"}, %b: memref<?xf32> {xpiler.name="B", xpiler.ctype="const float *"}, %t: memref<?xf32> {xpiler.name="T", xpiler.ctype="float *"}, %n: i32 {xpiler.name="n", xpiler.ctype="int"}) attributes {xpiler.kernel} {
 %0 = arith.index_cast %n : i32 to index
 xpiler.extent %a, %0 : memref<?xf32>
 xpiler.extent %b, %0 : memref<?xf32>
 xpiler.extent %t, %0 : memref<?xf32>
 scf.forall (%i) in (%0) {
  %v = memref.load %a[%i] : memref<?xf32>
  %w = memref.load %b[%i] : memref<?xf32>
  %s = arith.addf %v, %w : f32
  memref.store %s, %t[%i] : memref<?xf32>
 }
 return }
}
