// The one meaning of every cuda and hip operation that is a function of its operands; docs/language.md has the format.
//
// Lane collectives: operands and results are arrays with one element a lane, results last, then which lanes take part
// and how many there are. In barrier_reduce the lanes are the block's threads, and those that take part the live ones.
// A fragment is its whole matrix, row by row; $ROWS and $COLS are its extents. mfma takes each lane's registers one
// lane behind the other, packed bytes and bf16 bit patterns as elements.

// ---- Shuffles ----------------------------------------------------------------------------------------------------

// meaning simt.shuffle
func.func @meaning(%value: memref<?x$T>, %lane: memref<?xi32>, %width: memref<?xi32>,
                   %result: memref<?x$T>, %active: memref<?xi1>, %lanes: index) {
  scf.forall (%l) in (%lanes) {
    %takes_part = memref.load %active[%l] : memref<?xi1>
    scf.if %takes_part {
      %x = func.call @shuffled(%value, %lane, %width, %active, %lanes, %l)
          : (memref<?x$T>, memref<?xi32>, memref<?xi32>, memref<?xi1>, index, index) -> $T
      memref.store %x, %result[%l] : memref<?x$T>
    }
  }
  return
}

// Every lane's mask holds the lane itself; lanes outside of it are not read.
// meaning simt.shuffle masked
func.func @meaning(%value: memref<?x$T>, %lane: memref<?xi32>, %width: memref<?xi32>, %mask: memref<?x$W>,
                   %result: memref<?x$T>, %active: memref<?xi1>, %lanes: index) {
  scf.forall (%l) in (%lanes) {
    %takes_part = memref.load %active[%l] : memref<?xi1>
    scf.if %takes_part {
      %m = memref.load %mask[%l] : memref<?x$W>
      %own = func.call @in_mask(%m, %l) : ($W, index) -> i1
      cf.assert %own, "a lane must be in its own mask"
      %x = func.call @shuffled(%value, %lane, %width, %active, %lanes, %l)
          : (memref<?x$T>, memref<?xi32>, memref<?xi32>, memref<?xi1>, index, index) -> $T
      memref.store %x, %result[%l] : memref<?x$T>
    }
  }
  return
}

// @in_mask
func.func private @in_mask(%mask: $W, %lane: index) -> i1 {
  %shift = arith.index_cast %lane : index to $W
  %moved = arith.shrui %mask, %shift : $W
  %bit = arith.trunci %moved : $W to i1
  return %bit : i1
}

// What lane l receives.
// @shuffled
func.func private @shuffled(%value: memref<?x$T>, %lane: memref<?xi32>, %width: memref<?xi32>, %active: memref<?xi1>,
                            %lanes: index, %l: index) -> $T {
  %one = arith.constant 1 : index
  %none = arith.constant 0 : index
  %d32 = memref.load %lane[%l] : memref<?xi32>
  %w32 = memref.load %width[%l] : memref<?xi32>
  %d = arith.index_cast %d32 : i32 to index
  %w = arith.index_cast %w32 : i32 to index
  %last = arith.subi %w, %one : index
  %shared = arith.andi %w, %last : index
  %power = arith.cmpi eq, %shared, %none : index
  %at_most = arith.cmpi sle, %w, %lanes : index
  %at_least = arith.cmpi sge, %w, %one : index
  %fits = arith.andi %at_most, %at_least : i1
  %right = arith.andi %power, %fits : i1
  cf.assert %right, "the width must be a power of two of at most a warp"
  %s = func.call @source(%l, %d, %w, %lanes) : (index, index, index, index) -> index
  %there = memref.load %active[%s] : memref<?xi1>
  cf.assert %there, "a shuffle must not read a lane that does not take part"
  %x = memref.load %value[%s] : memref<?x$T>
  return %x : $T
}

