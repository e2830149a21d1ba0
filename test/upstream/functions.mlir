// RUN: %xpiler-opt %s --split-input-file --xpile-to=shared | %FileCheck %s

// A named operation: loops over flat parameters whose extents are stated.
// CHECK-LABEL: func.func @product(
// CHECK-SAME: memref<?xf32> {xpiler.ctype = "const float *", xpiler.name = "A"}
// CHECK-DAG: %[[ALL:.*]] = arith.constant 3072 : index
// CHECK: xpiler.extent %{{.*}}, %[[ALL]]
// CHECK: scf.forall (%{{.*}}) in (64)
// CHECK: scf.for
// CHECK-NOT: linalg
func.func @product(%A: memref<64x32xf32>, %B: memref<32x48xf32>, %C: memref<64x48xf32>) {
  linalg.matmul ins(%A, %B : memref<64x32xf32>, memref<32x48xf32>) outs(%C : memref<64x48xf32>)
  return
}

// -----

// Layouts: strides and an offset are in the subscript; a run-time dimension is a parameter.
// CHECK-LABEL: func.func @layouts(
// CHECK-SAME: %[[A:arg0]]: memref<?xf32>
// CHECK-SAME: i64 {xpiler.ctype = "int64_t", xpiler.name = "A_dim0"}
// CHECK-DAG: %[[REACH:.*]] = arith.constant 80 : index
// CHECK: xpiler.extent %arg1, %[[REACH]]
// CHECK: scf.forall
// CHECK: scf.forall (%{{.*}}) in (8)
func.func @layouts(%A: memref<?x32xf32>, %B: memref<8x4xf32, strided<[10, 2], offset: 3>>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %rows = memref.dim %A, %c0 : memref<?x32xf32>
  scf.parallel (%i, %j) = (%c0, %c2) to (%rows, %n) step (%c1, %c2) {
    %x = memref.load %A[%i, %j] : memref<?x32xf32>
    %y = arith.addf %x, %x : f32
    memref.store %y, %A[%i, %j] : memref<?x32xf32>
    scf.reduce
  }
  scf.forall (%i, %j) in (8, 4) {
    %x = memref.load %B[%i, %j] : memref<8x4xf32, strided<[10, 2], offset: 3>>
    %y = arith.mulf %x, %x : f32
    memref.store %y, %B[%i, %j] : memref<8x4xf32, strided<[10, 2], offset: 3>>
  } {mapping = [#gpu.thread<x>, #gpu.thread<y>]}
  return
}

// -----

// A reduction over a parallel loop, a subview, a copy and a temporary.
// CHECK-LABEL: func.func @sums(
// CHECK: scf.for {{.*}} iter_args
// CHECK-NOT: memref.alloc(
// CHECK-NOT: memref.subview
func.func @sums(%A: memref<8x16xf32>, %S: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %zero = arith.constant 0.0 : f32
  %t = memref.alloc() : memref<8xf32>
  scf.forall (%i) in (8) {
    %row = memref.subview %A[%i, 0] [1, 16] [1, 1] : memref<8x16xf32> to memref<16xf32, strided<[1], offset: ?>>
    %sum = scf.parallel (%j) = (%c0) to (%c16) step (%c1) init (%zero) -> f32 {
      %x = memref.load %row[%j] : memref<16xf32, strided<[1], offset: ?>>
      scf.reduce(%x : f32) {
      ^bb0(%l: f32, %r: f32):
        %s = arith.addf %l, %r : f32
        scf.reduce.return %s : f32
      }
    }
    memref.store %sum, %t[%i] : memref<8xf32>
  }
  memref.copy %t, %S : memref<8xf32> to memref<8xf32>
  memref.dealloc %t : memref<8xf32>
  return
}
