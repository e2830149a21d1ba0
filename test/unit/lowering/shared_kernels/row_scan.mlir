// Sixteen tasks over rows, each kept whole in an array of 80 KB while its prefix sums are made in place.
module attributes {xpiler.target = #xpiler.target<"shared">} {
func.func @scan(%a: memref<?xf32> {xpiler.name="A", xpiler.ctype="const float *"}, %t: memref<?xf32> {xpiler.name="T", xpiler.ctype="float *"}, %cols: i32 {xpiler.name="cols", xpiler.ctype="int"}) attributes {xpiler.kernel} {
 %c0 = arith.constant 0 : index
 %c1 = arith.constant 1 : index
 %c16 = arith.constant 16 : index
 %n = arith.index_cast %cols : i32 to index
 %all = arith.muli %n, %c16 : index
 xpiler.extent %a, %all : memref<?xf32>
 xpiler.extent %t, %all : memref<?xf32>
 scf.forall (%r) in (16) {
  %row = memref.alloca() : memref<20000xf32>
  %first = arith.muli %r, %n : index
  scf.forall (%i) in (%n) {
   %p = arith.addi %first, %i : index
   %v = memref.load %a[%p] : memref<?xf32>
   memref.store %v, %row[%i] : memref<20000xf32>
  }
  scf.for %i = %c1 to %n step %c1 {
   %before = arith.subi %i, %c1 : index
   %x = memref.load %row[%before] : memref<20000xf32>
   %y = memref.load %row[%i] : memref<20000xf32>
   %s = arith.addf %x, %y : f32
   memref.store %s, %row[%i] : memref<20000xf32>
  }
  scf.forall (%i) in (%n) {
   %p = arith.addi %first, %i : index
   %v = memref.load %row[%i] : memref<20000xf32>
   memref.store %v, %t[%p] : memref<?xf32>
  }
 }
 return }
}
