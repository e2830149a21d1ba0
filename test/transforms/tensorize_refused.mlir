// RUN: %not %xpiler-opt %s --pass-pipeline='builtin.module(tensorize{op=bang.binary kind=sub loop=i kernel=sum})' 2>&1 | %FileCheck %s --check-prefix=OTHER
// RUN: %not %xpiler-opt %s --pass-pipeline='builtin.module(tensorize{op=bang.binary kind=add loop=i kernel=strided})' 2>&1 | %FileCheck %s --check-prefix=STRIDED
// RUN: %not %xpiler-opt %s --pass-pipeline='builtin.module(tensorize{op=bang.binary kind=add loop=i kernel=maybe_empty})' 2>&1 | %FileCheck %s --check-prefix=EMPTY
// RUN: %not %xpiler-opt %s --pass-pipeline='builtin.module(tensorize{op=bang.binary kind=add loop=i kernel=gdram})' 2>&1 | %FileCheck %s --check-prefix=SPACE
// RUN: %not %xpiler-opt %s --pass-pipeline='builtin.module(tensorize{op=bang.binary kind=add loop=i kernel=twice})' 2>&1 | %FileCheck %s --check-prefix=TWICE
// RUN: %not %xpiler-opt %s --pass-pipeline='builtin.module(tensorize{op=bang.binary_scalar kind=mul loop=i kernel=varying})' 2>&1 | %FileCheck %s --check-prefix=VARYING
// RUN: %not %xpiler-opt %s --pass-pipeline='builtin.module(tensorize{op=bang.transpose loop=y kernel=half_turned})' 2>&1 | %FileCheck %s --check-prefix=STRIDES
// RUN: %not %xpiler-opt %s --pass-pipeline='builtin.module(tensorize{op=bang.magic loop=i kernel=sum})' 2>&1 | %FileCheck %s --check-prefix=UNKNOWN

!nram = memref<64xf32, #bang.space<nram>>

// OTHER: error: 'i' is no instance of bang.binary<sub>
// UNKNOWN: error: 'bang.magic' is no operation with a meaning
func.func @sum(%a: !nram, %b: !nram, %c: !nram) attributes {xpiler.kernel} {
  scf.forall (%i) in (32) {
    %x = memref.load %a[%i] : !nram
    %y = memref.load %b[%i] : !nram
    %z = arith.addf %x, %y : f32
    memref.store %z, %c[%i] : !nram
  } loc("i")
  return
}

// STRIDED: error: 'i' is no instance of bang.binary<add>
func.func @strided(%a: !nram, %b: !nram, %c: !nram) attributes {xpiler.kernel} {
  %two = arith.constant 2 : index
  scf.forall (%i) in (32) {
    %j = arith.muli %i, %two : index
    %x = memref.load %a[%j] : !nram
    %y = memref.load %b[%i] : !nram
    %z = arith.addf %x, %y : f32
    memref.store %z, %c[%i] : !nram
  } loc("i")
  return
}

// EMPTY: error: bang.binary<add> asserts 'the count must be positive', which is not shown here
func.func @maybe_empty(%a: !nram, %b: !nram, %c: !nram, %n: index) attributes {xpiler.kernel} {
  scf.forall (%i) in (%n) {
    %x = memref.load %a[%i] : !nram
    %y = memref.load %b[%i] : !nram
    %z = arith.addf %x, %y : f32
    memref.store %z, %c[%i] : !nram
  } loc("i")
  return
}

// SPACE: error: bang.binary<add>: {{.*}}expected every buffer in nram, got gdram
func.func @gdram(%a: memref<64xf32>, %b: memref<64xf32>, %c: memref<64xf32>) attributes {xpiler.kernel} {
  scf.forall (%i) in (32) {
    %x = memref.load %a[%i] : memref<64xf32>
    %y = memref.load %b[%i] : memref<64xf32>
    %z = arith.addf %x, %y : f32
    memref.store %z, %c[%i] : memref<64xf32>
  } loc("i")
  return
}

// TWICE: error: 'i' is no instance of bang.binary<add>
func.func @twice(%a: !nram, %b: !nram, %c: !nram) attributes {xpiler.kernel} {
  scf.forall (%i) in (32) {
    %x = memref.load %a[%i] : !nram
    %y = memref.load %b[%i] : !nram
    %z = arith.addf %x, %y : f32
    memref.store %z, %c[%i] : !nram
    memref.store %z, %a[%i] : !nram
  } loc("i")
  return
}

// VARYING: error: 'i' is no instance of bang.binary_scalar<mul>
func.func @varying(%a: !nram, %c: !nram) attributes {xpiler.kernel} {
  scf.forall (%i) in (32) {
    %x = memref.load %a[%i] : !nram
    %s = math.sqrt %x : f32
    %z = arith.mulf %x, %s : f32
    memref.store %z, %c[%i] : !nram
  } loc("i")
  return
}

// Rows of 9 elements in a matrix of 8 columns.
// STRIDES: error: 'y' is no instance of bang.transpose
func.func @half_turned(%a: !nram, %c: !nram) attributes {xpiler.kernel} {
  %c4 = arith.constant 4 : index
  %c9 = arith.constant 9 : index
  scf.forall (%y) in (4) {
    scf.forall (%x) in (8) {
      %0 = arith.muli %y, %c9 : index
      %1 = arith.addi %0, %x : index
      %2 = arith.muli %x, %c4 : index
      %3 = arith.addi %2, %y : index
      %v = memref.load %a[%1] : !nram
      memref.store %v, %c[%3] : !nram
    } loc("x")
  } loc("y")
  return
}