// The lane number is taken modulo the width.
// @source <idx>
func.func private @source(%l: index, %d: index, %w: index, %lanes: index) -> index {
  %one = arith.constant 1 : index
  %last = arith.subi %w, %one : index
  %within = arith.remui %l, %w : index
  %start = arith.subi %l, %within : index
  %offset = arith.andi %d, %last : index
  %s = arith.addi %start, %offset : index
  return %s : index
}

// @source <up>
func.func private @source(%l: index, %d: index, %w: index, %lanes: index) -> index {
  %small = arith.cmpi ult, %d, %lanes : index
  cf.assert %small, "the distance must be less than a warp"
  %within = arith.remui %l, %w : index
  %inside = arith.cmpi uge, %within, %d : index
  %below = arith.subi %l, %d : index
  %s = arith.select %inside, %below, %l : index
  return %s : index
}

// @source <down>
func.func private @source(%l: index, %d: index, %w: index, %lanes: index) -> index {
  %small = arith.cmpi ult, %d, %lanes : index
  cf.assert %small, "the distance must be less than a warp"
  %within = arith.remui %l, %w : index
  %moved = arith.addi %within, %d : index
  %inside = arith.cmpi ult, %moved, %w : index
  %above = arith.addi %l, %d : index
  %s = arith.select %inside, %above, %l : index
  return %s : index
}

// A lane of an earlier segment may be read, one of a later segment not.
// @source <xor>
func.func private @source(%l: index, %d: index, %w: index, %lanes: index) -> index {
  %small = arith.cmpi ult, %d, %lanes : index
  cf.assert %small, "the distance must be less than a warp"
  %within = arith.remui %l, %w : index
  %start = arith.subi %l, %within : index
  %end = arith.addi %start, %w : index
  %partner = arith.xori %l, %d : index
  %inside = arith.cmpi ult, %partner, %end : index
  %s = arith.select %inside, %partner, %l : index
  return %s : index
}

// ---- Votes and counting barriers ---------------------------------------------------------------------------------

// meaning simt.vote
func.func @meaning(%predicate: memref<?xi1>, %result: memref<?x$U>, %active: memref<?xi1>, %lanes: index) {
  %first = arith.constant 0 : index
  %one = arith.constant 1 : index
  %initial = arith.constant 0 : i64
  %bits = scf.for %l = %first to %lanes step %one iter_args(%acc = %initial) -> (i64) {
    %p = memref.load %predicate[%l] : memref<?xi1>
    %takes_part = memref.load %active[%l] : memref<?xi1>
    %counts = arith.andi %p, %takes_part : i1
    %next = func.call @with_bit(%acc, %counts, %l) : (i64, i1, index) -> i64
    scf.yield %next : i64
  }
  %members = scf.for %l = %first to %lanes step %one iter_args(%acc = %initial) -> (i64) {
    %takes_part = memref.load %active[%l] : memref<?xi1>
    %next = func.call @with_bit(%acc, %takes_part, %l) : (i64, i1, index) -> i64
    scf.yield %next : i64
  }
  %vote = func.call @voted(%bits, %members) : (i64, i64) -> $U
  scf.forall (%l) in (%lanes) {
    %takes_part = memref.load %active[%l] : memref<?xi1>
    scf.if %takes_part {
      memref.store %vote, %result[%l] : memref<?x$U>
    }
  }
  return
}

// Only the lanes of a lane's mask count for it.
// meaning simt.vote masked
func.func @meaning(%predicate: memref<?xi1>, %mask: memref<?x$U>, %result: memref<?x$V>, %active: memref<?xi1>, %lanes: index) {
  %first = arith.constant 0 : index
  %one = arith.constant 1 : index
  %initial = arith.constant 0 : i64
  scf.forall (%l) in (%lanes) {
    %takes_part = memref.load %active[%l] : memref<?xi1>
    scf.if %takes_part {
      %m = memref.load %mask[%l] : memref<?x$U>
      %own = func.call @in_vote_mask(%m, %l) : ($U, index) -> i1
      cf.assert %own, "a lane must be in its own mask"
      %bits, %members = scf.for %k = %first to %lanes step %one iter_args(%acc = %initial, %all = %initial) -> (i64, i64) {
        %p = memref.load %predicate[%k] : memref<?xi1>
        %runs = memref.load %active[%k] : memref<?xi1>
        %listed = func.call @in_vote_mask(%m, %k) : ($U, index) -> i1
        %member = arith.andi %runs, %listed : i1
        %counts = arith.andi %p, %member : i1
        %next = func.call @with_bit(%acc, %counts, %k) : (i64, i1, index) -> i64
        %more = func.call @with_bit(%all, %member, %k) : (i64, i1, index) -> i64
        scf.yield %next, %more : i64, i64
      }
      %vote = func.call @voted_in_mask(%bits, %members) : (i64, i64) -> $V
      memref.store %vote, %result[%l] : memref<?x$V>
    }
  }
  return
}

