// The one meaning of every bang operation on buffers, as text templates.
//
// Each entry is a function under a heading:
//   // meaning bang.pool<max> on float   the function of that operation; its arguments are the operands, in order
//   // @element <add> on int             a function that meanings call by that name
// <a, b> are the kinds (or layouts) it serves; <a=x> binds the word $1 for kind a, <a=x/y> also $2. Words before `on`
// name optional operands that are present: `fixed` (a fix position), `bias`. `on` gives classes of the element types of
// the operands in order: float, int, narrow (f16, bf16), f32, ...; without it the entry serves all types.
// Placeholders: $T $U $V are the element types of the first, second and third buffer; for $T also $BYTES and $LANES (elements
// in 128 bytes), $LOWEST and $HIGHEST, $ZERO and $ONE, $ADD (arith.addf or addi), $EQ and $NE (comparisons).
//
// Integers are signed: what depends on the sign of an unsigned buffer is refused by the front end. Copies move elements
// of one type. A scf.forall is a vector builtin's freedom of order: operands are the same or apart. Asserts are preconditions.

// ---- Families ----------------------------------------------------------------------------------------------------

// meaning bang.unary
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$T>, %n: i32) {
  %size = func.call @count(%n) : (i32) -> index
  scf.forall (%i) in (%size) {
    %x = memref.load %src[%i] : memref<?x$T>
    %y = func.call @element(%x) : ($T) -> $T
    memref.store %y, %dst[%i] : memref<?x$T>
  }
  return
}

// meaning bang.binary
func.func @meaning(%dst: memref<?x$T>, %a: memref<?x$T>, %b: memref<?x$T>, %n: i32) {
  %size = func.call @count(%n) : (i32) -> index
  scf.forall (%i) in (%size) {
    %x = memref.load %a[%i] : memref<?x$T>
    %y = memref.load %b[%i] : memref<?x$T>
    %z = func.call @element(%x, %y) : ($T, $T) -> $T
    memref.store %z, %dst[%i] : memref<?x$T>
  }
  return
}

// meaning bang.binary_scalar
func.func @meaning(%dst: memref<?x$T>, %a: memref<?x$T>, %scalar: $T, %n: i32) {
  %size = func.call @count(%n) : (i32) -> index
  scf.forall (%i) in (%size) {
    %x = memref.load %a[%i] : memref<?x$T>
    %z = func.call @element(%x, %scalar) : ($T, $T) -> $T
    memref.store %z, %dst[%i] : memref<?x$T>
  }
  return
}

// meaning bang.cycle
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$T>, %seg: memref<?x$T>, %n: i32, %seg_n: i32) {
  %size = func.call @count(%n) : (i32) -> index
  %period = func.call @count(%seg_n) : (i32) -> index
  %zero = arith.constant 0 : i32
  %rest = arith.remsi %n, %seg_n : i32
  %whole = arith.cmpi eq, %rest, %zero : i32
  cf.assert %whole, "the count must be a multiple of the segment"
  %segments = arith.divsi %size, %period : index
  scf.forall (%s, %j) in (%segments, %period) {
    %start = arith.muli %s, %period : index
    %i = arith.addi %start, %j : index
    %x = memref.load %src[%i] : memref<?x$T>
    %y = memref.load %seg[%j] : memref<?x$T>
    %z = func.call @element(%x, %y) : ($T, $T) -> $T
    memref.store %z, %dst[%i] : memref<?x$T>
  }
  return
}

// meaning bang.fusion vector_vector
func.func @meaning(%dst: memref<?x$T>, %a: memref<?x$T>, %b: memref<?x$T>, %c: memref<?x$T>, %n: i32, %seg_n: i32) {
  %size = func.call @count(%n) : (i32) -> index
  %period = func.call @count(%seg_n) : (i32) -> index
  scf.forall (%i) in (%size) {
    %j = arith.remsi %i, %period : index
    %x = memref.load %a[%i] : memref<?x$T>
    %y = memref.load %b[%j] : memref<?x$T>
    %z = memref.load %c[%j] : memref<?x$T>
    %r = func.call @element(%x, %y, %z) : ($T, $T, $T) -> $T
    memref.store %r, %dst[%i] : memref<?x$T>
  }
  return
}

// meaning bang.fusion vector_scalar
func.func @meaning(%dst: memref<?x$T>, %a: memref<?x$T>, %b: memref<?x$T>, %c: $T, %n: i32, %seg_n: i32) {
  %size = func.call @count(%n) : (i32) -> index
  %period = func.call @count(%seg_n) : (i32) -> index
  scf.forall (%i) in (%size) {
    %j = arith.remsi %i, %period : index
    %x = memref.load %a[%i] : memref<?x$T>
    %y = memref.load %b[%j] : memref<?x$T>
    %r = func.call @element(%x, %y, %c) : ($T, $T, $T) -> $T
    memref.store %r, %dst[%i] : memref<?x$T>
  }
  return
}

// meaning bang.fusion scalar_vector
func.func @meaning(%dst: memref<?x$T>, %a: memref<?x$T>, %b: $T, %c: memref<?x$T>, %n: i32, %seg_n: i32) {
  %size = func.call @count(%n) : (i32) -> index
  %period = func.call @count(%seg_n) : (i32) -> index
  scf.forall (%i) in (%size) {
    %j = arith.remsi %i, %period : index
    %x = memref.load %a[%i] : memref<?x$T>
    %z = memref.load %c[%j] : memref<?x$T>
    %r = func.call @element(%x, %b, %z) : ($T, $T, $T) -> $T
    memref.store %r, %dst[%i] : memref<?x$T>
  }
  return
}

// meaning bang.fusion scalar_scalar
func.func @meaning(%dst: memref<?x$T>, %a: memref<?x$T>, %b: $T, %c: $T, %n: i32) {
  %size = func.call @count(%n) : (i32) -> index
  scf.forall (%i) in (%size) {
    %x = memref.load %a[%i] : memref<?x$T>
    %r = func.call @element(%x, %b, %c) : ($T, $T, $T) -> $T
    memref.store %r, %dst[%i] : memref<?x$T>
  }
  return
}

// A count of elements or segments.
// @count
func.func private @count(%n: i32) -> index {
  %zero = arith.constant 0 : i32
  %positive = arith.cmpi sgt, %n, %zero : i32
  cf.assert %positive, "the count must be positive"
  %size = arith.index_cast %n : i32 to index
  return %size : index
}

// ---- Scalar functions of unary -----------------------------------------------------------------------------------

