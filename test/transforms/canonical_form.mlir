// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(canonical-form,canonical-form,canonical-form)' | %FileCheck %s

// CHECK-LABEL: func.func @magnitude
// CHECK-COUNT-2: math.absf
// CHECK-NOT: arith.select
func.func @magnitude(%x: f32) -> (f32, f32) {
  %z = arith.constant 0.0 : f32
  %n = arith.negf %x : f32
  %above = arith.cmpf ogt, %x, %z : f32
  %a = arith.select %above, %x, %n : f32
  %below = arith.cmpf olt, %x, %z : f32
  %b = arith.select %below, %n, %x : f32
  return %a, %b : f32, f32
}

// -----

// `x > 0 ? -x : x` is another function, and `x > 1 ? x : -x` too.
// CHECK-LABEL: func.func @not_a_magnitude
// CHECK-NOT: math.absf
func.func @not_a_magnitude(%x: f32) -> (f32, f32) {
  %z = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %n = arith.negf %x : f32
  %above = arith.cmpf ogt, %x, %z : f32
  %a = arith.select %above, %n, %x : f32
  %far = arith.cmpf ogt, %x, %one : f32
  %b = arith.select %far, %x, %n : f32
  return %a, %b : f32, f32
}

// -----

// CHECK-LABEL: func.func @sum_from_zero
// CHECK-NOT: arith.addf
func.func @sum_from_zero(%x: f32) -> f32 {
  %z = arith.constant 0.0 : f32
  %s = arith.addf %z, %x : f32
  return %s : f32
}

// -----

// What a kernel returns early for: either part is a fact behind it.
// CHECK-LABEL: func.func @early
// CHECK: %[[LOW:.+]] = arith.cmpi sge, %{{.+}}, %c0
// CHECK: %[[HIGH:.+]] = arith.cmpi slt
// CHECK: %[[IN:.+]] = arith.andi %[[LOW]], %[[HIGH]]
// CHECK: return %[[IN]]
func.func @early(%slot: index, %n: index) -> i1 {
  %c0 = arith.constant 0 : index
  %true = arith.constant true
  %low = arith.cmpi slt, %slot, %c0 : index
  %out = scf.if %low -> i1 {
    scf.yield %true : i1
  } else {
    %high = arith.cmpi sge, %slot, %n : index
    scf.yield %high : i1
  }
  %in = arith.xori %out, %true : i1
  return %in : i1
}

// -----

// A quotient is asked for only behind the test of its divisor.
// CHECK-LABEL: func.func @quotient
// CHECK: scf.if
func.func @quotient(%a: index, %b: index) -> i1 {
  %c0 = arith.constant 0 : index
  %true = arith.constant true
  %none = arith.cmpi eq, %b, %c0 : index
  %out = scf.if %none -> i1 {
    scf.yield %true : i1
  } else {
    %q = arith.divsi %a, %b : index
    %high = arith.cmpi sge, %q, %a : index
    scf.yield %high : i1
  }
  return %out : i1
}

// -----

// A float without its sign bit is its magnitude, one with the other sign bit its negative; other bits are bits.
// CHECK-LABEL: func.func @signs_by_bits
// CHECK: math.absf
// CHECK: arith.negf
// CHECK: arith.andi
// CHECK: arith.bitcast
func.func @signs_by_bits(%x: f32, %y: f64, %z: f32) -> (f32, f64, f32) {
  %low = arith.constant 2147483647 : i32
  %sign = arith.constant 0x8000000000000000 : i64
  %rest = arith.constant 0x7FFFFFFE : i32
  %a = arith.bitcast %x : f32 to i32
  %b = arith.andi %a, %low : i32
  %c = arith.bitcast %b : i32 to f32
  %d = arith.bitcast %y : f64 to i64
  %e = arith.xori %d, %sign : i64
  %f = arith.bitcast %e : i64 to f64
  %g = arith.bitcast %z : f32 to i32
  %h = arith.andi %g, %rest : i32
  %i = arith.bitcast %h : i32 to f32
  return %c, %f, %i : f32, f64, f32
}
