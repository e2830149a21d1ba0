// RUN: %xpiler-opt %s | %mlir-opt-plugin - | %FileCheck %s

// CHECK-LABEL: func.func @indices
func.func @indices() {
  // CHECK: cuda.thread_id x : i32
  %0 = cuda.thread_id x : i32
  // CHECK: cuda.block_id y : i32
  %1 = cuda.block_id y : i32
  // CHECK: cuda.block_dim z : i32
  %2 = cuda.block_dim z : i32
  // CHECK: cuda.grid_dim x : i32
  %3 = cuda.grid_dim x : i32
  // CHECK: cuda.warp_size : i32
  %4 = cuda.warp_size : i32
  return
}

// CHECK-LABEL: func.func @barriers
func.func @barriers(%p: i1, %q: i32, %mask: i32) {
  // CHECK: cuda.barrier
  cuda.barrier
  // CHECK: cuda.barrier_reduce<count> %{{.*}} : i1 -> i32
  %0 = cuda.barrier_reduce<count> %p : i1 -> i32
  // CHECK: cuda.barrier_reduce<and> %{{.*}} : i32 -> i32
  %1 = cuda.barrier_reduce<and> %q : i32 -> i32
  // CHECK: cuda.warp_barrier %{{.*}} : i32
  cuda.warp_barrier %mask : i32
  return
}

// CHECK-LABEL: func.func @lanes
func.func @lanes(%v: f32, %h: f16, %lane: i32, %width: i32, %p: i1, %mask: i32) {
  // CHECK: cuda.shuffle<xor> %{{.*}}, %{{.*}}, %{{.*}} mask %{{.*}} : f32
  %0 = cuda.shuffle<xor> %v, %lane, %width mask %mask : f32
  // CHECK: cuda.shuffle<down> %{{.*}}, %{{.*}}, %{{.*}} : f16
  %1 = cuda.shuffle<down> %h, %lane, %width : f16
  // CHECK: cuda.vote<any> %{{.*}} mask %{{.*}} : i32
  %2 = cuda.vote<any> %p mask %mask : i32
  // CHECK: cuda.vote<ballot> %{{.*}} : i32
  %3 = cuda.vote<ballot> %p : i32
  // CHECK: cuda.active_mask : i32
  %4 = cuda.active_mask : i32
  return
}

// CHECK-LABEL: func.func @memory
func.func @memory(%A: memref<?xf32>, %B: memref<?x?xi32>, %v: f32, %w: i32, %i: index) {
  // CHECK: memref.alloca() : memref<32x33xf32, #cuda.space<shared>>
  %tile = memref.alloca() : memref<32x33xf32, #cuda.space<shared>>
  // CHECK: cuda.dynamic_shared : memref<?xi8, #cuda.space<shared>>
  %bytes = cuda.dynamic_shared : memref<?xi8, #cuda.space<shared>>
  // CHECK: cuda.atomic<add> %{{.*}}, %{{.*}}[%{{.*}}] : f32, memref<?xf32>
  %0 = cuda.atomic<add> %v, %A[%i] : f32, memref<?xf32>
  // CHECK: cuda.atomic<umax> %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] : i32, memref<?x?xi32>
  %1 = cuda.atomic<umax> %w, %B[%i, %i] : i32, memref<?x?xi32>
  // CHECK: cuda.atomic_cas %{{.*}}, %{{.*}}, %{{.*}}[%{{.*}}] : f32, memref<?xf32>
  %2 = cuda.atomic_cas %v, %v, %A[%i] : f32, memref<?xf32>
  return
}

// CHECK-LABEL: func.func @approximate
func.func @approximate(%v: f32) {
  // CHECK: cuda.approx<exp> %{{.*}} : f32
  %0 = cuda.approx<exp> %v : f32
  // CHECK: cuda.approx_binary<div> %{{.*}}, %{{.*}} : f32
  %1 = cuda.approx_binary<div> %v, %v : f32
  return
}

// CHECK-LABEL: func.func @fragments
func.func @fragments(%A: memref<?xf16>, %C: memref<?xf32, #cuda.space<shared>>, %x: f32, %i: index, %ld: i32) {
  // CHECK: %[[A:.*]] = cuda.fragment_load %{{.*}}[%{{.*}}], %{{.*}} : memref<?xf16> -> <a, 16x16x16, f16, row>
  %a = cuda.fragment_load %A[%i], %ld : memref<?xf16> -> !cuda.fragment<a, 16x16x16, f16, row>
  // CHECK: %[[B:.*]] = cuda.fragment_load {{.*}} -> <b, 16x16x16, f16, col>
  %b = cuda.fragment_load %A[%i], %ld : memref<?xf16> -> !cuda.fragment<b, 16x16x16, f16, col>
  // CHECK: cuda.fragment_fill %{{.*}} : f32 -> <acc, 16x16x16, f32>
  %c = cuda.fragment_fill %x : f32 -> !cuda.fragment<acc, 16x16x16, f32>
  // CHECK: cuda.fragment_mma %[[A]], %[[B]], %{{.*}} : <a, 16x16x16, f16, row>, <b, 16x16x16, f16, col>, <acc, 16x16x16, f32>
  %d = cuda.fragment_mma %a, %b, %c : !cuda.fragment<a, 16x16x16, f16, row>, !cuda.fragment<b, 16x16x16, f16, col>, !cuda.fragment<acc, 16x16x16, f32>
  // CHECK: cuda.fragment_get %{{.*}}[%{{.*}}] : <acc, 16x16x16, f32> -> f32
  %e = cuda.fragment_get %d[%i] : !cuda.fragment<acc, 16x16x16, f32> -> f32
  // CHECK: cuda.fragment_set %{{.*}}, %{{.*}}[%{{.*}}] : f32, <acc, 16x16x16, f32>
  %f = cuda.fragment_set %e, %d[%i] : f32, !cuda.fragment<acc, 16x16x16, f32>
  // CHECK: cuda.fragment_size !cuda.fragment<acc, 16x16x16, f32> : i32
  %n = cuda.fragment_size !cuda.fragment<acc, 16x16x16, f32> : i32
  // CHECK: cuda.fragment_store %{{.*}}, %{{.*}}[%{{.*}}], %{{.*}} row : <acc, 16x16x16, f32>, memref<?xf32, #cuda.space<shared>>
  cuda.fragment_store %f, %C[%i], %ld row : !cuda.fragment<acc, 16x16x16, f32>, memref<?xf32, #cuda.space<shared>>
  // CHECK: cuda.fragment_load {{.*}} layout col : memref<?xf32, #cuda.space<shared>> -> <acc, 16x16x16, f32>
  %g = cuda.fragment_load %C[%i], %ld layout col : memref<?xf32, #cuda.space<shared>> -> !cuda.fragment<acc, 16x16x16, f32>
  // CHECK: memref.alloca() : memref<2x4x!cuda.fragment<acc, 16x16x16, f32>>
  %array = memref.alloca() : memref<2x4x!cuda.fragment<acc, 16x16x16, f32>>
  return
}
