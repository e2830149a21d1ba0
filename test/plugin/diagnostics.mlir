// RUN: %mlir-opt-plugin %s --pass-pipeline='builtin.module(xpile{to=bang})' --split-input-file --verify-diagnostics

// What xpiler-opt refuses is an error of the operation it names, with its hint.
func.func @tensors(%B: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  // expected-error @below {{'tensor.empty' works on tensors}}
  // expected-note @below {{hint: bufferize first}}
  %a = tensor.empty() : tensor<4xf32>
  %x = tensor.extract %a[%c0] : tensor<4xf32>
  memref.store %x, %B[%c0] : memref<4xf32>
  return
}

// -----

// An operation whose location is unknown is found again by its number.
// expected-error @unknown {{'memref.alloc' of memref<?xf32> is not supported}}
// expected-note @unknown {{hint: expected a static shape}}
func.func @allocation(%A: memref<4xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %b = memref.alloc(%n) : memref<?xf32> loc(unknown)
  %x = memref.load %b[%c0] : memref<?xf32>
  memref.store %x, %A[%c0] : memref<4xf32>
  return
}
