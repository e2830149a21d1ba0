// RUN: %xpiler-opt %s --split-input-file --xpile-to=shared | %FileCheck %s

// Vectors become loops over their lanes: transfers, masks, reductions, contractions.
// CHECK-LABEL: func.func @exponentials(
// CHECK: scf.forall (%{{.*}}) in (4096)
// CHECK: math.exp %{{.*}} : f32
// CHECK-NOT: vector
func.func @exponentials(%A: memref<64x64xf32>, %B: memref<64x64xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %c64 = arith.constant 64 : index
  %p = arith.constant 0.0 : f32
  scf.for %i = %c0 to %c64 step %c1 {
    scf.for %j = %c0 to %c64 step %c16 {
      %v = vector.transfer_read %A[%i, %j], %p {in_bounds = [true]} : memref<64x64xf32>, vector<16xf32>
      %w = math.exp %v : vector<16xf32>
      vector.transfer_write %w, %B[%i, %j] {in_bounds = [true]} : vector<16xf32>, memref<64x64xf32>
    }
  }
  return
}

// -----

// CHECK-LABEL: func.func @sum(
// CHECK: arith.addf
// CHECK-NOT: vector
func.func @sum(%A: memref<16xf32>, %B: memref<1xf32>) {
  %c0 = arith.constant 0 : index
  %v = vector.load %A[%c0] : memref<16xf32>, vector<16xf32>
  %s = vector.reduction <add>, %v : vector<16xf32> into f32
  memref.store %s, %B[%c0] : memref<1xf32>
  return
}

// -----

// CHECK-LABEL: func.func @blocks(
// CHECK-NOT: vector
func.func @blocks(%A: memref<4x4xf32>, %B: memref<4x4xf32>, %C: memref<4x4xf32>) {
  %c0 = arith.constant 0 : index
  %p = arith.constant 0.0 : f32
  %a = vector.transfer_read %A[%c0, %c0], %p {in_bounds = [true, true]} : memref<4x4xf32>, vector<4x4xf32>
  %b = vector.transfer_read %B[%c0, %c0], %p {in_bounds = [true, true]} : memref<4x4xf32>, vector<4x4xf32>
  %c = vector.transfer_read %C[%c0, %c0], %p {in_bounds = [true, true]} : memref<4x4xf32>, vector<4x4xf32>
  %d = vector.contract {indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>],
                        iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<add>}
      %a, %b, %c : vector<4x4xf32>, vector<4x4xf32> into vector<4x4xf32>
  vector.transfer_write %d, %C[%c0, %c0] {in_bounds = [true, true]} : vector<4x4xf32>, memref<4x4xf32>
  return
}
