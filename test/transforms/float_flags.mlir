// RUN: %xpiler-opt %s --pass-pipeline='builtin.module(float-flags)' | %FileCheck %s

// An integer that is only widened before it becomes a float is converted as it is; one that is used wide keeps its width for that.
// CHECK-LABEL: func.func @widened(
// CHECK-SAME: %[[A:.*]]: i8
// CHECK: %[[F:.*]] = arith.sitofp %[[A]] : i8 to f32
// CHECK-NOT: arith.extsi
// CHECK: return %[[F]]
func.func @widened(%a: i8) -> f32 {
  %w = arith.extsi %a : i8 to i32
  %f = arith.sitofp %w : i32 to f32
  return %f : f32
}

// CHECK-LABEL: func.func @summed(
// CHECK: arith.sitofp %{{.*}} : i32 to f32
func.func @summed(%a: i8) -> f32 {
  %w = arith.extsi %a : i8 to i32
  %s = arith.addi %w, %w : i32
  %f = arith.sitofp %s : i32 to f32
  return %f : f32
}
