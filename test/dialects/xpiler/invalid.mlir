// RUN: %xpiler-opt %s --split-input-file --verify-diagnostics

func.func @view_c1(%A: memref<4x4xf32, strided<[8, 1]>>, %i: index) {
  // expected-error @+1 {{expected a base of identity layout}}
  %v = xpiler.view %A[%i] : memref<4x4xf32, strided<[8, 1]>> to memref<?xf32>
  return
}
// -----
func.func @view_c2(%A: memref<4xf32, #cuda.space<shared>>, %i: index) {
  // expected-error @+1 {{expected the memory space of the base}}
  %v = xpiler.view %A[%i] : memref<4xf32, #cuda.space<shared>> to memref<?xf32>
  return
}
// -----
func.func @view_c3(%A: memref<4xf32>, %i: index) {
  // expected-error @+1 {{expected a result of dynamic extent}}
  %v = xpiler.view %A[%i] : memref<4xf32> to memref<4xf32>
  return
}
// -----
func.func @extent_c1(%n: index) {
  %A = memref.alloc(%n) : memref<?xf32>
  // expected-error @+1 {{expected a parameter}}
  xpiler.extent %A, %n : memref<?xf32>
  return
}
// -----
func.func @copy_c1(%A: memref<?xf32>, %B: memref<?xf16>, %n: index) {
  // expected-error @+1 {{expected equal element types, got 'f32' and 'f16'}}
  xpiler.copy %A to %B, %n <h2d> : memref<?xf32> to memref<?xf16>
  return
}
// -----
func.func private @k() attributes {xpiler.kernel}
func.func @launch_c1() {
  // expected-error @+1 {{expected either grid(...) block(...) or tasks(...)}}
  xpiler.launch @k args()
  return
}
// -----
func.func private @k() attributes {xpiler.kernel}
func.func @launch_c2(%n: i32) {
  // expected-error @+1 {{expected three values}}
  xpiler.launch @k grid(%n) block(%n, %n, %n) args()
  return
}
// -----
func.func private @k() attributes {xpiler.kernel}
func.func @launch_c5(%n: i32) {
  // expected-error @+1 {{expected no shared(...) beside tasks(...)}}
  xpiler.launch @k tasks(%n, %n, %n) <block> shared(%n) args()
  return
}
// -----
func.func @launch_c6(%n: i32) {
  // expected-error @+1 {{expected a function, got @k}}
  xpiler.launch @k grid(%n, %n, %n) block(%n, %n, %n) args()
  return
}
// -----
func.func private @k()
func.func @launch_c6(%n: i32) {
  // expected-error @+1 {{expected a kernel, and @k has no 'xpiler.kernel'}}
  xpiler.launch @k grid(%n, %n, %n) block(%n, %n, %n) args()
  return
}
// -----
func.func private @k(i32) attributes {xpiler.kernel}
func.func @call_c1() {
  // expected-error @+1 {{expected arguments of the types of @k's parameters}}
  xpiler.call @k args()
  return
}
// -----
// expected-error @+1 {{unknown platform 'opencl'}}
module attributes {xpiler.target = #xpiler.target<"opencl">} {}
// -----
// expected-error @+1 {{expected 'xpiler.launcher' to be "host" or "device"}}
func.func @launcher() attributes {xpiler.launcher = "kernel"} { return }
// -----
// expected-error @+1 {{which only a function may have}}
module attributes {xpiler.kernel} {}