// @in_vote_mask
func.func private @in_vote_mask(%mask: $U, %lane: index) -> i1 {
  %shift = arith.index_cast %lane : index to $U
  %moved = arith.shrui %mask, %shift : $U
  %bit = arith.trunci %moved : $U to i1
  return %bit : i1
}

// @with_bit
func.func private @with_bit(%bits: i64, %set: i1, %lane: index) -> i64 {
  %shift = arith.index_cast %lane : index to i64
  %wide = arith.extui %set : i1 to i64
  %bit = arith.shli %wide, %shift : i64
  %r = arith.ori %bits, %bit : i64
  return %r : i64
}

// @voted <any>
func.func private @voted(%bits: i64, %members: i64) -> i32 {
  %none = arith.constant 0 : i64
  %any = arith.cmpi ne, %bits, %none : i64
  %r = arith.extui %any : i1 to i32
  return %r : i32
}

// @voted <all>
func.func private @voted(%bits: i64, %members: i64) -> i32 {
  %all = arith.cmpi eq, %bits, %members : i64
  %r = arith.extui %all : i1 to i32
  return %r : i32
}

// @voted <ballot> on i1 i32
func.func private @voted(%bits: i64, %members: i64) -> i32 {
  %r = arith.trunci %bits : i64 to i32
  return %r : i32
}

// @voted <ballot> on i1 i64
func.func private @voted(%bits: i64, %members: i64) -> i64 {
  return %bits : i64
}

// @voted_in_mask <any>
func.func private @voted_in_mask(%bits: i64, %members: i64) -> i32 {
  %none = arith.constant 0 : i64
  %any = arith.cmpi ne, %bits, %none : i64
  %r = arith.extui %any : i1 to i32
  return %r : i32
}

// @voted_in_mask <all>
func.func private @voted_in_mask(%bits: i64, %members: i64) -> i32 {
  %all = arith.cmpi eq, %bits, %members : i64
  %r = arith.extui %all : i1 to i32
  return %r : i32
}

// @voted_in_mask <ballot> on i1 i32
func.func private @voted_in_mask(%bits: i64, %members: i64) -> i32 {
  %r = arith.trunci %bits : i64 to i32
  return %r : i32
}

// @voted_in_mask <ballot> on i1 i64
func.func private @voted_in_mask(%bits: i64, %members: i64) -> i64 {
  return %bits : i64
}

// meaning simt.barrier_reduce<count=addi/0, and=andi/1, or=ori/0>
func.func @meaning(%predicate: memref<?x$T>, %result: memref<?xi32>, %active: memref<?xi1>, %lanes: index) {
  %first = arith.constant 0 : index
  %one = arith.constant 1 : index
  %zero = arith.constant $ZERO : $T
  %initial = arith.constant $2 : i32
  %reduced = scf.for %l = %first to %lanes step %one iter_args(%acc = %initial) -> (i32) {
    %p = memref.load %predicate[%l] : memref<?x$T>
    %holds = arith.cmpi ne, %p, %zero : $T
    %bit = arith.extui %holds : i1 to i32
    %takes_part = memref.load %active[%l] : memref<?xi1>
    %with = arith.$1 %acc, %bit : i32
    %next = arith.select %takes_part, %with, %acc : i32
    scf.yield %next : i32
  }
  scf.forall (%l) in (%lanes) {
    %takes_part = memref.load %active[%l] : memref<?xi1>
    scf.if %takes_part {
      memref.store %reduced, %result[%l] : memref<?xi32>
    }
  }
  return
}

