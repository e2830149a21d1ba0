module attributes {xpiler.target = #xpiler.target<"cuda", arch = "sm_90">} {
// Signs, narrow types, chains of conditionals, variables that swap, a loop left by its condition region.
func.func @control(%a: memref<?xi8> {xpiler.name="A", xpiler.ctype="int8_t *"}, %x: f32 {xpiler.name="x", xpiler.ctype="float"}, %n: i32 {xpiler.name="n", xpiler.ctype="int"}, %u: i32 {xpiler.name="u", xpiler.ctype="unsigned"}) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c3 = arith.constant 3 : i32
  %o = arith.constant 0 : index
  %o1 = arith.constant 1 : index
  %half = arith.constant 0.5 : f32
  %third = arith.constant 0.333333343 : f32
  %tiny = arith.constant 1.0e-30 : f32
  %fib:2 = scf.for %i = %c0 to %n step %c1 iter_args(%p = %c0, %q = %c1) -> (i32, i32) : i32 {
    %s = arith.addi %p, %q : i32
    scf.yield %q, %s : i32, i32
  }
  %byte = memref.load %a[%o] : memref<?xi8>
  %wide = arith.extsi %byte : i8 to i32
  %unsigned_byte = arith.extui %byte : i8 to i32
  %quotient = arith.divui %u, %c3 : i32
  %shifted = arith.shrsi %wide, %c2 : i32
  %t0 = arith.addi %fib#0, %unsigned_byte : i32
  %t1 = arith.addi %t0, %quotient : i32
  %t2 = arith.addi %t1, %shifted : i32
  %c_less = arith.cmpf olt, %x, %half : f32
  %c_uge = arith.cmpf uge, %x, %third : f32
  %r = scf.if %c_less -> i32 {
    memref.store %byte, %a[%o1] : memref<?xi8>
    scf.yield %t2 : i32
  } else {
    %inner = scf.if %c_uge -> i32 {
      %m = arith.muli %t2, %c3 : i32
      scf.yield %m : i32
    } else {
      memref.store %byte, %a[%o] : memref<?xi8>
      %y = arith.addf %x, %tiny : f32
      %yi = arith.fptosi %y : f32 to i32
      scf.yield %yi : i32
    }
    scf.yield %inner : i32
  }
  %w = scf.while (%v = %r) : (i32) -> i32 {
    %next = arith.shrui %v, %c1 : i32
    %zero = arith.cmpi ne, %next, %c0 : i32
    scf.condition(%zero) %next : i32
  } do {
  ^bb0(%v: i32):
    scf.yield %v : i32
  }
  %out = arith.trunci %w : i32 to i8
  memref.store %out, %a[%o] : memref<?xi8>
  return
}
}
