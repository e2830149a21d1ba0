// RUN: %not %xpiler-opt %s --split-input-file --verify-diagnostics 2>&1 | %FileCheck %s
// RUN: %not %xpiler-opt %s --split-input-file 2>&1 | %FileCheck %s --check-prefix=PLAIN

// What was announced in the second part does not come, what comes in the third was not announced.
// CHECK-NOT: in the first
// CHECK: expected error "in the second" on line 17 was not produced
// CHECK: unexpected error: {{.*}}:20:3: error: custom op 'cuda.third' is unknown
// PLAIN: opt-verify-diagnostics.mlir:12:3: error: custom op 'cuda.first' is unknown
func.func @first() {
  // expected-error @+2 {{custom op 'cuda.first' is unknown}}

  cuda.first
}
// -----
func.func @second() {
  // expected-error @below {{in the second}}
  return
}
// -----
  cuda.third