// @element <exp=exp, active_exp=exp, active_exphp=exp, active_exp_less_0=exp, exp2=exp2, pow2=exp2, active_pow2=exp2> on float
// @element <log=log, active_log=log, active_loghp=log, log2=log2> on float
// @element <sqrt=sqrt, active_sqrt=sqrt, active_sqrthp=sqrt, rsqrt=rsqrt, active_rsqrt=rsqrt, active_rsqrthp=rsqrt> on float
// @element <sin=sin, active_sin=sin, cos=cos, active_cos=cos, tanh=tanh, active_tanh=tanh> on float
// @element <abs=absf, active_abs=absf, floor=floor, round=round, nearbyint=roundeven> on float
func.func private @element(%x: $T) -> $T {
  %r = math.$1 %x : $T
  return %r : $T
}

// @element <neg> on float
func.func private @element(%x: $T) -> $T {
  %r = arith.negf %x : $T
  return %r : $T
}

// @element <recip, active_recip, active_reciphp> on float
func.func private @element(%x: $T) -> $T {
  %one = arith.constant 1.0 : $T
  %r = arith.divf %one, %x : $T
  return %r : $T
}

// @element <square=mulf> on float
// @element <square=muli> on int
func.func private @element(%x: $T) -> $T {
  %r = arith.$1 %x, %x : $T
  return %r : $T
}

// @element <relu=maxnumf, active_relu=maxnumf> on float
// @element <relu=maxsi> on int
func.func private @element(%x: $T) -> $T {
  %zero = arith.constant $ZERO : $T
  %r = arith.$1 %x, %zero : $T
  return %r : $T
}

// @element <sigmoid, active_sigmoid> on float
func.func private @element(%x: $T) -> $T {
  %one = arith.constant 1.0 : $T
  %minus = arith.negf %x : $T
  %e = math.exp %minus : $T
  %d = arith.addf %one, %e : $T
  %r = arith.divf %one, %d : $T
  return %r : $T
}

// Both zeros count as positive.
// @element <sign, active_sign> on float
func.func private @element(%x: $T) -> $T {
  %zero = arith.constant 0.0 : $T
  %plus = arith.constant 1.0 : $T
  %minus = arith.constant -1.0 : $T
  %c = arith.cmpf oge, %x, %zero : $T
  %r = arith.select %c, %plus, %minus : $T
  return %r : $T
}

// The tanh form, for both precisions.
// @element <active_gelu, active_gelup> on float
func.func private @element(%x: $T) -> $T {
  %half = arith.constant 0.5 : $T
  %one = arith.constant 1.0 : $T
  %cubic = arith.constant 0.044715 : $T
  %scale = arith.constant 0.7978845608 : $T
  %x2 = arith.mulf %x, %x : $T
  %x3 = arith.mulf %x2, %x : $T
  %t = arith.mulf %cubic, %x3 : $T
  %u = arith.addf %x, %t : $T
  %v = arith.mulf %scale, %u : $T
  %w = math.tanh %v : $T
  %p = arith.addf %one, %w : $T
  %h = arith.mulf %half, %x : $T
  %r = arith.mulf %h, %p : $T
  return %r : $T
}

// @element <not>
func.func private @element(%x: $T) -> $T {
  %zero = arith.constant $ZERO : $T
  %one = arith.constant $ONE : $T
  %c = $EQ, %x, %zero : $T
  %r = arith.select %c, %one, %zero : $T
  return %r : $T
}

// @element <bnot> on int
func.func private @element(%x: $T) -> $T {
  %ones = arith.constant -1 : $T
  %r = arith.xori %x, %ones : $T
  return %r : $T
}

// @element <neg> on int
func.func private @element(%x: $T) -> $T {
  %zero = arith.constant 0 : $T
  %r = arith.subi %zero, %x : $T
  return %r : $T
}

// @element <abs> on int
func.func private @element(%x: $T) -> $T {
  %zero = arith.constant 0 : $T
  %minus = arith.subi %zero, %x : $T
  %r = arith.maxsi %x, %minus : $T
  return %r : $T
}

// ---- Scalar functions of binary, binary_scalar and cycle ---------------------------------------------------------

// @element <add=addf, sub=subf, mul=mulf, div=divf, maximum=maxnumf, minimum=minnumf> on float
// @element <nan_maximum=maximumf, nan_minimum=minimumf> on float
// @element <add=addi, sub=subi, mul=muli, maxequal=maxsi, maximum=maxsi, minequal=minsi, minimum=minsi> on int
// @element <band=andi, bor=ori, bxor=xori, sll=shli, srl=shrui, sra=shrsi> on int
func.func private @element(%a: $T, %b: $T) -> $T {
  %r = arith.$1 %a, %b : $T
  return %r : $T
}

// @element <div=divsi, rem=remsi> on int
func.func private @element(%a: $T, %b: $T) -> $T {
  %zero = arith.constant 0 : $T
  %divides = arith.cmpi ne, %b, %zero : $T
  cf.assert %divides, "division by zero"
  %r = arith.$1 %a, %b : $T
  return %r : $T
}

// The first operand where either is NaN.
// @element <maxequal=ogt, minequal=olt> on float
func.func private @element(%a: $T, %b: $T) -> $T {
  %c = arith.cmpf $1, %b, %a : $T
  %r = arith.select %c, %b, %a : $T
  return %r : $T
}

// @element <relun> on float
func.func private @element(%a: $T, %cap: $T) -> $T {
  %zero = arith.constant 0.0 : $T
  %low = arith.maxnumf %a, %zero : $T
  %r = arith.minnumf %low, %cap : $T
  return %r : $T
}

// @element <eq=cmpf/oeq, ne=cmpf/one, gt=cmpf/ogt, ge=cmpf/oge, lt=cmpf/olt, le=cmpf/ole> on float
// @element <eq=cmpi/eq, ne=cmpi/ne, gt=cmpi/sgt, ge=cmpi/sge, lt=cmpi/slt, le=cmpi/sle> on int
func.func private @element(%a: $T, %b: $T) -> $T {
  %zero = arith.constant $ZERO : $T
  %one = arith.constant $ONE : $T
  %c = arith.$1 $2, %a, %b : $T
  %r = arith.select %c, %one, %zero : $T
  return %r : $T
}

// Logic on "not zero".
// @element <and=andi, or=ori, xor=xori>
func.func private @element(%a: $T, %b: $T) -> $T {
  %zero = arith.constant $ZERO : $T
  %one = arith.constant $ONE : $T
  %p = $NE, %a, %zero : $T
  %q = $NE, %b, %zero : $T
  %c = arith.$1 %p, %q : i1
  %r = arith.select %c, %one, %zero : $T
  return %r : $T
}

