// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(guard-absorb,canonicalize,cse)' | %FileCheck %s

// CHECK-LABEL: func.func @first
// CHECK-NOT: scf.forall
// CHECK-NOT: scf.if
// CHECK: memref.store %{{.+}}, %{{.+}}[%c0]
func.func @first(%a: memref<?xf32>, %x: f32) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  scf.forall (%t) in (256) {
    %is = arith.cmpi eq, %t, %c0 : index
    scf.if %is {
      memref.store %x, %a[%t] : memref<?xf32>
    }
  }
  return
}

// -----

// A product of which one factor is zero beyond %k adds nothing there.
// CHECK-LABEL: func.func @dot
// CHECK-SAME: %[[K:[a-z0-9]+]]: index
// CHECK: %[[END:.+]] = arith.minsi
// CHECK: scf.for %{{.+}} = %{{.+}} to %[[END]]
// CHECK-NOT: scf.if
func.func @dot(%a: memref<?xf32>, %b: memref<?xf32>, %k: index, %padded: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  %r = scf.for %i = %c0 to %padded step %c1 iter_args(%s = %z) -> f32 {
    %in = arith.cmpi slt, %i, %k : index
    %x = scf.if %in -> f32 {
      %v = memref.load %a[%i] : memref<?xf32>
      scf.yield %v : f32
    } else {
      scf.yield %z : f32
    }
    %y = memref.load %b[%i] : memref<?xf32>
    %p = arith.mulf %x, %y : f32
    %t = arith.addf %s, %p : f32
    scf.yield %t : f32
  }
  return %r : f32
}

// -----

// A maximum over zero-padded values is not one over the values: the loop keeps its bound.
// CHECK-LABEL: func.func @padded_max
// CHECK-SAME: %[[K:[a-z0-9]+]]: index, %[[PADDED:[a-z0-9]+]]: index
// CHECK: scf.for %{{.+}} = %{{.+}} to %[[PADDED]]
func.func @padded_max(%a: memref<?xf32>, %k: index, %padded: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  %low = arith.constant 0xFF800000 : f32
  %r = scf.for %i = %c0 to %padded step %c1 iter_args(%s = %low) -> f32 {
    %in = arith.cmpi slt, %i, %k : index
    %x = scf.if %in -> f32 {
      %v = memref.load %a[%i] : memref<?xf32>
      scf.yield %v : f32
    } else {
      scf.yield %z : f32
    }
    %t = arith.maxnumf %s, %x : f32
    scf.yield %t : f32
  }
  return %r : f32
}

// -----

// What is folded beyond %k is what the maximum starts from: folding it again changes nothing.
// CHECK-LABEL: func.func @start_again
// CHECK: %[[END:.+]] = arith.minsi
// CHECK: scf.for %{{.+}} = %{{.+}} to %[[END]]
// CHECK-NOT: scf.if
func.func @start_again(%a: memref<?xf32>, %k: index, %padded: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %low = arith.constant -1.0e30 : f32
  %r = scf.for %i = %c0 to %padded step %c1 iter_args(%s = %low) -> f32 {
    %in = arith.cmpi slt, %i, %k : index
    %x = scf.if %in -> f32 {
      %v = memref.load %a[%i] : memref<?xf32>
      scf.yield %v : f32
    } else {
      scf.yield %low : f32
    }
    %t = arith.maxnumf %s, %x : f32
    scf.yield %t : f32
  }
  return %r : f32
}

// -----

// A sum that starts from a number is not the same with the number added again.
// CHECK-LABEL: func.func @added_again
// CHECK-SAME: %[[K:[a-z0-9]+]]: index, %[[PADDED:[a-z0-9]+]]: index
// CHECK: scf.for %{{.+}} = %{{.+}} to %[[PADDED]]
func.func @added_again(%a: memref<?xf32>, %k: index, %padded: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %low = arith.constant -1.0e30 : f32
  %r = scf.for %i = %c0 to %padded step %c1 iter_args(%s = %low) -> f32 {
    %in = arith.cmpi slt, %i, %k : index
    %x = scf.if %in -> f32 {
      %v = memref.load %a[%i] : memref<?xf32>
      scf.yield %v : f32
    } else {
      scf.yield %low : f32
    }
    %t = arith.addf %s, %x : f32
    scf.yield %t : f32
  }
  return %r : f32
}

// -----

// What does nothing at the loop's start is left out: the inside of a row.
// CHECK-LABEL: func.func @inside
// CHECK-SAME: %[[N:[a-z0-9]+]]: index
// CHECK: %[[COUNT:.+]] = arith.subi %[[N]], %c2
// CHECK: scf.forall (%[[I:.+]]) in (%[[COUNT]])
// CHECK-NOT: scf.if
// CHECK: %[[AT:.+]] = arith.addi %[[I]], %c1
// CHECK: memref.store %{{.+}}, %{{.+}}[%[[AT]]]
func.func @inside(%a: memref<?xf32>, %x: f32, %n: index) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %last = arith.subi %n, %c1 : index
  scf.forall (%i) in (%n) {
    %behind = arith.cmpi sgt, %i, %c0 : index
    %before = arith.cmpi slt, %i, %last : index
    %in = arith.andi %behind, %before : i1
    scf.if %in {
      memref.store %x, %a[%i] : memref<?xf32>
    }
  }
  return
}

// -----

// A start that is not known to lie behind the first iteration stays a condition.
// CHECK-LABEL: func.func @from
// CHECK: scf.if
func.func @from(%a: memref<?xf32>, %x: f32, %n: index, %first: index) attributes {xpiler.kernel} {
  scf.forall (%i) in (%n) {
    %in = arith.cmpi sge, %i, %first : index
    scf.if %in {
      memref.store %x, %a[%i] : memref<?xf32>
    }
  }
  return
}
