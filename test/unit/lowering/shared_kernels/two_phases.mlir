// T[i] = A[i] + 1, then U[i] = T[n - 1 - i]: the second loop needs all of the first.
module attributes {xpiler.target = #xpiler.target<"shared">} {
func.func @reverse(%a: memref<?xf32> {xpiler.name="A", xpiler.ctype="const float *"}, %t: memref<?xf32> {xpiler.name="T", xpiler.ctype="float *"}, %u: memref<?xf32> {xpiler.name="U", xpiler.ctype="float *"}, %n: i32 {xpiler.name="n", xpiler.ctype="int"}) attributes {xpiler.kernel} {
 %c1 = arith.constant 1 : index
 %one = arith.constant 1.0 : f32
 %0 = arith.index_cast %n : i32 to index
 xpiler.extent %a, %0 : memref<?xf32>
 xpiler.extent %t, %0 : memref<?xf32>
 xpiler.extent %u, %0 : memref<?xf32>
 scf.forall (%i) in (%0) {
  %v = memref.load %a[%i] : memref<?xf32>
  %s = arith.addf %v, %one : f32
  memref.store %s, %t[%i] : memref<?xf32>
 }
 scf.forall (%i) in (%0) {
  %l = arith.subi %0, %c1 : index
  %j = arith.subi %l, %i : index
  %v = memref.load %t[%j] : memref<?xf32>
  memref.store %v, %u[%i] : memref<?xf32>
 }
 return }
}