// Saturating: the sum wrapped iff its sign differs from that of both operands.
// @element <adds> on int
func.func private @element(%a: $T, %b: $T) -> $T {
  %zero = arith.constant 0 : $T
  %lowest = arith.constant $LOWEST : $T
  %highest = arith.constant $HIGHEST : $T
  %s = arith.addi %a, %b : $T
  %p = arith.xori %a, %s : $T
  %q = arith.xori %b, %s : $T
  %w = arith.andi %p, %q : $T
  %wrapped = arith.cmpi slt, %w, %zero : $T
  %negative = arith.cmpi slt, %a, %zero : $T
  %end = arith.select %negative, %lowest, %highest : $T
  %r = arith.select %wrapped, %end, %s : $T
  return %r : $T
}

// The difference wrapped iff the operands' signs differ and its own differs from the first's.
// @element <subs> on int
func.func private @element(%a: $T, %b: $T) -> $T {
  %zero = arith.constant 0 : $T
  %lowest = arith.constant $LOWEST : $T
  %highest = arith.constant $HIGHEST : $T
  %s = arith.subi %a, %b : $T
  %p = arith.xori %a, %s : $T
  %q = arith.xori %a, %b : $T
  %w = arith.andi %p, %q : $T
  %wrapped = arith.cmpi slt, %w, %zero : $T
  %negative = arith.cmpi slt, %a, %zero : $T
  %end = arith.select %negative, %lowest, %highest : $T
  %r = arith.select %wrapped, %end, %s : $T
  return %r : $T
}

// @element <fma=mulf/addf, fms=mulf/subf, fam=addf/mulf, fsm=subf/mulf> on float
// @element <faa=addf/addf, fas=addf/subf, fss=subf/subf, fsa=subf/addf> on float
func.func private @element(%a: $T, %b: $T, %c: $T) -> $T {
  %p = arith.$1 %a, %b : $T
  %r = arith.$2 %p, %c : $T
  return %r : $T
}

// ---- Copies and fills --------------------------------------------------------------------------------------------

// Sizes and strides come in bytes and must be whole elements.
// @elements
func.func private @elements(%bytes: i32) -> index {
  %zero = arith.constant 0 : i32
  %width = arith.constant $BYTES : i32
  %rest = arith.remsi %bytes, %width : i32
  %whole = arith.cmpi eq, %rest, %zero : i32
  cf.assert %whole, "the bytes must be whole elements"
  %wide = arith.index_cast %bytes : i32 to index
  %element = arith.constant $BYTES : index
  %size = arith.divsi %wide, %element : index
  return %size : index
}

// A segment count is given less one.
// @segments
func.func private @segments(%segnum: i32) -> index {
  %one = arith.constant 1 : index
  %last = arith.index_cast %segnum : i32 to index
  %segments = arith.addi %last, %one : index
  return %segments : index
}

// meaning bang.memcpy
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$T>, %bytes: i32) {
  %size = func.call @elements(%bytes) : (i32) -> index
  scf.forall (%i) in (%size) {
    %x = memref.load %src[%i] : memref<?x$T>
    memref.store %x, %dst[%i] : memref<?x$T>
  }
  return
}

// meaning bang.memcpy_2d
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$T>, %bytes: i32, %dst_stride: i32, %src_stride: i32, %segnum: i32) {
  %size = func.call @elements(%bytes) : (i32) -> index
  %dst_step = func.call @elements(%dst_stride) : (i32) -> index
  %src_step = func.call @elements(%src_stride) : (i32) -> index
  %segments = func.call @segments(%segnum) : (i32) -> index
  scf.forall (%s, %i) in (%segments, %size) {
    %to = arith.muli %s, %dst_step : index
    %from = arith.muli %s, %src_step : index
    %d = arith.addi %to, %i : index
    %f = arith.addi %from, %i : index
    %x = memref.load %src[%f] : memref<?x$T>
    memref.store %x, %dst[%d] : memref<?x$T>
  }
  return
}

// The k-th segment read is the k-th written, whatever its place on either side.
// meaning bang.memcpy_3d
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$T>, %bytes: i32,
                   %dst_stride0: i32, %dst_segnum1: i32, %dst_stride1: i32, %dst_segnum2: i32,
                   %src_stride0: i32, %src_segnum1: i32, %src_stride1: i32, %src_segnum2: i32) {
  %size = func.call @elements(%bytes) : (i32) -> index
  %dst_step0 = func.call @elements(%dst_stride0) : (i32) -> index
  %dst_step1 = func.call @elements(%dst_stride1) : (i32) -> index
  %src_step0 = func.call @elements(%src_stride0) : (i32) -> index
  %src_step1 = func.call @elements(%src_stride1) : (i32) -> index
  %dst_n1 = func.call @segments(%dst_segnum1) : (i32) -> index
  %dst_n2 = func.call @segments(%dst_segnum2) : (i32) -> index
  %src_n1 = func.call @segments(%src_segnum1) : (i32) -> index
  scf.forall (%o, %s, %i) in (%dst_n2, %dst_n1, %size) {
    %before = arith.muli %o, %dst_n1 : index
    %k = arith.addi %before, %s : index
    %src_o = arith.divsi %k, %src_n1 : index
    %src_s = arith.remsi %k, %src_n1 : index
    %to1 = arith.muli %o, %dst_step1 : index
    %to0 = arith.muli %s, %dst_step0 : index
    %to = arith.addi %to1, %to0 : index
    %d = arith.addi %to, %i : index
    %from1 = arith.muli %src_o, %src_step1 : index
    %from0 = arith.muli %src_s, %src_step0 : index
    %from = arith.addi %from1, %from0 : index
    %f = arith.addi %from, %i : index
    %x = memref.load %src[%f] : memref<?x$T>
    memref.store %x, %dst[%d] : memref<?x$T>
  }
  return
}

// A move reads all of its source before it writes: the two may overlap.
// meaning bang.move
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$T>, %bytes: i32) {
  %size = func.call @elements(%bytes) : (i32) -> index
  %copy = memref.alloca(%size) : memref<?x$T>
  scf.forall (%i) in (%size) {
    %x = memref.load %src[%i] : memref<?x$T>
    memref.store %x, %copy[%i] : memref<?x$T>
  }
  scf.forall (%i) in (%size) {
    %x = memref.load %copy[%i] : memref<?x$T>
    memref.store %x, %dst[%i] : memref<?x$T>
  }
  return
}

