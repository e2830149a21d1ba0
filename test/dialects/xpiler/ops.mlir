// RUN: %xpiler-opt --allow-unregistered-dialect %s | %mlir-opt-plugin --allow-unregistered-dialect - | %FileCheck %s

// CHECK: module attributes {xpiler.target = #xpiler.target<"bang", arch = "mtp_592">}
module attributes {xpiler.target = #xpiler.target<"bang", arch = "mtp_592">} {
  // CHECK-LABEL: func.func @memory
  func.func @memory(%A: memref<?xf32> {xpiler.name = "A", xpiler.restrict}, %n: index, %ok: i1) attributes {xpiler.kernel} {
    // CHECK: xpiler.extent %{{.*}}, %{{.*}} : memref<?xf32>
    xpiler.extent %A, %n : memref<?xf32>
    // CHECK: xpiler.assume %{{.*}}
    xpiler.assume %ok
    // CHECK: xpiler.assume %{{.*}}, "--assume n > 0"
    xpiler.assume %ok, "--assume n > 0"
    // CHECK: xpiler.view %{{.*}}[%{{.*}}] : memref<?xf32> to memref<?xi8>
    %view = xpiler.view %A[%n] : memref<?xf32> to memref<?xi8>
    // CHECK: mapping = [#xpiler.bind<block_x>, #xpiler.bind<thread_x>]
    scf.forall (%i, %j) in (%n, %n) {
    } {mapping = [#xpiler.bind<block_x>, #xpiler.bind<thread_x>]}
    // CHECK: mapping = [#xpiler.bind<omp>]
    scf.forall (%i) in (%n) {
    } {mapping = [#xpiler.bind<omp>]}
    // CHECK: tile = #xpiler.hole<"tile">
    "test.pattern"() {tile = #xpiler.hole<"tile">} : () -> ()
    return
  }

  // CHECK-LABEL: func.func @host
  func.func @host(%A: memref<?xf32>, %n: i32) attributes {xpiler.launcher = "host"} {
    %elements = arith.index_cast %n : i32 to index
    // CHECK: %[[D:.*]] = xpiler.alloc %{{.*}} : memref<?xf32>
    %d = xpiler.alloc %elements : memref<?xf32>
    // CHECK: xpiler.copy %{{.*}} to %[[D]], %{{.*}} <h2d> : memref<?xf32> to memref<?xf32>
    xpiler.copy %A to %d, %elements <h2d> : memref<?xf32> to memref<?xf32>
    // CHECK: xpiler.memset %[[D]], %{{.*}}, %{{.*}} : memref<?xf32>
    xpiler.memset %d, %n, %elements : memref<?xf32>
    // CHECK: xpiler.launch @memory_of grid(%{{.*}}, %{{.*}}, %{{.*}}) block(%{{.*}}, %{{.*}}, %{{.*}}) shared(%{{.*}}) args(%[[D]], %{{.*}} : memref<?xf32>, i32)
    xpiler.launch @memory_of grid(%n, %n, %n) block(%n, %n, %n) shared(%n) args(%d, %n : memref<?xf32>, i32)
    // CHECK: xpiler.launch @memory_of tasks(%{{.*}}, %{{.*}}, %{{.*}}) <union4> args(
    xpiler.launch @memory_of tasks(%n, %n, %n) <union4> args(%d, %n : memref<?xf32>, i32)
    // CHECK: xpiler.launch @nothing grid(%{{.*}}, %{{.*}}, %{{.*}}) block(%{{.*}}, %{{.*}}, %{{.*}}) args()
    xpiler.launch @nothing grid(%n, %n, %n) block(%n, %n, %n) args()
    // CHECK: xpiler.call @memory_of args(%[[D]], %{{.*}} : memref<?xf32>, i32)
    xpiler.call @memory_of args(%d, %n : memref<?xf32>, i32)
    // CHECK: xpiler.free %[[D]] : memref<?xf32>
    xpiler.free %d : memref<?xf32>
    return
  }

  // CHECK-LABEL: func.func @device(%{{.*}}: !xpiler.stream
  func.func @device(%stream: !xpiler.stream, %A: memref<?xf32>, %n: i32) attributes {xpiler.launcher = "device"} {
    %elements = arith.index_cast %n : i32 to index
    // CHECK: xpiler.copy {{.*}} <d2d> on %{{.*}} :
    xpiler.copy %A to %A, %elements <d2d> on %stream : memref<?xf32> to memref<?xf32>
    // CHECK: xpiler.launch @memory_of {{.*}} on %{{.*}} args(
    xpiler.launch @memory_of grid(%n, %n, %n) block(%n, %n, %n) on %stream args(%A, %n : memref<?xf32>, i32)
    return
  }

  func.func private @memory_of(memref<?xf32>, i32) attributes {xpiler.kernel}
  func.func private @nothing() attributes {xpiler.kernel}
}
