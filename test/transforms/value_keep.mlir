// RUN: %xpiler-opt %s --pass-pipeline='builtin.module(func.func(value-keep))' | %FileCheck %s

// The exponential that the sum has worked out waits in the output.
// CHECK-LABEL: func.func @softmax
// CHECK: scf.for %[[I:.*]] = {{.*}} iter_args
// CHECK: %[[E:.*]] = math.exp
// CHECK: %[[P:.*]] = arith.addi %[[I]]
// CHECK: memref.store %[[E]], %[[T:.*]][%[[P]]]
// CHECK: scf.forall
// CHECK-NOT: math.exp
// CHECK: %[[K:.*]] = memref.load %[[T]]
// CHECK: arith.divf %[[K]]
// CHECK: memref.store
func.func @softmax(%x: memref<?xf32>, %t: memref<?xf32>, %m: f32, %n: index, %o: index) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%a = %zero) -> (f32) {
    %v = memref.load %x[%i] : memref<?xf32>
    %d = arith.subf %v, %m : f32
    %e = math.exp %d : f32
    %r = arith.addf %a, %e : f32
    scf.yield %r : f32
  }
  scf.forall (%j) in (%n) {
    %v = memref.load %x[%j] : memref<?xf32>
    %d = arith.subf %v, %m : f32
    %e = math.exp %d : f32
    %q = arith.divf %e, %s : f32
    %p = arith.addi %j, %o : index
    memref.store %q, %t[%p] : memref<?xf32>
  }
  return
}

// A difference is not worth a store and a load.
// CHECK-LABEL: func.func @cheap
// CHECK: scf.for
// CHECK-NOT: memref.store
// CHECK: scf.forall
// CHECK: memref.store
func.func @cheap(%x: memref<?xf32>, %t: memref<?xf32>, %m: f32, %n: index, %o: index) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%a = %zero) -> (f32) {
    %v = memref.load %x[%i] : memref<?xf32>
    %d = arith.subf %v, %m : f32
    %e = math.absf %d : f32
    %r = arith.addf %a, %e : f32
    scf.yield %r : f32
  }
  scf.forall (%j) in (%n) {
    %v = memref.load %x[%j] : memref<?xf32>
    %d = arith.subf %v, %m : f32
    %e = math.absf %d : f32
    %q = arith.divf %e, %s : f32
    %p = arith.addi %j, %o : index
    memref.store %q, %t[%p] : memref<?xf32>
  }
  return
}

// Another function's value is not kept.
// CHECK-LABEL: func.func @another
// CHECK: scf.for
// CHECK-NOT: memref.store
// CHECK: scf.forall
// CHECK: math.
// CHECK: memref.store
func.func @another(%x: memref<?xf32>, %t: memref<?xf32>, %m: f32, %n: index, %o: index) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%a = %zero) -> (f32) {
    %v = memref.load %x[%i] : memref<?xf32>
    %d = arith.subf %v, %m : f32
    %e = math.exp %d : f32
    %r = arith.addf %a, %e : f32
    scf.yield %r : f32
  }
  scf.forall (%j) in (%n) {
    %v = memref.load %x[%j] : memref<?xf32>
    %d = arith.subf %v, %m : f32
    %e = math.log %d : f32
    %q = arith.divf %e, %s : f32
    %p = arith.addi %j, %o : index
    memref.store %q, %t[%p] : memref<?xf32>
  }
  return
}

// An input that is the output as well is read behind the place of the value, which stays as it is.
// CHECK-LABEL: func.func @in_place
// CHECK: scf.for
// CHECK-NOT: memref.store
// CHECK: scf.forall
// CHECK: math.
// CHECK: memref.store
func.func @in_place(%x: memref<?xf32>, %t: memref<?xf32>, %m: f32, %n: index, %o: index) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%a = %zero) -> (f32) {
    %v = memref.load %x[%i] : memref<?xf32>
    %d = arith.subf %v, %m : f32
    %e = math.exp %d : f32
    %r = arith.addf %a, %e : f32
    scf.yield %r : f32
  }
  scf.forall (%j) in (%n) {
    %v = memref.load %t[%j] : memref<?xf32>
    %d = arith.subf %v, %m : f32
    %e = math.exp %d : f32
    %q = arith.divf %e, %s : f32
    %p = arith.addi %j, %o : index
    memref.store %q, %t[%p] : memref<?xf32>
  }
  return
}