// meaning bang.move_2d
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$T>, %bytes: i32, %dst_stride: i32, %src_stride: i32, %segnum: i32) {
  %size = func.call @elements(%bytes) : (i32) -> index
  %dst_step = func.call @elements(%dst_stride) : (i32) -> index
  %src_step = func.call @elements(%src_stride) : (i32) -> index
  %segments = func.call @segments(%segnum) : (i32) -> index
  %copy = memref.alloca(%segments, %size) : memref<?x?x$T>
  scf.forall (%s, %i) in (%segments, %size) {
    %from = arith.muli %s, %src_step : index
    %f = arith.addi %from, %i : index
    %x = memref.load %src[%f] : memref<?x$T>
    memref.store %x, %copy[%s, %i] : memref<?x?x$T>
  }
  scf.forall (%s, %i) in (%segments, %size) {
    %to = arith.muli %s, %dst_step : index
    %d = arith.addi %to, %i : index
    %x = memref.load %copy[%s, %i] : memref<?x?x$T>
    memref.store %x, %dst[%d] : memref<?x$T>
  }
  return
}

// meaning bang.fill
func.func @meaning(%dst: memref<?x$T>, %value: $T, %n: i32) {
  %size = func.call @count(%n) : (i32) -> index
  scf.forall (%i) in (%size) {
    memref.store %value, %dst[%i] : memref<?x$T>
  }
  return
}

// meaning bang.fill_2d
func.func @meaning(%dst: memref<?x$T>, %value: $T, %n: i32, %dst_stride: i32, %segnum: i32) {
  %size = func.call @count(%n) : (i32) -> index
  %dst_step = func.call @elements(%dst_stride) : (i32) -> index
  %segments = func.call @segments(%segnum) : (i32) -> index
  scf.forall (%s, %i) in (%segments, %size) {
    %to = arith.muli %s, %dst_step : index
    %d = arith.addi %to, %i : index
    memref.store %value, %dst[%d] : memref<?x$T>
  }
  return
}

// ---- Atomics -----------------------------------------------------------------------------------------------------

// meaning bang.atomic<add=addf, max=maxnumf, min=minnumf, exch=assign> vector on float
// meaning bang.atomic<add=addi, max=maxs, min=mins, and=andi, or=ori, exch=assign> vector on int
func.func @meaning(%dst: memref<?x$T>, %target: memref<?x$T>, %value: memref<?x$T>, %n: i32) {
  %size = func.call @count(%n) : (i32) -> index
  scf.forall (%i) in (%size) {
    %x = memref.load %value[%i] : memref<?x$T>
    %old = memref.atomic_rmw $1 %x, %target[%i] : ($T, memref<?x$T>) -> $T
    memref.store %old, %dst[%i] : memref<?x$T>
  }
  return
}

// meaning bang.atomic<add=addf, max=maxnumf, min=minnumf, exch=assign> scalar on float
// meaning bang.atomic<add=addi, max=maxs, min=mins, and=andi, or=ori, exch=assign> scalar on int
func.func @meaning(%dst: memref<?x$T>, %target: memref<?x$T>, %value: $T, %n: i32) {
  %size = func.call @count(%n) : (i32) -> index
  scf.forall (%i) in (%size) {
    %old = memref.atomic_rmw $1 %value, %target[%i] : ($T, memref<?x$T>) -> $T
    memref.store %old, %dst[%i] : memref<?x$T>
  }
  return
}

// meaning bang.atomic_reduce<add=addf, max=maxnumf, min=minnumf> vector on float
// meaning bang.atomic_reduce<add=addi, max=maxs, min=mins, and=andi, or=ori> vector on int
func.func @meaning(%target: memref<?x$T>, %value: memref<?x$T>, %n: i32) {
  %size = func.call @count(%n) : (i32) -> index
  scf.forall (%i) in (%size) {
    %x = memref.load %value[%i] : memref<?x$T>
    %old = memref.atomic_rmw $1 %x, %target[%i] : ($T, memref<?x$T>) -> $T
  }
  return
}

// meaning bang.atomic_reduce<add=addf, max=maxnumf, min=minnumf> scalar on float
// meaning bang.atomic_reduce<add=addi, max=maxs, min=mins, and=andi, or=ori> scalar on int
func.func @meaning(%target: memref<?x$T>, %value: $T, %n: i32) {
  %size = func.call @count(%n) : (i32) -> index
  scf.forall (%i) in (%size) {
    %old = memref.atomic_rmw $1 %value, %target[%i] : ($T, memref<?x$T>) -> $T
  }
  return
}

// ---- Reductions, packing, lookup ---------------------------------------------------------------------------------

// The other lanes of each 128-byte block of dst stay as they were.
// meaning bang.reduce_sum
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$T>, %n: i32) {
  %size = func.call @count(%n) : (i32) -> index
  %first = arith.constant 0 : index
  %one = arith.constant 1 : index
  %lanes = arith.constant $LANES : index
  %rest = arith.remsi %size, %lanes : index
  %whole = arith.cmpi eq, %rest, %first : index
  cf.assert %whole, "the count must be whole 128-byte blocks"
  %zero = arith.constant $ZERO : $T
  %blocks = arith.divsi %size, %lanes : index
  scf.forall (%b) in (%blocks) {
    %start = arith.muli %b, %lanes : index
    %sum = scf.for %j = %first to %lanes step %one iter_args(%acc = %zero) -> ($T) {
      %i = arith.addi %start, %j : index
      %x = memref.load %src[%i] : memref<?x$T>
      %next = $ADD %acc, %x : $T
      scf.yield %next : $T
    }
    memref.store %sum, %dst[%start] : memref<?x$T>
  }
  return
}

// meaning bang.sum
func.func @meaning(%src: memref<?x$T>, %n: i32) -> $T {
  %size = func.call @count(%n) : (i32) -> index
  %first = arith.constant 0 : index
  %one = arith.constant 1 : index
  %zero = arith.constant $ZERO : $T
  %sum = scf.for %i = %first to %size step %one iter_args(%acc = %zero) -> ($T) {
    %x = memref.load %src[%i] : memref<?x$T>
    %next = $ADD %acc, %x : $T
    scf.yield %next : $T
  }
  return %sum : $T
}

