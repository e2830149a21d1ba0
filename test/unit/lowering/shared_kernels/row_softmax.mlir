// One row a block: an array of the block, inner parallel loops, and a reduction by every worker alike.
module attributes {xpiler.target = #xpiler.target<"shared">} {
func.func @softmax(%a: memref<?xf32> {xpiler.name="A", xpiler.ctype="const float *"}, %t: memref<?xf32> {xpiler.name="T", xpiler.ctype="float *"}, %rows: i32 {xpiler.name="rows", xpiler.ctype="int"}) attributes {xpiler.kernel} {
 %c0 = arith.constant 0 : index
 %c1 = arith.constant 1 : index
 %c96 = arith.constant 96 : index
 %lowest = arith.constant 0xFF800000 : f32
 %zero = arith.constant 0.0 : f32
 %n = arith.index_cast %rows : i32 to index
 %size = arith.muli %n, %c96 : index
 xpiler.extent %a, %size : memref<?xf32>
 xpiler.extent %t, %size : memref<?xf32>
 scf.forall (%r) in (%n) {
  %buf = memref.alloca() : memref<96xf32>
  %base = arith.muli %r, %c96 : index
  %peak = scf.for %j = %c0 to %c96 step %c1 iter_args(%m = %lowest) -> f32 {
    %o = arith.addi %base, %j : index
    %x = memref.load %a[%o] : memref<?xf32>
    %mx = arith.maxnumf %m, %x : f32
    scf.yield %mx : f32
  }
  scf.forall (%j) in (96) {
    %o = arith.addi %base, %j : index
    %x = memref.load %a[%o] : memref<?xf32>
    %d = arith.subf %x, %peak : f32
    %e = math.exp %d : f32
    memref.store %e, %buf[%j] : memref<96xf32>
  }
  %total = scf.for %j = %c0 to %c96 step %c1 iter_args(%s = %zero) -> f32 {
    %x = memref.load %buf[%j] : memref<96xf32>
    %sum = arith.addf %s, %x : f32
    scf.yield %sum : f32
  }
  scf.forall (%j) in (96) {
    %o = arith.addi %base, %j : index
    %x = memref.load %buf[%j] : memref<96xf32>
    %q = arith.divf %x, %total : f32
    memref.store %q, %t[%o] : memref<?xf32>
  }
 }
 return }
}
