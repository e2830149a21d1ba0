// RUN: %xpiler-opt %s | %mlir-opt-plugin - | %FileCheck %s

// CHECK-LABEL: func.func @indices
func.func @indices() {
  // CHECK: hip.thread_id x : i32
  %0 = hip.thread_id x : i32
  // CHECK: hip.block_id y : i32
  %1 = hip.block_id y : i32
  // CHECK: hip.block_dim z : i32
  %2 = hip.block_dim z : i32
  // CHECK: hip.grid_dim x : i32
  %3 = hip.grid_dim x : i32
  // CHECK: hip.warp_size : i32
  %4 = hip.warp_size : i32
  return
}

// CHECK-LABEL: func.func @barriers
func.func @barriers(%p: i1, %q: i32, %mask: i64) {
  // CHECK: hip.barrier
  hip.barrier
  // CHECK: hip.barrier_reduce<count> %{{.*}} : i1 -> i32
  %0 = hip.barrier_reduce<count> %p : i1 -> i32
  // CHECK: hip.barrier_reduce<and> %{{.*}} : i32 -> i32
  %1 = hip.barrier_reduce<and> %q : i32 -> i32
  // CHECK: hip.warp_barrier %{{.*}} : i64
  hip.warp_barrier %mask : i64
  return
}

// CHECK-LABEL: func.func @lanes
func.func @lanes(%v: f32, %h: f16, %lane: i32, %width: i32, %p: i1, %mask: i64) {
  // CHECK: hip.shuffle<xor> %{{.*}}, %{{.*}}, %{{.*}} mask %{{.*}} : f32
  %0 = hip.shuffle<xor> %v, %lane, %width mask %mask : f32
  // CHECK: hip.shuffle<down> %{{.*}}, %{{.*}}, %{{.*}} : f16
  %1 = hip.shuffle<down> %h, %lane, %width : f16
  // CHECK: hip.vote<any> %{{.*}} mask %{{.*}} : i32
  %2 = hip.vote<any> %p mask %mask : i32
  // CHECK: hip.vote<ballot> %{{.*}} : i64
  %3 = hip.vote<ballot> %p : i64
  // CHECK: hip.active_mask : i64
  %4 = hip.active_mask : i64
  return
}

// CHECK-LABEL: func.func @memory
func.func @memory(%A: memref<?xf32>, %B: memref<?x?xi32>, %v: f32, %w: i32, %i: index) {
  // CHECK: memref.alloca() : memref<32x33xf32, #hip.space<shared>>
  %tile = memref.alloca() : memref<32x33xf32, #hip.space<shared>>
  // CHECK: hip.dynamic_shared : memref<?xi8, #hip.space<shared>>
  %bytes = hip.dynamic_shared : memref<?xi8, #hip.space<shared>>
  // CHECK: hip.atomic<add> %{{.*}}, %{{.*}}[%{{.*}}] : f32, memref<?xf32>
  %0 = hip.atomic<add> %v, %A[%i] : f32, memref<?xf32>
  // CHECK: hip.atomic<umax> %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] : i32, memref<?x?xi32>
  %1 = hip.atomic<umax> %w, %B[%i, %i] : i32, memref<?x?xi32>
  // CHECK: hip.atomic_cas %{{.*}}, %{{.*}}, %{{.*}}[%{{.*}}] : f32, memref<?xf32>
  %2 = hip.atomic_cas %v, %v, %A[%i] : f32, memref<?xf32>
  return
}

// CHECK-LABEL: func.func @approximate
func.func @approximate(%v: f32) {
  // CHECK: hip.approx<exp> %{{.*}} : f32
  %0 = hip.approx<exp> %v : f32
  // CHECK: hip.approx_binary<div> %{{.*}}, %{{.*}} : f32
  %1 = hip.approx_binary<div> %v, %v : f32
  return
}

// CHECK-LABEL: func.func @fragments
func.func @fragments(%A: memref<?xf16>, %C: memref<?xf32, #hip.space<shared>>, %x: f32, %i: index, %ld: i32) {
  // CHECK: %[[A:.*]] = hip.fragment_load %{{.*}}[%{{.*}}], %{{.*}} : memref<?xf16> -> <a, 16x16x16, f16, row>
  %a = hip.fragment_load %A[%i], %ld : memref<?xf16> -> !hip.fragment<a, 16x16x16, f16, row>
  // CHECK: %[[B:.*]] = hip.fragment_load {{.*}} -> <b, 16x16x16, f16, col>
  %b = hip.fragment_load %A[%i], %ld : memref<?xf16> -> !hip.fragment<b, 16x16x16, f16, col>
  // CHECK: hip.fragment_fill %{{.*}} : f32 -> <acc, 16x16x16, f32>
  %c = hip.fragment_fill %x : f32 -> !hip.fragment<acc, 16x16x16, f32>
  // CHECK: hip.fragment_mma %[[A]], %[[B]], %{{.*}} : <a, 16x16x16, f16, row>, <b, 16x16x16, f16, col>, <acc, 16x16x16, f32>
  %d = hip.fragment_mma %a, %b, %c : !hip.fragment<a, 16x16x16, f16, row>, !hip.fragment<b, 16x16x16, f16, col>, !hip.fragment<acc, 16x16x16, f32>
  // CHECK: hip.fragment_get %{{.*}}[%{{.*}}] : <acc, 16x16x16, f32> -> f32
  %e = hip.fragment_get %d[%i] : !hip.fragment<acc, 16x16x16, f32> -> f32
  // CHECK: hip.fragment_set %{{.*}}, %{{.*}}[%{{.*}}] : f32, <acc, 16x16x16, f32>
  %f = hip.fragment_set %e, %d[%i] : f32, !hip.fragment<acc, 16x16x16, f32>
  // CHECK: hip.fragment_size !hip.fragment<acc, 16x16x16, f32> : i32
  %n = hip.fragment_size !hip.fragment<acc, 16x16x16, f32> : i32
  // CHECK: hip.fragment_store %{{.*}}, %{{.*}}[%{{.*}}], %{{.*}} row : <acc, 16x16x16, f32>, memref<?xf32, #hip.space<shared>>
  hip.fragment_store %f, %C[%i], %ld row : !hip.fragment<acc, 16x16x16, f32>, memref<?xf32, #hip.space<shared>>
  // CHECK: hip.fragment_load {{.*}} layout col : memref<?xf32, #hip.space<shared>> -> <acc, 16x16x16, f32>
  %g = hip.fragment_load %C[%i], %ld layout col : memref<?xf32, #hip.space<shared>> -> !hip.fragment<acc, 16x16x16, f32>
  // CHECK: memref.alloca() : memref<2x4x!hip.fragment<acc, 16x16x16, f32>>
  %array = memref.alloca() : memref<2x4x!hip.fragment<acc, 16x16x16, f32>>
  return
}