// The value, then the first index that holds it, as 32 bits right behind it. NaN is ignored.
// meaning bang.arg<max=maxnumf/$LOWEST, min=minnumf/$HIGHEST> on float
// meaning bang.arg<max=maxsi/$LOWEST, min=minsi/$HIGHEST> on int
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$T>, %n: i32) {
  %size = func.call @count(%n) : (i32) -> index
  %first = arith.constant 0 : index
  %one = arith.constant 1 : index
  %end = arith.constant $2 : $T
  %best = scf.for %i = %first to %size step %one iter_args(%acc = %end) -> ($T) {
    %x = memref.load %src[%i] : memref<?x$T>
    %next = arith.$1 %acc, %x : $T
    scf.yield %next : $T
  }
  // From the last to the first, so that the first of equals wins.
  %last = arith.subi %size, %one : index
  %index = scf.for %i = %first to %size step %one iter_args(%found = %first) -> (index) {
    %back = arith.subi %last, %i : index
    %x = memref.load %src[%back] : memref<?x$T>
    %same = $EQ, %x, %best : $T
    %next = arith.select %same, %back, %found : index
    scf.yield %next : index
  }
  %index32 = arith.index_cast %index : index to i32
  memref.store %best, %dst[%first] : memref<?x$T>
  func.call @store_index(%dst, %index32) : (memref<?x$T>, i32) -> ()
  return
}

// @store_index on f32
func.func private @store_index(%dst: memref<?x$T>, %index: i32) {
  %one = arith.constant 1 : index
  %word = arith.bitcast %index : i32 to f32
  memref.store %word, %dst[%one] : memref<?x$T>
  return
}

// @store_index on f16
func.func private @store_index(%dst: memref<?x$T>, %index: i32) {
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %sixteen = arith.constant 16 : i32
  %upper = arith.shrui %index, %sixteen : i32
  %low16 = arith.trunci %index : i32 to i16
  %high16 = arith.trunci %upper : i32 to i16
  %low = arith.bitcast %low16 : i16 to f16
  %high = arith.bitcast %high16 : i16 to f16
  memref.store %low, %dst[%one] : memref<?x$T>
  memref.store %high, %dst[%two] : memref<?x$T>
  return
}

// @store_index on i32
func.func private @store_index(%dst: memref<?x$T>, %index: i32) {
  %one = arith.constant 1 : index
  memref.store %index, %dst[%one] : memref<?x$T>
  return
}

// meaning bang.count
func.func @meaning(%src: memref<?x$T>, %n: i32) -> i32 {
  %size = func.call @count(%n) : (i32) -> index
  %first = arith.constant 0 : index
  %one = arith.constant 1 : index
  %none = arith.constant 0 : i32
  %zero = arith.constant $ZERO : $T
  %count = scf.for %i = %first to %size step %one iter_args(%acc = %none) -> (i32) {
    %x = memref.load %src[%i] : memref<?x$T>
    %is = $NE, %x, %zero : $T
    %more = arith.extui %is : i1 to i32
    %next = arith.addi %acc, %more : i32
    scf.yield %next : i32
  }
  return %count : i32
}

// meaning bang.select
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$T>, %mask: memref<?x$T>, %n: i32) {
  %count = func.call @pack(%dst, %src, %mask, %n) : (memref<?x$T>, memref<?x$T>, memref<?x$T>, i32) -> i32
  return
}

// meaning bang.filter
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$T>, %mask: memref<?x$T>, %n: i32) -> i32 {
  %count = func.call @pack(%dst, %src, %mask, %n) : (memref<?x$T>, memref<?x$T>, memref<?x$T>, i32) -> i32
  return %count : i32
}

// @pack
func.func private @pack(%dst: memref<?x$T>, %src: memref<?x$T>, %mask: memref<?x$T>, %n: i32) -> i32 {
  %size = func.call @count(%n) : (i32) -> index
  %first = arith.constant 0 : index
  %one = arith.constant 1 : index
  %zero = arith.constant $ZERO : $T
  %packed = scf.for %i = %first to %size step %one iter_args(%at = %first) -> (index) {
    %m = memref.load %mask[%i] : memref<?x$T>
    %is = $NE, %m, %zero : $T
    %next = scf.if %is -> (index) {
      %x = memref.load %src[%i] : memref<?x$T>
      memref.store %x, %dst[%at] : memref<?x$T>
      %behind = arith.addi %at, %one : index
      scf.yield %behind : index
    } else {
      scf.yield %at : index
    }
    scf.yield %next : index
  }
  %count = arith.index_cast %packed : index to i32
  return %count : i32
}

// Bit i of the mask, from the lowest of its first byte on, selects byte i.
// meaning bang.maskmove on i8
func.func @meaning(%dst: memref<?xi8>, %src: memref<?xi8>, %mask: memref<?xi8>, %bytes: i32) {
  %size = func.call @count(%bytes) : (i32) -> index
  %eight = arith.constant 8 : index
  scf.forall (%i) in (%size) {
    %byte = arith.divsi %i, %eight : index
    %bit = arith.remsi %i, %eight : index
    %shift = arith.index_cast %bit : index to i8
    %m = memref.load %mask[%byte] : memref<?xi8>
    %moved = arith.shrui %m, %shift : i8
    %is = arith.trunci %moved : i8 to i1
    scf.if %is {
      %x = memref.load %src[%i] : memref<?xi8>
      memref.store %x, %dst[%i] : memref<?xi8>
    }
  }
  return
}

// meaning bang.lut
func.func @meaning(%dst: memref<?x$T>, %index: memref<?x$U>, %table: memref<?x$T>, %n: i32, %table_n: i32) {
  %size = func.call @count(%n) : (i32) -> index
  %length = func.call @count(%table_n) : (i32) -> index
  scf.forall (%i) in (%size) {
    %where = memref.load %index[%i] : memref<?x$U>
    %at = arith.index_castui %where : $U to index
    %inside = arith.cmpi ult, %at, %length : index
    scf.if %inside {
      %x = memref.load %table[%at] : memref<?x$T>
      memref.store %x, %dst[%i] : memref<?x$T>
    }
  }
  return
}

// ---- Conversions -------------------------------------------------------------------------------------------------

// meaning bang.convert<none=extf> on f32 narrow
// meaning bang.convert<none=truncf, rn=truncf> on narrow f32
// meaning bang.convert<none=sitofp, rn=sitofp> on float int
// meaning bang.convert<rd=sitofp, tz=sitofp, oz=sitofp, up=sitofp, dn=sitofp> on f32 short
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$U>, %n: i32) {
  %size = func.call @count(%n) : (i32) -> index
  scf.forall (%i) in (%size) {
    %x = memref.load %src[%i] : memref<?x$U>
    %y = arith.$1 %x : $U to $T
    memref.store %y, %dst[%i] : memref<?x$T>
  }
  return
}

