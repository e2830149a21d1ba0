// RUN: %xpiler-opt %s --split-input-file --xpile-to=shared --verify-diagnostics

// What cannot be taken is refused at the operation, by its name.
func.func @tensors(%B: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  // expected-error @below {{'tensor.empty' works on tensors}}
  %a = tensor.empty() : tensor<4xf32>
  %x = tensor.extract %a[%c0] : tensor<4xf32>
  memref.store %x, %B[%c0] : memref<4xf32>
  return
}

// -----

// expected-error @below {{function 'result' has results}}
func.func @result(%a: memref<4xf32>) -> f32 {
  %c0 = arith.constant 0 : index
  %x = memref.load %a[%c0] : memref<4xf32>
  return %x : f32
}

// -----

// expected-error @below {{function 'elsewhere' has no body}}
func.func private @elsewhere(memref<4xf32>)
func.func @caller(%A: memref<4xf32>) {
  call @elsewhere(%A) : (memref<4xf32>) -> ()
  return
}

// -----

func.func @sized(%A: memref<4xf32>, %n: index) {
  // expected-error @below {{'memref.alloc' of memref<?xf32> is not supported}}
  %t = memref.alloc(%n) : memref<?xf32>
  memref.copy %A, %t : memref<4xf32> to memref<?xf32>
  %c0 = arith.constant 0 : index
  %x = memref.load %t[%c0] : memref<?xf32>
  memref.store %x, %A[%c0] : memref<4xf32>
  return
}

// -----

// expected-error @below {{parameter 'B' has type vector<8xf32>}}
func.func @vector(%A: memref<64xf32>, %v: vector<8xf32>) {
  return
}

// -----

func.func @asynchronous(%A: memref<4xf32>) {
  %c1 = arith.constant 1 : index
  // expected-error @below {{'gpu.launch_func' with tokens or clusters is not supported}}
  %t = gpu.launch async blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    %x = memref.load %A[%tx] : memref<4xf32>
    memref.store %x, %A[%bx] : memref<4xf32>
    gpu.terminator
  }
  return
}

// -----

func.func @printing(%A: memref<4xf32>) {
  %c1 = arith.constant 1 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
    // expected-error @below {{'gpu.printf' in a kernel is not supported}}
    gpu.printf "hello"
    gpu.terminator
  }
  return
}

// -----

func.func @asserted(%A: memref<4xf32>, %ok: i1) {
  // expected-error @below {{'cf.assert' in a kernel is not supported}}
  cf.assert %ok, "not ok"
  return
}

// -----

// expected-error @below {{cannot read 'llvm.func' as a kernel}}
llvm.func @low(%a: i32) {
  llvm.return
}