// So does one that the sum reads.
// CHECK-LABEL: func.func @read_before
// CHECK: scf.for
// CHECK-NOT: memref.store
// CHECK: scf.forall
// CHECK: math.
// CHECK: memref.store
func.func @read_before(%x: memref<?xf32>, %t: memref<?xf32>, %m: f32, %n: index, %o: index) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%a = %zero) -> (f32) {
    %v = memref.load %x[%i] : memref<?xf32>
    %d = arith.subf %v, %m : f32
    %e = math.exp %d : f32
    %w = memref.load %t[%i] : memref<?xf32>
    %u = arith.addf %w, %zero : f32
    %r = arith.addf %a, %e : f32
    scf.yield %r : f32
  }
  scf.forall (%j) in (%n) {
    %v = memref.load %x[%j] : memref<?xf32>
    %d = arith.subf %v, %m : f32
    %e = math.exp %d : f32
    %q = arith.divf %e, %s : f32
    %p = arith.addi %j, %o : index
    memref.store %q, %t[%p] : memref<?xf32>
  }
  return
}

// Loops over different ranges: elements that the later one does not reach must not be written.
// CHECK-LABEL: func.func @other_range
// CHECK: scf.for
// CHECK-NOT: memref.store
// CHECK: scf.forall
// CHECK: math.
// CHECK: memref.store
func.func @other_range(%x: memref<?xf32>, %t: memref<?xf32>, %m: f32, %n: index, %o: index) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%a = %zero) -> (f32) {
    %v = memref.load %x[%i] : memref<?xf32>
    %d = arith.subf %v, %m : f32
    %e = math.exp %d : f32
    %r = arith.addf %a, %e : f32
    scf.yield %r : f32
  }
  scf.forall (%j) in (%o) {
    %v = memref.load %x[%j] : memref<?xf32>
    %d = arith.subf %v, %m : f32
    %e = math.exp %d : f32
    %q = arith.divf %e, %s : f32
    %p = arith.addi %j, %o : index
    memref.store %q, %t[%p] : memref<?xf32>
  }
  return
}

// An element that changes in between is not the same value.
// CHECK-LABEL: func.func @changed
// CHECK: scf.for
// CHECK: scf.yield
// CHECK: memref.store
// CHECK: scf.forall
// CHECK: math.
// CHECK: memref.store
func.func @changed(%x: memref<?xf32>, %t: memref<?xf32>, %m: f32, %n: index, %o: index) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%a = %zero) -> (f32) {
    %v = memref.load %x[%i] : memref<?xf32>
    %d = arith.subf %v, %m : f32
    %e = math.exp %d : f32
    %r = arith.addf %a, %e : f32
    scf.yield %r : f32
  }
  memref.store %s, %x[%c0] : memref<?xf32>
  scf.forall (%j) in (%n) {
    %v = memref.load %x[%j] : memref<?xf32>
    %d = arith.subf %v, %m : f32
    %e = math.exp %d : f32
    %q = arith.divf %e, %s : f32
    %p = arith.addi %j, %o : index
    memref.store %q, %t[%p] : memref<?xf32>
  }
  return
}

// A place that rests on the sum is not known while it is made.
// CHECK-LABEL: func.func @later_place
// CHECK: scf.for
// CHECK-NOT: memref.store
// CHECK: scf.forall
// CHECK: math.
// CHECK: memref.store
func.func @later_place(%x: memref<?xf32>, %t: memref<?xf32>, %m: f32, %n: index, %o: index) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%a = %zero) -> (f32) {
    %v = memref.load %x[%i] : memref<?xf32>
    %d = arith.subf %v, %m : f32
    %e = math.exp %d : f32
    %r = arith.addf %a, %e : f32
    scf.yield %r : f32
  }
  %si = arith.fptosi %s : f32 to i32
  %sp = arith.index_cast %si : i32 to index
  scf.forall (%j) in (%n) {
    %v = memref.load %x[%j] : memref<?xf32>
    %d = arith.subf %v, %m : f32
    %e = math.exp %d : f32
    %q = arith.divf %e, %s : f32
    %p = arith.addi %sp, %o : index
    memref.store %q, %t[%p] : memref<?xf32>
  }
  return
}