// value * 2^fix_position; modes other than to nearest even only where the conversion is exact anyway.
// meaning bang.convert<none, rn> fixed on float int
// meaning bang.convert<rd, tz, oz, up, dn> fixed on f32 short
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$U>, %n: i32, %fix_position: i32) {
  %size = func.call @count(%n) : (i32) -> index
  %position = arith.sitofp %fix_position : i32 to $T
  %scale = math.exp2 %position : $T
  scf.forall (%i) in (%size) {
    %x = memref.load %src[%i] : memref<?x$U>
    %y = arith.sitofp %x : $U to $T
    %v = arith.mulf %y, %scale : $T
    memref.store %v, %dst[%i] : memref<?x$T>
  }
  return
}

// meaning bang.convert on int float
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$U>, %n: i32) {
  %size = func.call @count(%n) : (i32) -> index
  scf.forall (%i) in (%size) {
    %x = memref.load %src[%i] : memref<?x$U>
    %r = func.call @rounded(%x) : ($U) -> $U
    %y = arith.fptosi %r : $U to $T
    memref.store %y, %dst[%i] : memref<?x$T>
  }
  return
}

// meaning bang.convert fixed on int float
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$U>, %n: i32, %fix_position: i32) {
  %size = func.call @count(%n) : (i32) -> index
  %position = arith.sitofp %fix_position : i32 to $U
  %scale = math.exp2 %position : $U
  scf.forall (%i) in (%size) {
    %x = memref.load %src[%i] : memref<?x$U>
    %v = arith.divf %x, %scale : $U
    %r = func.call @rounded(%v) : ($U) -> $U
    %y = arith.fptosi %r : $U to $T
    memref.store %y, %dst[%i] : memref<?x$T>
  }
  return
}

// @rounded <rn=roundeven, rd=round, none=trunc, tz=trunc, up=ceil, dn=floor>
func.func private @rounded(%x: $U) -> $U {
  %r = math.$1 %x : $U
  return %r : $U
}

// @rounded <oz>
func.func private @rounded(%x: $U) -> $U {
  %size = math.absf %x : $U
  %away = math.ceil %size : $U
  %r = math.copysign %away, %x : $U
  return %r : $U
}

// @rounded <rm>
func.func private @rounded(%x: $U) -> $U {
  %half = arith.constant 0.5 : $U
  %s = arith.addf %x, %half : $U
  %r = math.floor %s : $U
  return %r : $U
}

// ---- Pooling and layout ------------------------------------------------------------------------------------------

// Images are HWC, without padding; what does not fill a window is left out. The rest of dst stays as it was.
// meaning bang.pool<sum=addf/0.0, avg=addf/0.0, max=maxnumf/$LOWEST, min=minnumf/$HIGHEST> on float
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$T>, %channels: i32, %height: i32, %width: i32,
                   %kernel_h: i32, %kernel_w: i32, %stride_w: i32, %stride_h: i32) {
  %first = arith.constant 0 : index
  %one = arith.constant 1 : index
  %initial = arith.constant $2 : $T
  %depth = func.call @count(%channels) : (i32) -> index
  %across = func.call @count(%width) : (i32) -> index
  %window_h = func.call @count(%kernel_h) : (i32) -> index
  %window_w = func.call @count(%kernel_w) : (i32) -> index
  %step_h = func.call @count(%stride_h) : (i32) -> index
  %step_w = func.call @count(%stride_w) : (i32) -> index
  %out_h = func.call @windows(%height, %kernel_h, %stride_h) : (i32, i32, i32) -> index
  %out_w = func.call @windows(%width, %kernel_w, %stride_w) : (i32, i32, i32) -> index
  scf.forall (%y, %x, %c) in (%out_h, %out_w, %depth) {
    %top = arith.muli %y, %step_h : index
    %left = arith.muli %x, %step_w : index
    %reduced = scf.for %dy = %first to %window_h step %one iter_args(%outer = %initial) -> ($T) {
      %line = scf.for %dx = %first to %window_w step %one iter_args(%acc = %outer) -> ($T) {
        %sy = arith.addi %top, %dy : index
        %sx = arith.addi %left, %dx : index
        %row = arith.muli %sy, %across : index
        %pixel = arith.addi %row, %sx : index
        %start = arith.muli %pixel, %depth : index
        %i = arith.addi %start, %c : index
        %v = memref.load %src[%i] : memref<?x$T>
        %next = arith.$1 %acc, %v : $T
        scf.yield %next : $T
      }
      scf.yield %line : $T
    }
    %result = func.call @pooled(%reduced, %kernel_h, %kernel_w) : ($T, i32, i32) -> $T
    %orow = arith.muli %y, %out_w : index
    %opixel = arith.addi %orow, %x : index
    %ostart = arith.muli %opixel, %depth : index
    %o = arith.addi %ostart, %c : index
    memref.store %result, %dst[%o] : memref<?x$T>
  }
  return
}

// @pooled <sum, max, min>
func.func private @pooled(%reduced: $T, %kernel_h: i32, %kernel_w: i32) -> $T {
  return %reduced : $T
}

// @pooled <avg>
func.func private @pooled(%reduced: $T, %kernel_h: i32, %kernel_w: i32) -> $T {
  %area = arith.muli %kernel_h, %kernel_w : i32
  %count = arith.sitofp %area : i32 to $T
  %mean = arith.divf %reduced, %count : $T
  return %mean : $T
}

// How many windows fit along an extent.
// @windows
func.func private @windows(%extent: i32, %kernel: i32, %stride: i32) -> index {
  %fits = arith.cmpi sge, %extent, %kernel : i32
  cf.assert %fits, "the window must fit into the image"
  %e = arith.index_cast %extent : i32 to index
  %k = arith.index_cast %kernel : i32 to index
  %s = arith.index_cast %stride : i32 to index
  %one = arith.constant 1 : index
  %room = arith.subi %e, %k : index
  %steps = arith.divsi %room, %s : index
  %n = arith.addi %steps, %one : index
  return %n : index
}

// meaning bang.transpose
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$T>, %height: i32, %width: i32) {
  %h = func.call @count(%height) : (i32) -> index
  %w = func.call @count(%width) : (i32) -> index
  scf.forall (%y, %x) in (%h, %w) {
    %row = arith.muli %y, %w : index
    %from = arith.addi %row, %x : index
    %col = arith.muli %x, %h : index
    %to = arith.addi %col, %y : index
    %v = memref.load %src[%from] : memref<?x$T>
    memref.store %v, %dst[%to] : memref<?x$T>
  }
  return
}