// ---- Approximate functions: the exact ones, the error is a listed assumption ---------------------------------------

// meaning simt.approx<exp=exp, exp2=exp2, log=log, log2=log2, log10=log10, sin=sin, cos=cos, tan=tan, tanh=tanh>
// meaning simt.approx<rsqrt=rsqrt, sqrt=sqrt>
func.func @meaning(%x: $T) -> $T {
  %r = math.$1 %x : $T
  return %r : $T
}

// meaning simt.approx<exp10>
func.func @meaning(%x: $T) -> $T {
  %ten = arith.constant 10.0 : $T
  %r = math.powf %ten, %x : $T
  return %r : $T
}

// meaning simt.approx<rcp>
func.func @meaning(%x: $T) -> $T {
  %one = arith.constant 1.0 : $T
  %r = arith.divf %one, %x : $T
  return %r : $T
}

// meaning simt.approx_binary<div=arith.divf, pow=math.powf>
func.func @meaning(%a: $T, %b: $T) -> $T {
  %r = $1 %a, %b : $T
  return %r : $T
}

// ---- Atomics -----------------------------------------------------------------------------------------------------

// meaning simt.atomic<add=addf, max=maxnumf, min=minnumf, exch=assign> on float
// meaning simt.atomic<add=addi, min=mins, max=maxs, umin=minu, umax=maxu, and=andi, or=ori, exch=assign> on int
func.func @meaning(%value: $T, %base: memref<?x$T>, %i: index) -> $T {
  %old = memref.atomic_rmw $1 %value, %base[%i] : ($T, memref<?x$T>) -> $T
  return %old : $T
}

// meaning simt.atomic<sub> on float
func.func @meaning(%value: $T, %base: memref<?x$T>, %i: index) -> $T {
  %minus = arith.negf %value : $T
  %old = memref.atomic_rmw addf %minus, %base[%i] : ($T, memref<?x$T>) -> $T
  return %old : $T
}

// meaning simt.atomic<sub> on int
func.func @meaning(%value: $T, %base: memref<?x$T>, %i: index) -> $T {
  %zero = arith.constant 0 : $T
  %minus = arith.subi %zero, %value : $T
  %old = memref.atomic_rmw addi %minus, %base[%i] : ($T, memref<?x$T>) -> $T
  return %old : $T
}

// The load and the update are one step, here and below.
// meaning simt.atomic<xor=xori> on int
func.func @meaning(%value: $T, %base: memref<?x$T>, %i: index) -> $T {
  %old = memref.load %base[%i] : memref<?x$T>
  %new = memref.generic_atomic_rmw %base[%i] : memref<?x$T> {
  ^bb0(%current: $T):
    %r = arith.$1 %current, %value : $T
    memref.atomic_yield %r : $T
  }
  return %old : $T
}

// Counts up to the value, then from 0 again.
// meaning simt.atomic<inc> on int
func.func @meaning(%value: $T, %base: memref<?x$T>, %i: index) -> $T {
  %old = memref.load %base[%i] : memref<?x$T>
  %new = memref.generic_atomic_rmw %base[%i] : memref<?x$T> {
  ^bb0(%current: $T):
    %zero = arith.constant 0 : $T
    %one = arith.constant 1 : $T
    %more = arith.addi %current, %one : $T
    %wraps = arith.cmpi uge, %current, %value : $T
    %r = arith.select %wraps, %zero, %more : $T
    memref.atomic_yield %r : $T
  }
  return %old : $T
}

