module attributes {xpiler.target = #xpiler.target<"shared">, xpiler.source = "gemm.cu"} {
func.func @gemm(%a: memref<?xf32> {xpiler.name="A", xpiler.ctype="const float *"}, %b: memref<?xf32> {xpiler.name="B", xpiler.ctype="const float *"}, %c: memref<?xf32> {xpiler.name="C", xpiler.ctype="float *"}, %m: i32 {xpiler.name="M", xpiler.ctype="int"}, %n: i32 {xpiler.name="N", xpiler.ctype="int"}, %k: i32 {xpiler.name="K", xpiler.ctype="int"}) attributes {xpiler.kernel} {
 %z = arith.constant 0.0 : f32
 %c0 = arith.constant 0 : index
 %c1 = arith.constant 1 : index
 %mi = arith.index_cast %m : i32 to index
 %ni = arith.index_cast %n : i32 to index
 %ki = arith.index_cast %k : i32 to index
 %sa = arith.muli %mi, %ki : index
 %sb = arith.muli %ki, %ni : index
 %sc = arith.muli %mi, %ni : index
 xpiler.extent %a, %sa : memref<?xf32>
 xpiler.extent %b, %sb : memref<?xf32>
 xpiler.extent %c, %sc : memref<?xf32>
 scf.forall (%i) in (%mi) {
  scf.forall (%j) in (%ni) {
   %r = scf.for %p = %c0 to %ki step %c1 iter_args(%acc = %z) -> f32 {
     %o = arith.muli %i, %ki : index
     %o2 = arith.addi %o, %p : index
     %x = memref.load %a[%o2] : memref<?xf32>
     %o3 = arith.muli %p, %ni : index
     %o4 = arith.addi %o3, %j : index
     %y = memref.load %b[%o4] : memref<?xf32>
     %q = arith.mulf %x, %y : f32
     %s = arith.addf %acc, %q : f32
     scf.yield %s : f32
   }
   %u = arith.muli %i, %ni : index
   %u2 = arith.addi %u, %j : index
   memref.store %r, %c[%u2] : memref<?xf32>
  }
 }
 return }
}