// meaning bang.pad
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$T>, %channels: i32, %height: i32, %width: i32,
                   %top: i32, %bottom: i32, %left: i32, %right: i32, %value: $T) {
  %depth = func.call @count(%channels) : (i32) -> index
  %h = func.call @count(%height) : (i32) -> index
  %w = func.call @count(%width) : (i32) -> index
  %above = arith.index_cast %top : i32 to index
  %below = arith.index_cast %bottom : i32 to index
  %before = arith.index_cast %left : i32 to index
  %behind = arith.index_cast %right : i32 to index
  %out_h0 = arith.addi %above, %h : index
  %out_h = arith.addi %out_h0, %below : index
  %out_w0 = arith.addi %before, %w : index
  %out_w = arith.addi %out_w0, %behind : index
  scf.forall (%y, %x, %c) in (%out_h, %out_w, %depth) {
    %sy = arith.subi %y, %above : index
    %sx = arith.subi %x, %before : index
    %in_h = arith.cmpi ult, %sy, %h : index
    %in_w = arith.cmpi ult, %sx, %w : index
    %inside = arith.andi %in_h, %in_w : i1
    %v = scf.if %inside -> ($T) {
      %row = arith.muli %sy, %w : index
      %pixel = arith.addi %row, %sx : index
      %start = arith.muli %pixel, %depth : index
      %i = arith.addi %start, %c : index
      %loaded = memref.load %src[%i] : memref<?x$T>
      scf.yield %loaded : $T
    } else {
      scf.yield %value : $T
    }
    %orow = arith.muli %y, %out_w : index
    %opixel = arith.addi %orow, %x : index
    %ostart = arith.muli %opixel, %depth : index
    %o = arith.addi %ostart, %c : index
    memref.store %v, %dst[%o] : memref<?x$T>
  }
  return
}

// ---- Matrix products ---------------------------------------------------------------------------------------------

// The filter's element for output row and input col: [rows][cols] by the manual, [cols][rows] for `kn`.
// @filter_index <nk>
func.func private @filter_index(%row: index, %col: index, %rows: index, %cols: index) -> index {
  %start = arith.muli %row, %cols : index
  %i = arith.addi %start, %col : index
  return %i : index
}

// @filter_index <kn>
func.func private @filter_index(%row: index, %col: index, %rows: index, %cols: index) -> index {
  %start = arith.muli %col, %rows : index
  %i = arith.addi %start, %row : index
  return %i : index
}

// acc + x y in the accumulator's type: that of dst for floats, 64 bits for integers, which no product of this chip exceeds.
// @multiply_add on f32 f32 f32
func.func private @multiply_add(%acc: $ACC, %x: $U, %y: $V) -> $ACC {
  %p = arith.mulf %x, %y : $ACC
  %r = arith.addf %acc, %p : $ACC
  return %r : $ACC
}

// @multiply_add on f32 narrow narrow
func.func private @multiply_add(%acc: $ACC, %x: $U, %y: $V) -> $ACC {
  %wide_x = arith.extf %x : $U to $ACC
  %wide_y = arith.extf %y : $V to $ACC
  %p = arith.mulf %wide_x, %wide_y : $ACC
  %r = arith.addf %acc, %p : $ACC
  return %r : $ACC
}

// @multiply_add on float int int
func.func private @multiply_add(%acc: $ACC, %x: $U, %y: $V) -> $ACC {
  %wide_x = arith.extsi %x : $U to $ACC
  %wide_y = arith.extsi %y : $V to $ACC
  %p = arith.muli %wide_x, %wide_y : $ACC
  %r = arith.addi %acc, %p : $ACC
  return %r : $ACC
}

// @product on f32 float
func.func private @product(%acc: $ACC, %fix_position: i32) -> $T {
  return %acc : $ACC
}

// The sum of integer products times 2^fix_position.
// @product on float int
func.func private @product(%acc: $ACC, %fix_position: i32) -> $T {
  %value = arith.sitofp %acc : $ACC to $T
  %position = arith.sitofp %fix_position : i32 to $T
  %scale = math.exp2 %position : $T
  %r = arith.mulf %value, %scale : $T
  return %r : $T
}

// meaning bang.matmul on f32 float
func.func @meaning(%dst: memref<?x$T>, %a: memref<?x$U>, %b: memref<?x$V>, %m: i32, %k: i32, %n: i32) {
  %none = arith.constant 0 : i32
  func.call @matmul(%dst, %a, %b, %m, %k, %n, %none) : (memref<?x$T>, memref<?x$U>, memref<?x$V>, i32, i32, i32, i32) -> ()
  return
}

// meaning bang.matmul fixed on float int
func.func @meaning(%dst: memref<?x$T>, %a: memref<?x$U>, %b: memref<?x$V>, %m: i32, %k: i32, %n: i32, %fix_position: i32) {
  func.call @matmul(%dst, %a, %b, %m, %k, %n, %fix_position) : (memref<?x$T>, memref<?x$U>, memref<?x$V>, i32, i32, i32, i32) -> ()
  return
}

// @matmul
func.func private @matmul(%dst: memref<?x$T>, %a: memref<?x$U>, %b: memref<?x$V>, %m: i32, %k: i32, %n: i32, %fix_position: i32) {
  %first = arith.constant 0 : index
  %one = arith.constant 1 : index
  %zero = arith.constant $ZERO_ACC : $ACC
  %rows = func.call @count(%m) : (i32) -> index
  %depth = func.call @count(%k) : (i32) -> index
  %cols = func.call @count(%n) : (i32) -> index
  scf.forall (%row, %col) in (%rows, %cols) {
    %start = arith.muli %row, %depth : index
    %sum = scf.for %i = %first to %depth step %one iter_args(%acc = %zero) -> ($ACC) {
      %ai = arith.addi %start, %i : index
      %bi = func.call @filter_index(%col, %i, %cols, %depth) : (index, index, index, index) -> index
      %x = memref.load %a[%ai] : memref<?x$U>
      %y = memref.load %b[%bi] : memref<?x$V>
      %next = func.call @multiply_add(%acc, %x, %y) : ($ACC, $U, $V) -> $ACC
      scf.yield %next : $ACC
    }
    %v = func.call @product(%sum, %fix_position) : ($ACC, i32) -> $T
    %orow = arith.muli %row, %cols : index
    %o = arith.addi %orow, %col : index
    memref.store %v, %dst[%o] : memref<?x$T>
  }
  return
}

// meaning bang.mlp on f32 float
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$U>, %filter: memref<?x$V>, %height: i32, %width: i32) {
  %one = arith.constant 1 : i32
  %none = arith.constant 0 : i32
  func.call @matmul(%dst, %src, %filter, %one, %width, %height, %none)
    : (memref<?x$T>, memref<?x$U>, memref<?x$V>, i32, i32, i32, i32) -> ()
  return
}

