// Loops that hand a private array on, element by element, become one, with what lies between them; what is read shifted stays apart.
// RUN: %xpiler-opt --pass-pipeline='builtin.module(loop-chain)' %s | %FileCheck %s

// CHECK-LABEL: func.func @in_place
// CHECK: scf.forall
// CHECK: memref.store {{.*}}, %alloca
// CHECK: memref.store {{.*}}, %arg0
// CHECK: memref.load %alloca
// CHECK: memref.store {{.*}}, %arg1
// CHECK-NOT: scf.forall
// CHECK-LABEL: func.func @shifted
// CHECK: scf.forall
// CHECK: scf.forall
func.func @in_place(%m: memref<?xf32>, %p: memref<?xf32>, %n: index) attributes {xpiler.kernel} {
  %t = memref.alloca() : memref<64xf32>
  scf.forall (%i) in (%n) {
    %x = memref.load %m[%i] : memref<?xf32>
    %y = arith.addf %x, %x : f32
    memref.store %y, %t[%i] : memref<64xf32>
  }
  scf.forall (%i) in (%n) {
    %x = memref.load %t[%i] : memref<64xf32>
    memref.store %x, %m[%i] : memref<?xf32>
  }
  scf.forall (%i) in (%n) {
    %x = memref.load %t[%i] : memref<64xf32>
    memref.store %x, %p[%i] : memref<?xf32>
  }
  return
}

func.func @shifted(%m: memref<?xf32>, %p: memref<?xf32>, %n: index) attributes {xpiler.kernel} {
  %c63 = arith.constant 63 : index
  %t = memref.alloca() : memref<64xf32>
  scf.forall (%i) in (%n) {
    %x = memref.load %m[%i] : memref<?xf32>
    memref.store %x, %t[%i] : memref<64xf32>
  }
  scf.forall (%i) in (%n) {
    %j = arith.subi %c63, %i : index
    %x = memref.load %t[%j] : memref<64xf32>
    memref.store %x, %p[%i] : memref<?xf32>
  }
  return
}
