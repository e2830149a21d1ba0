module attributes {xpiler.target = #xpiler.target<"shared">} {
func.func @gemm_s8(%a: memref<?xi8> {xpiler.name="A", xpiler.ctype="const int8_t *"}, %b: memref<?xi8> {xpiler.name="B", xpiler.ctype="const int8_t *"}, %c: memref<?xi32> {xpiler.name="C", xpiler.ctype="int *"}, %m: i32 {xpiler.name="M", xpiler.ctype="int"}) attributes {xpiler.kernel} {
 %z = arith.constant 0 : i32
 %c0 = arith.constant 0 : index
 %c1 = arith.constant 1 : index
 %c24 = arith.constant 24 : index
 %c40 = arith.constant 40 : index
 %mi = arith.index_cast %m : i32 to index
 %sa = arith.muli %mi, %c40 : index
 %sb = arith.muli %c24, %c40 : index
 %sc = arith.muli %mi, %c24 : index
 xpiler.extent %a, %sa : memref<?xi8>
 xpiler.extent %b, %sb : memref<?xi8>
 xpiler.extent %c, %sc : memref<?xi32>
 scf.forall (%i, %j) in (%mi, 24) {
   %r = scf.for %p = %c0 to %c40 step %c1 iter_args(%acc = %z) -> i32 {
     %o = arith.muli %i, %c40 : index
     %o2 = arith.addi %o, %p : index
     %x = memref.load %a[%o2] : memref<?xi8>
     %o3 = arith.muli %j, %c40 : index
     %o4 = arith.addi %o3, %p : index
     %y = memref.load %b[%o4] : memref<?xi8>
     %xe = arith.extsi %x : i8 to i32
     %ye = arith.extsi %y : i8 to i32
     %q = arith.muli %xe, %ye overflow<nsw> : i32
     %s = arith.addi %acc, %q overflow<nsw> : i32
     scf.yield %s : i32
   }
   %u = arith.muli %i, %c24 : index
   %u2 = arith.addi %u, %j : index
   memref.store %r, %c[%u2] : memref<?xi32>
 }
 return }
}
