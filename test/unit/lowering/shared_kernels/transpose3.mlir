// T[k][i][j] = A[i][j][k]: three parallel dimensions, the store runs along j.
module attributes {xpiler.target = #xpiler.target<"shared">} {
func.func @transpose3(%a: memref<?xf32> {xpiler.name="A", xpiler.ctype="const float *"}, %t: memref<?xf32> {xpiler.name="T", xpiler.ctype="float *"}, %l: i32 {xpiler.name="l", xpiler.ctype="int"}, %m: i32 {xpiler.name="m", xpiler.ctype="int"}, %n: i32 {xpiler.name="n", xpiler.ctype="int"}) attributes {xpiler.kernel} {
 %li = arith.index_cast %l : i32 to index
 %mi = arith.index_cast %m : i32 to index
 %ni = arith.index_cast %n : i32 to index
 %lm = arith.muli %li, %mi : index
 %size = arith.muli %lm, %ni : index
 xpiler.extent %a, %size : memref<?xf32>
 xpiler.extent %t, %size : memref<?xf32>
 scf.forall (%i, %j, %k) in (%li, %mi, %ni) {
  %p = arith.muli %i, %mi : index
  %p1 = arith.addi %p, %j : index
  %p2 = arith.muli %p1, %ni : index
  %p3 = arith.addi %p2, %k : index
  %q = arith.muli %k, %li : index
  %q1 = arith.addi %q, %i : index
  %q2 = arith.muli %q1, %mi : index
  %q3 = arith.addi %q2, %j : index
  %v = memref.load %a[%p3] : memref<?xf32>
  memref.store %v, %t[%q3] : memref<?xf32>
 }
 return }
}
