// RUN: %xpiler-opt %s | %mlir-opt-plugin - | %FileCheck %s

!gdram = memref<?xf32>
!nram = memref<?xf32, #bang.space<nram>>
!wram = memref<?xf32, #bang.space<wram>>
!sram = memref<?xf32, #bang.space<sram>>

// CHECK-LABEL: func.func @indices
func.func @indices() {
  // CHECK: bang.index<task_id> : i32
  %0 = bang.index<task_id> : i32
  // CHECK: bang.index<cluster_dim> : i32
  %1 = bang.index<cluster_dim> : i32
  // CHECK: bang.is_memory_core : i1
  %2 = bang.is_memory_core : i1
  return
}

// CHECK-LABEL: func.func @copies
func.func @copies(%g: !gdram, %n: !nram, %w: !wram, %s: !sram, %b: i32) {
  // CHECK: bang.memcpy %{{.*}}, %{{.*}}, %{{.*}} <gdram2nram> : memref<?xf32, #bang.space<nram>>, memref<?xf32>
  bang.memcpy %n, %g, %b <gdram2nram> : !nram, !gdram
  // CHECK: bang.memcpy %{{.*}}, %{{.*}}, %{{.*}} <nram2gdram> async : memref<?xf32>, memref<?xf32, #bang.space<nram>>
  bang.memcpy %g, %n, %b <nram2gdram> async : !gdram, !nram
  // CHECK: bang.memcpy %{{.*}}, %{{.*}}, %{{.*}} to_cluster %{{.*}} <sram2sram>
  bang.memcpy %s, %s, %b to_cluster %b <sram2sram> : !sram, !sram
  // CHECK: bang.memcpy_2d {{.*}} <nram2wram> :
  bang.memcpy_2d %w, %n, %b, %b, %b, %b <nram2wram> : !wram, !nram
  // CHECK: bang.memcpy_3d {{.*}} <gdram2nram> async :
  bang.memcpy_3d %n, %g, %b, %b, %b, %b, %b, %b, %b, %b, %b <gdram2nram> async : !nram, !gdram
  // CHECK: bang.move %{{.*}}, %{{.*}}, %{{.*}} :
  bang.move %n, %n, %b : !nram, !nram
  // CHECK: bang.move_2d %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} :
  bang.move_2d %n, %n, %b, %b, %b, %b : !nram, !nram
  return
}

// CHECK-LABEL: func.func @fills
func.func @fills(%g: !gdram, %n: !nram, %v: f32, %count: i32) {
  // CHECK: bang.fill %{{.*}}, %{{.*}}, %{{.*}} : memref<?xf32, #bang.space<nram>>, f32
  bang.fill %n, %v, %count : !nram, f32
  // CHECK: bang.fill %{{.*}}, %{{.*}}, %{{.*}} : memref<?xf32>, f32
  bang.fill %g, %v, %count : !gdram, f32
  // CHECK: bang.fill_2d %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} :
  bang.fill_2d %n, %v, %count, %count, %count : !nram, f32
  return
}

// CHECK-LABEL: func.func @atomics
func.func @atomics(%g: !gdram, %n: !nram, %v: f32, %count: i32) {
  // CHECK: bang.atomic<add> %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} :
  bang.atomic<add> %n, %g, %v, %count : !nram, !gdram, f32
  // CHECK: bang.atomic_reduce<add> %{{.*}}, %{{.*}}, %{{.*}} : memref<?xf32>, memref<?xf32, #bang.space<nram>>
  bang.atomic_reduce<add> %g, %n, %count : !gdram, !nram
  return
}

// CHECK-LABEL: func.func @syncs
func.func @syncs() {
  // CHECK: bang.sync<all_queues>
  bang.sync<all_queues>
  // CHECK: bang.sync<io_move_compute>
  bang.sync<io_move_compute>
  // CHECK: bang.barrier<cluster>
  bang.barrier<cluster>
  // CHECK: bang.barrier<all_ipu>
  bang.barrier<all_ipu>
  return
}