// Counts down to 0, then from the value again.
// meaning simt.atomic<dec> on int
func.func @meaning(%value: $T, %base: memref<?x$T>, %i: index) -> $T {
  %old = memref.load %base[%i] : memref<?x$T>
  %new = memref.generic_atomic_rmw %base[%i] : memref<?x$T> {
  ^bb0(%current: $T):
    %zero = arith.constant 0 : $T
    %one = arith.constant 1 : $T
    %less = arith.subi %current, %one : $T
    %is_zero = arith.cmpi eq, %current, %zero : $T
    %above = arith.cmpi ugt, %current, %value : $T
    %wraps = arith.ori %is_zero, %above : i1
    %r = arith.select %wraps, %value, %less : $T
    memref.atomic_yield %r : $T
  }
  return %old : $T
}

// meaning simt.atomic_cas on int
func.func @meaning(%expected: $T, %value: $T, %base: memref<?x$T>, %i: index) -> $T {
  %old = memref.load %base[%i] : memref<?x$T>
  %new = memref.generic_atomic_rmw %base[%i] : memref<?x$T> {
  ^bb0(%current: $T):
    %same = arith.cmpi eq, %current, %expected : $T
    %r = arith.select %same, %value, %current : $T
    memref.atomic_yield %r : $T
  }
  return %old : $T
}

// ---- Matrix fragments --------------------------------------------------------------------------------------------

// meaning simt.fragment_fill
func.func @meaning(%value: $T, %result: memref<?x$T>) {
  %size = arith.constant $SIZE : index
  scf.forall (%i) in (%size) {
    memref.store %value, %result[%i] : memref<?x$T>
  }
  return
}

// Rows are %ld elements apart.
// meaning simt.fragment_load <row>
func.func @meaning(%base: memref<?x$T>, %i: index, %ld: i32, %result: memref<?x$T>) {
  %step = arith.index_cast %ld : i32 to index
  %rows = arith.constant $ROWS : index
  %cols = arith.constant $COLS : index
  scf.forall (%r, %c) in (%rows, %cols) {
    %line = arith.muli %r, %step : index
    %within = arith.addi %line, %c : index
    %from = arith.addi %i, %within : index
    %start = arith.muli %r, %cols : index
    %to = arith.addi %start, %c : index
    %x = memref.load %base[%from] : memref<?x$T>
    memref.store %x, %result[%to] : memref<?x$T>
  }
  return
}

// Columns are %ld elements apart.
// meaning simt.fragment_load <col>
func.func @meaning(%base: memref<?x$T>, %i: index, %ld: i32, %result: memref<?x$T>) {
  %step = arith.index_cast %ld : i32 to index
  %rows = arith.constant $ROWS : index
  %cols = arith.constant $COLS : index
  scf.forall (%r, %c) in (%rows, %cols) {
    %line = arith.muli %c, %step : index
    %within = arith.addi %line, %r : index
    %from = arith.addi %i, %within : index
    %start = arith.muli %r, %cols : index
    %to = arith.addi %start, %c : index
    %x = memref.load %base[%from] : memref<?x$T>
    memref.store %x, %result[%to] : memref<?x$T>
  }
  return
}

// meaning simt.fragment_store <row>
func.func @meaning(%fragment: memref<?x$T>, %base: memref<?x$T>, %i: index, %ld: i32) {
  %step = arith.index_cast %ld : i32 to index
  %rows = arith.constant $ROWS : index
  %cols = arith.constant $COLS : index
  scf.forall (%r, %c) in (%rows, %cols) {
    %start = arith.muli %r, %cols : index
    %from = arith.addi %start, %c : index
    %line = arith.muli %r, %step : index
    %within = arith.addi %line, %c : index
    %to = arith.addi %i, %within : index
    %x = memref.load %fragment[%from] : memref<?x$T>
    memref.store %x, %base[%to] : memref<?x$T>
  }
  return
}