// meaning bang.mlp fixed on float int
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$U>, %filter: memref<?x$V>, %height: i32, %width: i32, %fix_position: i32) {
  %one = arith.constant 1 : i32
  func.call @matmul(%dst, %src, %filter, %one, %width, %height, %fix_position)
    : (memref<?x$T>, memref<?x$U>, memref<?x$V>, i32, i32, i32, i32) -> ()
  return
}

// meaning bang.mlp bias on f32 float
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$U>, %bias: memref<?x$T>, %filter: memref<?x$V>, %height: i32, %width: i32) {
  %one = arith.constant 1 : i32
  %none = arith.constant 0 : i32
  func.call @matmul(%dst, %src, %filter, %one, %width, %height, %none)
    : (memref<?x$T>, memref<?x$U>, memref<?x$V>, i32, i32, i32, i32) -> ()
  func.call @add_bias(%dst, %bias, %one, %height) : (memref<?x$T>, memref<?x$T>, i32, i32) -> ()
  return
}

// meaning bang.mlp bias fixed on float int
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$U>, %bias: memref<?x$T>, %filter: memref<?x$V>, %height: i32, %width: i32,
                   %fix_position: i32) {
  %one = arith.constant 1 : i32
  func.call @matmul(%dst, %src, %filter, %one, %width, %height, %fix_position)
    : (memref<?x$T>, memref<?x$U>, memref<?x$V>, i32, i32, i32, i32) -> ()
  func.call @add_bias(%dst, %bias, %one, %height) : (memref<?x$T>, memref<?x$T>, i32, i32) -> ()
  return
}

// @add_bias
func.func private @add_bias(%dst: memref<?x$T>, %bias: memref<?x$T>, %m: i32, %n: i32) {
  %rows = arith.index_cast %m : i32 to index
  %cols = arith.index_cast %n : i32 to index
  scf.forall (%row, %col) in (%rows, %cols) {
    %start = arith.muli %row, %cols : index
    %i = arith.addi %start, %col : index
    %x = memref.load %dst[%i] : memref<?x$T>
    %b = memref.load %bias[%col] : memref<?x$T>
    %v = $ADD %x, %b : $T
    memref.store %v, %dst[%i] : memref<?x$T>
  }
  return
}

// meaning bang.conv on f32 float
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$U>, %kernel: memref<?x$V>, %channels_in: i32, %height: i32, %width: i32,
                   %kernel_h: i32, %kernel_w: i32, %stride_w: i32, %stride_h: i32, %channels_out: i32) {
  %none = arith.constant 0 : i32
  func.call @conv(%dst, %src, %kernel, %channels_in, %height, %width, %kernel_h, %kernel_w, %stride_w, %stride_h, %channels_out, %none)
    : (memref<?x$T>, memref<?x$U>, memref<?x$V>, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> ()
  return
}

// meaning bang.conv fixed on float int
func.func @meaning(%dst: memref<?x$T>, %src: memref<?x$U>, %kernel: memref<?x$V>, %channels_in: i32, %height: i32, %width: i32,
                   %kernel_h: i32, %kernel_w: i32, %stride_w: i32, %stride_h: i32, %channels_out: i32, %fix_position: i32) {
  func.call @conv(%dst, %src, %kernel, %channels_in, %height, %width, %kernel_h, %kernel_w, %stride_w, %stride_h, %channels_out,
                  %fix_position)
    : (memref<?x$T>, memref<?x$U>, memref<?x$V>, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> ()
  return
}

// src [H][W][Ci], kernel [Co][Kh][Kw][Ci], dst [Ho][Wo][Co].
// @conv
func.func private @conv(%dst: memref<?x$T>, %src: memref<?x$U>, %kernel: memref<?x$V>, %channels_in: i32, %height: i32, %width: i32,
                        %kernel_h: i32, %kernel_w: i32, %stride_w: i32, %stride_h: i32, %channels_out: i32, %fix_position: i32) {
  %first = arith.constant 0 : index
  %one = arith.constant 1 : index
  %zero = arith.constant $ZERO_ACC : $ACC
  %ci = func.call @count(%channels_in) : (i32) -> index
  %co = func.call @count(%channels_out) : (i32) -> index
  %across = func.call @count(%width) : (i32) -> index
  %kh = func.call @count(%kernel_h) : (i32) -> index
  %kw = func.call @count(%kernel_w) : (i32) -> index
  %step_h = func.call @count(%stride_h) : (i32) -> index
  %step_w = func.call @count(%stride_w) : (i32) -> index
  %out_h = func.call @windows(%height, %kernel_h, %stride_h) : (i32, i32, i32) -> index
  %out_w = func.call @windows(%width, %kernel_w, %stride_w) : (i32, i32, i32) -> index
  scf.forall (%y, %x, %o) in (%out_h, %out_w, %co) {
    %top = arith.muli %y, %step_h : index
    %left = arith.muli %x, %step_w : index
    %sum = scf.for %dy = %first to %kh step %one iter_args(%acc0 = %zero) -> ($ACC) {
      %line = scf.for %dx = %first to %kw step %one iter_args(%acc1 = %acc0) -> ($ACC) {
        %point = scf.for %c = %first to %ci step %one iter_args(%acc = %acc1) -> ($ACC) {
          %sy = arith.addi %top, %dy : index
          %sx = arith.addi %left, %dx : index
          %row = arith.muli %sy, %across : index
          %pixel = arith.addi %row, %sx : index
          %start = arith.muli %pixel, %ci : index
          %i = arith.addi %start, %c : index
          %v = memref.load %src[%i] : memref<?x$U>
          %plane = arith.muli %o, %kh : index
          %krow = arith.addi %plane, %dy : index
          %kline = arith.muli %krow, %kw : index
          %kpixel = arith.addi %kline, %dx : index
          %kstart = arith.muli %kpixel, %ci : index
          %ki = arith.addi %kstart, %c : index
          %w = memref.load %kernel[%ki] : memref<?x$V>
          %next = func.call @multiply_add(%acc, %v, %w) : ($ACC, $U, $V) -> $ACC
          scf.yield %next : $ACC
        }
        scf.yield %point : $ACC
      }
      scf.yield %line : $ACC
    }
    %r = func.call @product(%sum, %fix_position) : ($ACC, i32) -> $T
    %orow = arith.muli %y, %out_w : index
    %opixel = arith.addi %orow, %x : index
    %ostart = arith.muli %opixel, %co : index
    %oi = arith.addi %ostart, %o : index
    memref.store %r, %dst[%oi] : memref<?x$T>
  }
  return
}
