// A sum by atomic updates, started by a store outside every loop.
module attributes {xpiler.target = #xpiler.target<"shared">} {
func.func @total(%a: memref<?xf32> {xpiler.name="A", xpiler.ctype="const float *"}, %t: memref<?xf32> {xpiler.name="T", xpiler.ctype="float *"}, %n: i32 {xpiler.name="n", xpiler.ctype="int"}) attributes {xpiler.kernel} {
 %c0 = arith.constant 0 : index
 %c1 = arith.constant 1 : index
 %zero = arith.constant 0.0 : f32
 %0 = arith.index_cast %n : i32 to index
 xpiler.extent %a, %0 : memref<?xf32>
 xpiler.extent %t, %c1 : memref<?xf32>
 memref.store %zero, %t[%c0] : memref<?xf32>
 scf.forall (%i) in (%0) {
  %v = memref.load %a[%i] : memref<?xf32>
  %old = memref.atomic_rmw addf %v, %t[%c0] : (f32, memref<?xf32>) -> f32
 }
 return }
}