// meaning simt.fragment_store <col>
func.func @meaning(%fragment: memref<?x$T>, %base: memref<?x$T>, %i: index, %ld: i32) {
  %step = arith.index_cast %ld : i32 to index
  %rows = arith.constant $ROWS : index
  %cols = arith.constant $COLS : index
  scf.forall (%r, %c) in (%rows, %cols) {
    %start = arith.muli %r, %cols : index
    %from = arith.addi %start, %c : index
    %line = arith.muli %c, %step : index
    %within = arith.addi %line, %r : index
    %to = arith.addi %i, %within : index
    %x = memref.load %fragment[%from] : memref<?x$T>
    memref.store %x, %base[%to] : memref<?x$T>
  }
  return
}

// The order of the sum is free: floats are compared as reals.
// meaning simt.fragment_mma
func.func @meaning(%a: memref<?x$T>, %b: memref<?x$U>, %c: memref<?x$V>, %result: memref<?x$V>) {
  %rows = arith.constant $M : index
  %cols = arith.constant $N : index
  %depth = arith.constant $K : index
  %first = arith.constant 0 : index
  %one = arith.constant 1 : index
  scf.forall (%i, %j) in (%rows, %cols) {
    %line = arith.muli %i, %cols : index
    %at = arith.addi %line, %j : index
    %initial = memref.load %c[%at] : memref<?x$V>
    %sum = scf.for %k = %first to %depth step %one iter_args(%acc = %initial) -> ($V) {
      %a_line = arith.muli %i, %depth : index
      %a_at = arith.addi %a_line, %k : index
      %b_line = arith.muli %k, %cols : index
      %b_at = arith.addi %b_line, %j : index
      %x = memref.load %a[%a_at] : memref<?x$T>
      %y = memref.load %b[%b_at] : memref<?x$U>
      %next = func.call @multiply_add(%acc, %x, %y) : ($V, $T, $U) -> $V
      scf.yield %next : $V
    }
    memref.store %sum, %result[%at] : memref<?x$V>
  }
  return
}

// @multiply_add on narrow narrow f32
func.func private @multiply_add(%acc: $V, %x: $T, %y: $U) -> $V {
  %wide_x = arith.extf %x : $T to $V
  %wide_y = arith.extf %y : $U to $V
  %p = arith.mulf %wide_x, %wide_y : $V
  %r = arith.addf %acc, %p : $V
  return %r : $V
}

// @multiply_add on f16 f16 f16
// @multiply_add on f64 f64 f64
func.func private @multiply_add(%acc: $V, %x: $T, %y: $U) -> $V {
  %p = arith.mulf %x, %y : $V
  %r = arith.addf %acc, %p : $V
  return %r : $V
}

// tf32: the low 13 bits of the operands' significands do not count; xf32 likewise.
// @multiply_add <tf32, tf32_m16, tf32_m32> on f32 f32 f32
func.func private @multiply_add(%acc: $V, %x: $T, %y: $U) -> $V {
  %kept = arith.constant 0xFFFFE000 : i32
  %x_bits = arith.bitcast %x : f32 to i32
  %y_bits = arith.bitcast %y : f32 to i32
  %x_kept = arith.andi %x_bits, %kept : i32
  %y_kept = arith.andi %y_bits, %kept : i32
  %x_short = arith.bitcast %x_kept : i32 to f32
  %y_short = arith.bitcast %y_kept : i32 to f32
  %p = arith.mulf %x_short, %y_short : $V
  %r = arith.addf %acc, %p : $V
  return %r : $V
}

// @multiply_add <m4, m16, m32> on f32 f32 f32
func.func private @multiply_add(%acc: $V, %x: $T, %y: $U) -> $V {
  %p = arith.mulf %x, %y : $V
  %r = arith.addf %acc, %p : $V
  return %r : $V
}

// Sums wrap.
// @multiply_add on i8 i8 i32
func.func private @multiply_add(%acc: $V, %x: $T, %y: $U) -> $V {
  %wide_x = arith.extsi %x : $T to $V
  %wide_y = arith.extsi %y : $U to $V
  %p = arith.muli %wide_x, %wide_y : $V
  %r = arith.addi %acc, %p : $V
  return %r : $V
}

