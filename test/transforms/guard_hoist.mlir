// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(guard-hoist)' | %FileCheck %s

// All threads of a block ask for the same row.
// CHECK-LABEL: func.func @scatter
// CHECK: scf.if %{{.+}} {
// CHECK-NEXT: scf.forall
// CHECK: scf.for
func.func @scatter(%a: memref<?xf32>, %row: index, %n: index, %x: f32) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %is = arith.cmpi sge, %row, %c0 : index
  scf.forall (%t) in (64) {
    scf.if %is {
      scf.for %k = %t to %n step %c64 {
        memref.store %x, %a[%k] : memref<?xf32>
      }
    }
  }
  return
}

// -----

// Each thread asks for itself.
// CHECK-LABEL: func.func @own
// CHECK: scf.forall
// CHECK: scf.if
func.func @own(%a: memref<?xf32>, %row: index, %n: index, %x: f32) attributes {xpiler.kernel} {
  %c64 = arith.constant 64 : index
  scf.forall (%t) in (64) {
    %is = arith.cmpi sge, %t, %row : index
    scf.if %is {
      scf.for %k = %t to %n step %c64 {
        memref.store %x, %a[%k] : memref<?xf32>
      }
    }
  }
  return
}

// -----

// A flag that the loop asks for is the same for all threads as well; a quotient may be one by zero.
// CHECK-LABEL: func.func @flag
// CHECK: scf.if
// CHECK-NEXT: scf.forall (%{{.+}}) in (64)
// CHECK: scf.forall (%{{.+}}) in (32)
// CHECK: scf.if
func.func @flag(%a: memref<?xf32>, %on: i32, %m: i32, %n: index, %x: f32) attributes {xpiler.kernel} {
  %zero = arith.constant 0 : i32
  %c64 = arith.constant 64 : index
  scf.forall (%t) in (64) {
    %is = arith.cmpi ne, %on, %zero : i32
    scf.if %is {
      scf.for %k = %t to %n step %c64 {
        memref.store %x, %a[%k] : memref<?xf32>
      }
    }
  }
  scf.forall (%t) in (32) {
    %q = arith.divsi %on, %m : i32
    %is = arith.cmpi ne, %q, %zero : i32
    scf.if %is {
      scf.for %k = %t to %n step %c64 {
        memref.store %x, %a[%k] : memref<?xf32>
      }
    }
  }
  return
}
