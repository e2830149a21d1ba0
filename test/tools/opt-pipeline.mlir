// RUN: %xpiler-opt %s --pass-pipeline='builtin.module(func.func(canonicalize),index-simplify,cse)' --mlir-print-ir-after-all 2>&1 | %FileCheck %s
// RUN: %xpiler-opt %s --canonicalize --index-simplify | %FileCheck %s --check-prefix=FLAGS
// RUN: %mlir-opt %s --canonicalize | %xpiler-opt --cse | %FileCheck %s --check-prefix=FLAGS
// RUN: %not %xpiler-opt %s --pass-pipeline='builtin.module(no-such-pass)' 2>&1 | %FileCheck %s --check-prefix=UNKNOWN
// RUN: %not %xpiler-opt %s.missing 2>&1 | %FileCheck %s --check-prefix=MISSING

// Passes of ours and of upstream mix in one pipeline, and each stage is printed.
// CHECK: IR Dump After func.func(canonicalize)
// CHECK: IR Dump After index-simplify
// CHECK: IR Dump After cse
// CHECK: return %{{.*}} : i32
// FLAGS: %[[C:.*]] = arith.constant 7 : i32
// FLAGS-NEXT: return %[[C]] : i32
// UNKNOWN: error: 'no-such-pass' is not a pass pipeline
// MISSING: error: cannot read the file: No such file or directory
func.func @sum() -> i32 {
  %a = arith.constant 3 : i32
  %b = arith.constant 4 : i32
  %c = arith.addi %a, %b : i32
  return %c : i32
}