// How many elements a lane of 32 holds of an accumulator.
// meaning simt.fragment_size <acc>
func.func @meaning() -> i32 {
  %r = arith.constant $PER_LANE : i32
  return %r : i32
}

// meaning simt.fragment_get <16x16x16, 16x16x8, 32x8x16, 8x32x16, 8x8x4>
func.func @meaning(%fragment: memref<?x$T>, %index: index, %lane: index) -> $T {
  %at = func.call @accumulator_place(%index, %lane) : (index, index) -> index
  %x = memref.load %fragment[%at] : memref<?x$T>
  return %x : $T
}

// In place: the result is the fragment.
// meaning simt.fragment_set <16x16x16, 16x16x8, 32x8x16, 8x32x16, 8x8x4>
func.func @meaning(%value: $T, %fragment: memref<?x$T>, %index: index, %lane: index) {
  %at = func.call @accumulator_place(%index, %lane) : (index, index) -> index
  memref.store %value, %fragment[%at] : memref<?x$T>
  return
}

// Where a lane of 32 holds element i of an accumulator, as sm_80 and sm_90 lay it out: with g = lane / 4, t = lane % 4
// and i's bits, (g + 8 i[1], 2t + i[0] + 8 i[2]).
// @accumulator_place <16x16x16, 16x16x8>
func.func private @accumulator_place(%i: index, %lane: index) -> index {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %eight = arith.constant 8 : index
  %sixteen = arith.constant 16 : index
  %g = arith.divui %lane, %four : index
  %t = arith.remui %lane, %four : index
  %i0 = arith.remui %i, %two : index
  %half = arith.divui %i, %two : index
  %i1 = arith.remui %half, %two : index
  %i2 = arith.divui %i, %four : index
  %down = arith.muli %i1, %eight : index
  %row = arith.addi %g, %down : index
  %pair = arith.muli %t, %two : index
  %across = arith.muli %i2, %eight : index
  %near = arith.addi %pair, %i0 : index
  %col = arith.addi %near, %across : index
  %start = arith.muli %row, %sixteen : index
  %at = arith.addi %start, %col : index
  return %at : index
}

// (g + 8 i[1] + 16 i[2], 2t + i[0])
// @accumulator_place <32x8x16, 8x8x4>
func.func private @accumulator_place(%i: index, %lane: index) -> index {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %eight = arith.constant 8 : index
  %g = arith.divui %lane, %four : index
  %t = arith.remui %lane, %four : index
  %i0 = arith.remui %i, %two : index
  %i12 = arith.divui %i, %two : index
  %down = arith.muli %i12, %eight : index
  %row = arith.addi %g, %down : index
  %pair = arith.muli %t, %two : index
  %col = arith.addi %pair, %i0 : index
  %start = arith.muli %row, %eight : index
  %at = arith.addi %start, %col : index
  return %at : index
}

// (2t + i[0], g + 8 i[1] + 16 i[2])
// @accumulator_place <8x32x16>
func.func private @accumulator_place(%i: index, %lane: index) -> index {
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  %eight = arith.constant 8 : index
  %wide = arith.constant 32 : index
  %g = arith.divui %lane, %four : index
  %t = arith.remui %lane, %four : index
  %i0 = arith.remui %i, %two : index
  %i12 = arith.divui %i, %two : index
  %pair = arith.muli %t, %two : index
  %row = arith.addi %pair, %i0 : index
  %across = arith.muli %i12, %eight : index
  %col = arith.addi %g, %across : index
  %start = arith.muli %row, %wide : index
  %at = arith.addi %start, %col : index
  return %at : index
}

// ---- Matrix cores: mfma ------------------------------------------------------------------------------------------

