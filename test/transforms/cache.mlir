// RUN: %xpiler-opt %s --pass-pipeline='builtin.module(loop-split{loop=i factor=64},cache{buffer=a loop=i space=#bang.space<nram> limit=64},canonicalize,cse)' | %FileCheck %s
// RUN: %not %xpiler-opt %s --pass-pipeline='builtin.module(cache{buffer=b loop=i})' 2>&1 | %FileCheck %s --check-prefix=WRITTEN

// CHECK-LABEL: func.func @copy
// CHECK: scf.forall
// CHECK: %[[BOX:.+]] = memref.alloca() : memref<64xf32, #bang.space<nram>>
// CHECK: scf.forall (%[[K:.+]]) in
// CHECK: memref.store %{{.+}}, %[[BOX]][%[[K]]]
// CHECK: scf.forall (%[[I:.+]]) in
// CHECK: memref.load %[[BOX]][%[[I]]]
// WRITTEN: error: 'b' may be written inside the loop: it cannot be cached
func.func @copy(%a: memref<?xf32> {xpiler.name = "a"}, %b: memref<?xf32> {xpiler.name = "b"}, %n: index {xpiler.name = "n"}) attributes {xpiler.kernel} {
  scf.forall (%i) in (%n) {
    %x = memref.load %a[%i] : memref<?xf32>
    memref.store %x, %b[%i] : memref<?xf32>
  } loc("i")
  return
}
