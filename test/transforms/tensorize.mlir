// RUN: %xpiler-opt %s --pass-pipeline='builtin.module(tensorize{op=bang.binary kind=add loop=i kernel=sum},tensorize{op=bang.binary_scalar kind=mul loop=i kernel=scaled},tensorize{op=bang.unary kind=exp loop=i kernel=exps},tensorize{op=bang.transpose loop=y kernel=turned},tensorize{op=bang.matmul loop=i kernel=product},canonicalize,cse)' | %FileCheck %s

// CHECK-LABEL: func.func @sum
// CHECK-SAME: %[[A:[a-z0-9]+]]: {{.+}}, %[[B:[a-z0-9]+]]: {{.+}}, %[[C:[a-z0-9]+]]: memref
// CHECK: %[[VIEW:.+]] = xpiler.view %[[A]]
// CHECK: bang.binary<add> %[[C]], %[[VIEW]], %[[B]], %c32_i32
func.func @sum(%a: memref<64xf32, #bang.space<nram>>, %b: memref<64xf32, #bang.space<nram>>, %c: memref<64xf32, #bang.space<nram>>) attributes {xpiler.kernel} {
  %c8 = arith.constant 8 : index
  scf.forall (%i) in (32) {
    %j = arith.addi %i, %c8 : index
    %x = memref.load %a[%j] : memref<64xf32, #bang.space<nram>>
    %y = memref.load %b[%i] : memref<64xf32, #bang.space<nram>>
    %z = arith.addf %x, %y : f32
    memref.store %z, %c[%i] : memref<64xf32, #bang.space<nram>>
  } loc("i")
  return
}

// CHECK-LABEL: func.func @scaled
// CHECK: bang.binary_scalar<mul>
// CHECK-NOT: scf.forall
func.func @scaled(%a: memref<64xf32, #bang.space<nram>>, %c: memref<64xf32, #bang.space<nram>>, %s: f32) attributes {xpiler.kernel} {
  scf.forall (%i) in (64) {
    %x = memref.load %a[%i] : memref<64xf32, #bang.space<nram>>
    %z = arith.mulf %s, %x : f32
    memref.store %z, %c[%i] : memref<64xf32, #bang.space<nram>>
  } loc("i")
  return
}

// CHECK-LABEL: func.func @exps
// CHECK: bang.unary<exp>
func.func @exps(%a: memref<64xf32, #bang.space<nram>>, %c: memref<64xf32, #bang.space<nram>>) attributes {xpiler.kernel} {
  scf.forall (%i) in (64) {
    %x = memref.load %a[%i] : memref<64xf32, #bang.space<nram>>
    %z = math.exp %x : f32
    memref.store %z, %c[%i] : memref<64xf32, #bang.space<nram>>
  } loc("i")
  return
}

// CHECK-LABEL: func.func @turned
// CHECK: bang.transpose %{{.+}}, %{{.+}}, %c8_i32, %c16_i32
func.func @turned(%a: memref<128xf32, #bang.space<nram>>, %c: memref<128xf32, #bang.space<nram>>) attributes {xpiler.kernel} {
  %c8 = arith.constant 8 : index
  %c16 = arith.constant 16 : index
  scf.forall (%y) in (8) {
    scf.forall (%x) in (16) {
      %0 = arith.muli %y, %c16 : index
      %1 = arith.addi %0, %x : index
      %2 = arith.muli %x, %c8 : index
      %3 = arith.addi %2, %y : index
      %v = memref.load %a[%1] : memref<128xf32, #bang.space<nram>>
      memref.store %v, %c[%3] : memref<128xf32, #bang.space<nram>>
    } loc("x")
  } loc("y")
  return
}

// The right operand lies as [columns][depth].
// CHECK-LABEL: func.func @product
// CHECK: bang.matmul %{{.+}}, %{{.+}}, %{{.+}}, %c8_i32, %c32_i32, %c16_i32
func.func @product(%a: memref<256xf32, #bang.space<nram>>, %b: memref<512xf32, #bang.space<wram>>, %c: memref<128xf32, #bang.space<nram>>) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %c32 = arith.constant 32 : index
  %zero = arith.constant 0.0 : f32
  scf.forall (%i) in (8) {
    scf.forall (%j) in (16) {
      %sum = scf.for %k = %c0 to %c32 step %c1 iter_args(%acc = %zero) -> (f32) {
        %0 = arith.muli %i, %c32 : index
        %1 = arith.addi %0, %k : index
        %x = memref.load %a[%1] : memref<256xf32, #bang.space<nram>>
        %2 = arith.muli %j, %c32 : index
        %3 = arith.addi %2, %k : index
        %y = memref.load %b[%3] : memref<512xf32, #bang.space<wram>>
        %p = arith.mulf %x, %y : f32
        %s = arith.addf %acc, %p : f32
        scf.yield %s : f32
      } loc("k")
      %4 = arith.muli %i, %c16 : index
      %5 = arith.addi %4, %j : index
      memref.store %sum, %c[%5] : memref<128xf32, #bang.space<nram>>
    } loc("j")
  } loc("i")
  return
}