// Register r of lane l holds element (row, col) of block b of c and of the result. Element i of lane l' holds row
// (col) l' % $M of a (b) at depth k = i + $E * group, where block and group share the lanes: l' = row + $M * (b + group).
// All 64 lanes take part, active or not.
// meaning simt.mfma <m4, m16, m32, f64, tf32_m16, tf32_m32>
func.func @meaning(%a: memref<?x$T>, %b: memref<?x$U>, %c: memref<?x$V>, %result: memref<?x$V>, %active: memref<?xi1>, %lanes: index) {
  %first = arith.constant 0 : index
  %one = arith.constant 1 : index
  %rows = arith.constant $M : index
  %depth = arith.constant $K : index
  %elements = arith.constant $E : index
  %registers = arith.constant $R : index
  %wave = arith.constant 64 : index
  %right = arith.cmpi eq, %lanes, %wave : index
  cf.assert %right, "mfma needs a wave of 64 lanes"
  scf.forall (%l, %r) in (%lanes, %registers) {
    %block, %row, %col = func.call @mfma_place(%l, %r) : (index, index) -> (index, index, index)
    %start = arith.muli %l, %registers : index
    %at = arith.addi %start, %r : index
    %initial = memref.load %c[%at] : memref<?x$V>
    %sum = scf.for %k = %first to %depth step %one iter_args(%acc = %initial) -> ($V) {
      %group = arith.divui %k, %elements : index
      %i = arith.remui %k, %elements : index
      %band = arith.addi %block, %group : index
      %shift = arith.muli %band, %rows : index
      %a_lane = arith.addi %row, %shift : index
      %b_lane = arith.addi %col, %shift : index
      %a_start = arith.muli %a_lane, %elements : index
      %a_at = arith.addi %a_start, %i : index
      %b_start = arith.muli %b_lane, %elements : index
      %b_at = arith.addi %b_start, %i : index
      %x = memref.load %a[%a_at] : memref<?x$T>
      %y = memref.load %b[%b_at] : memref<?x$U>
      %next = func.call @multiply_add(%acc, %x, %y) : ($V, $T, $U) -> $V
      scf.yield %next : $V
    }
    memref.store %sum, %result[%at] : memref<?x$V>
  }
  return
}

// @mfma_place <m32, tf32_m32>
func.func private @mfma_place(%l: index, %r: index) -> (index, index, index) {
  %four = arith.constant 4 : index
  %eight = arith.constant 8 : index
  %sixteen = arith.constant 16 : index
  %wide = arith.constant 32 : index
  %block = arith.divui %r, %sixteen : index
  %within = arith.remui %r, %sixteen : index
  %low = arith.remui %within, %four : index
  %high = arith.divui %within, %four : index
  %half = arith.divui %l, %wide : index
  %down = arith.muli %high, %eight : index
  %side = arith.muli %half, %four : index
  %near = arith.addi %low, %down : index
  %row = arith.addi %near, %side : index
  %col = arith.remui %l, %wide : index
  return %block, %row, %col : index, index, index
}

// @mfma_place <m16, tf32_m16>
func.func private @mfma_place(%l: index, %r: index) -> (index, index, index) {
  %four = arith.constant 4 : index
  %sixteen = arith.constant 16 : index
  %block = arith.divui %r, %four : index
  %low = arith.remui %r, %four : index
  %quarter = arith.divui %l, %sixteen : index
  %side = arith.muli %quarter, %four : index
  %row = arith.addi %side, %low : index
  %col = arith.remui %l, %sixteen : index
  return %block, %row, %col : index, index, index
}

// @mfma_place <m4>
func.func private @mfma_place(%l: index, %r: index) -> (index, index, index) {
  %four = arith.constant 4 : index
  %block = arith.divui %l, %four : index
  %col = arith.remui %l, %four : index
  return %block, %r, %col : index, index, index
}

// The double form keeps rows four apart.
// @mfma_place <f64>
func.func private @mfma_place(%l: index, %r: index) -> (index, index, index) {
  %block = arith.constant 0 : index
  %four = arith.constant 4 : index
  %sixteen = arith.constant 16 : index
  %far = arith.muli %r, %four : index
  %quarter = arith.divui %l, %sixteen : index
  %row = arith.addi %far, %quarter : index
  %col = arith.remui %l, %sixteen : index
  return %block, %row, %col : index, index, index
}
