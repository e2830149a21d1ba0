// The meaning of every vnni operation, lane by lane, as text templates; docs/language.md says how to read them.
// A vector is a buffer of its lanes; the operands come first, then the result.

// meaning vnni.dot <dpbusd>
// Lane i: acc[i] plus 4 products of unsigned bytes of a with signed bytes of b, wrapping.
func.func @meaning(%acc: memref<?xi32>, %a: memref<?xi8>, %b: memref<?xi8>, %result: memref<?xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %parts = arith.constant 4 : index
  %lanes = memref.dim %acc, %c0 : memref<?xi32>
  scf.forall (%i) in (%lanes) {
    %start = memref.load %acc[%i] : memref<?xi32>
    %total = scf.for %k = %c0 to %parts step %c1 iter_args(%sum = %start) -> (i32) {
      %base = arith.muli %i, %parts : index
      %at = arith.addi %base, %k : index
      %x = memref.load %a[%at] : memref<?xi8>
      %y = memref.load %b[%at] : memref<?xi8>
      %xe = arith.extui %x : i8 to i32
      %ye = arith.extsi %y : i8 to i32
      %product = arith.muli %xe, %ye : i32
      %next = arith.addi %sum, %product : i32
      scf.yield %next : i32
    }
    memref.store %total, %result[%i] : memref<?xi32>
  }
  return
}

// meaning vnni.dot <dpbusds>
// Lane i: acc[i] plus 4 products of unsigned bytes of a with signed bytes of b, saturated.
func.func @meaning(%acc: memref<?xi32>, %a: memref<?xi8>, %b: memref<?xi8>, %result: memref<?xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %parts = arith.constant 4 : index
  %lanes = memref.dim %acc, %c0 : memref<?xi32>
  scf.forall (%i) in (%lanes) {
    %start = memref.load %acc[%i] : memref<?xi32>
    %first = arith.extsi %start : i32 to i64
    %total = scf.for %k = %c0 to %parts step %c1 iter_args(%sum = %first) -> (i64) {
      %base = arith.muli %i, %parts : index
      %at = arith.addi %base, %k : index
      %x = memref.load %a[%at] : memref<?xi8>
      %y = memref.load %b[%at] : memref<?xi8>
      %xe = arith.extui %x : i8 to i64
      %ye = arith.extsi %y : i8 to i64
      %product = arith.muli %xe, %ye : i64
      %next = arith.addi %sum, %product : i64
      scf.yield %next : i64
    }
    %low = arith.constant -2147483648 : i64
    %high = arith.constant 2147483647 : i64
    %above = arith.maxsi %total, %low : i64
    %within = arith.minsi %above, %high : i64
    %out = arith.trunci %within : i64 to i32
    memref.store %out, %result[%i] : memref<?xi32>
  }
  return
}

// meaning vnni.dot <dpwssd>
// Lane i: acc[i] plus 2 products of signed 16-bit numbers, wrapping.
func.func @meaning(%acc: memref<?xi32>, %a: memref<?xi16>, %b: memref<?xi16>, %result: memref<?xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %parts = arith.constant 2 : index
  %lanes = memref.dim %acc, %c0 : memref<?xi32>
  scf.forall (%i) in (%lanes) {
    %start = memref.load %acc[%i] : memref<?xi32>
    %total = scf.for %k = %c0 to %parts step %c1 iter_args(%sum = %start) -> (i32) {
      %base = arith.muli %i, %parts : index
      %at = arith.addi %base, %k : index
      %x = memref.load %a[%at] : memref<?xi16>
      %y = memref.load %b[%at] : memref<?xi16>
      %xe = arith.extsi %x : i16 to i32
      %ye = arith.extsi %y : i16 to i32
      %product = arith.muli %xe, %ye : i32
      %next = arith.addi %sum, %product : i32
      scf.yield %next : i32
    }
    memref.store %total, %result[%i] : memref<?xi32>
  }
  return
}

// meaning vnni.dot <dpwssds>
// Lane i: acc[i] plus 2 products of signed 16-bit numbers, saturated.
func.func @meaning(%acc: memref<?xi32>, %a: memref<?xi16>, %b: memref<?xi16>, %result: memref<?xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %parts = arith.constant 2 : index
  %lanes = memref.dim %acc, %c0 : memref<?xi32>
  scf.forall (%i) in (%lanes) {
    %start = memref.load %acc[%i] : memref<?xi32>
    %first = arith.extsi %start : i32 to i64
    %total = scf.for %k = %c0 to %parts step %c1 iter_args(%sum = %first) -> (i64) {
      %base = arith.muli %i, %parts : index
      %at = arith.addi %base, %k : index
      %x = memref.load %a[%at] : memref<?xi16>
      %y = memref.load %b[%at] : memref<?xi16>
      %xe = arith.extsi %x : i16 to i64
      %ye = arith.extsi %y : i16 to i64
      %product = arith.muli %xe, %ye : i64
      %next = arith.addi %sum, %product : i64
      scf.yield %next : i64
    }
    %low = arith.constant -2147483648 : i64
    %high = arith.constant 2147483647 : i64
    %above = arith.maxsi %total, %low : i64
    %within = arith.minsi %above, %high : i64
    %out = arith.trunci %within : i64 to i32
    memref.store %out, %result[%i] : memref<?xi32>
  }
  return
}

// meaning vnni.madd
// Lane i: the sum of two products of signed 16-bit numbers.
func.func @meaning(%a: memref<?xi16>, %b: memref<?xi16>, %result: memref<?xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0 : i32
  %lanes = memref.dim %result, %c0 : memref<?xi32>
  scf.forall (%i) in (%lanes) {
    %total = scf.for %k = %c0 to %c2 step %c1 iter_args(%sum = %zero) -> (i32) {
      %base = arith.muli %i, %c2 : index
      %at = arith.addi %base, %k : index
      %x = memref.load %a[%at] : memref<?xi16>
      %y = memref.load %b[%at] : memref<?xi16>
      %xe = arith.extsi %x : i16 to i32
      %ye = arith.extsi %y : i16 to i32
      %product = arith.muli %xe, %ye : i32
      %next = arith.addi %sum, %product : i32
      scf.yield %next : i32
    }
    memref.store %total, %result[%i] : memref<?xi32>
  }
  return
}

// meaning vnni.maddubs
// Lane i: the sum of two products, unsigned bytes of a with signed bytes of b, saturated.
func.func @meaning(%a: memref<?xi8>, %b: memref<?xi8>, %result: memref<?xi16>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0 : i32
  %lanes = memref.dim %result, %c0 : memref<?xi16>
  scf.forall (%i) in (%lanes) {
    %total = scf.for %k = %c0 to %c2 step %c1 iter_args(%sum = %zero) -> (i32) {
      %base = arith.muli %i, %c2 : index
      %at = arith.addi %base, %k : index
      %x = memref.load %a[%at] : memref<?xi8>
      %y = memref.load %b[%at] : memref<?xi8>
      %xe = arith.extui %x : i8 to i32
      %ye = arith.extsi %y : i8 to i32
      %product = arith.muli %xe, %ye : i32
      %next = arith.addi %sum, %product : i32
      scf.yield %next : i32
    }
    %low = arith.constant -32768 : i32
    %high = arith.constant 32767 : i32
    %above = arith.maxsi %total, %low : i32
    %within = arith.minsi %above, %high : i32
    %out = arith.trunci %within : i32 to i16
    memref.store %out, %result[%i] : memref<?xi16>
  }
  return
}

// meaning vnni.permute
// Lane i: the source's lane index[i], taken modulo the number of lanes.
func.func @meaning(%source: memref<?x$T>, %index: memref<?x$U>, %result: memref<?x$T>) {
  %c0 = arith.constant 0 : index
  %lanes = memref.dim %source, %c0 : memref<?x$T>
  scf.forall (%i) in (%lanes) {
    %raw = memref.load %index[%i] : memref<?x$U>
    %wide = arith.index_castui %raw : $U to index
    %at = arith.remui %wide, %lanes : index
    %x = memref.load %source[%at] : memref<?x$T>
    memref.store %x, %result[%i] : memref<?x$T>
  }
  return
}

// meaning vnni.permute2
// Lane i: lane index[i] of a followed by b, taken modulo twice the number of lanes.
func.func @meaning(%a: memref<?x$T>, %index: memref<?x$U>, %b: memref<?x$T>, %result: memref<?x$T>) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %lanes = memref.dim %a, %c0 : memref<?x$T>
  %both = arith.muli %lanes, %c2 : index
  scf.forall (%i) in (%lanes) {
    %raw = memref.load %index[%i] : memref<?x$U>
    %wide = arith.index_castui %raw : $U to index
    %at = arith.remui %wide, %both : index
    %first = arith.cmpi ult, %at, %lanes : index
    %x = scf.if %first -> ($T) {
      %y = memref.load %a[%at] : memref<?x$T>
      scf.yield %y : $T
    } else {
      %rest = arith.subi %at, %lanes : index
      %y = memref.load %b[%rest] : memref<?x$T>
      scf.yield %y : $T
    }
    memref.store %x, %result[%i] : memref<?x$T>
  }
  return
}

// meaning vnni.round <nearest=roundeven, current=roundeven, down=floor, up=ceil, zero=trunc> on float
// Each lane rounded to a whole number; `current` is nearest even, the mode a program starts in.
func.func @meaning(%source: memref<?x$T>, %result: memref<?x$T>) {
  %c0 = arith.constant 0 : index
  %lanes = memref.dim %source, %c0 : memref<?x$T>
  scf.forall (%i) in (%lanes) {
    %x = memref.load %source[%i] : memref<?x$T>
    %y = math.$1 %x : $T
    memref.store %y, %result[%i] : memref<?x$T>
  }
  return
}

// meaning vnni.convert <nearest=roundeven, current=roundeven, down=floor, up=ceil, zero=trunc> on float i32
// Each lane rounded in the mode, as a signed integer; out of range, and NaN, give the least one.
func.func @meaning(%source: memref<?x$T>, %result: memref<?xi32>) {
  %c0 = arith.constant 0 : index
  %least = arith.constant -2147483648 : i32
  %low = arith.constant -2147483648.0 : $T
  %high = arith.constant 2147483648.0 : $T
  %zero = arith.constant 0.0 : $T
  %lanes = memref.dim %source, %c0 : memref<?x$T>
  scf.forall (%i) in (%lanes) {
    %x = memref.load %source[%i] : memref<?x$T>
    %y = math.$1 %x : $T
    %above = arith.cmpf oge, %y, %low : $T
    %below = arith.cmpf olt, %y, %high : $T
    %inside = arith.andi %above, %below : i1
    %safe = arith.select %inside, %y, %zero : $T
    %number = arith.fptosi %safe : $T to i32
    %z = arith.select %inside, %number, %least : i32
    memref.store %z, %result[%i] : memref<?xi32>
  }
  return
}

// meaning vnni.estimate <rcp14> on float
// The exact reciprocal; the instruction's relative error is at most 2^-14.
func.func @meaning(%source: memref<?x$T>, %result: memref<?x$T>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1.0 : $T
  %lanes = memref.dim %source, %c0 : memref<?x$T>
  scf.forall (%i) in (%lanes) {
    %x = memref.load %source[%i] : memref<?x$T>
    %y = arith.divf %one, %x : $T
    memref.store %y, %result[%i] : memref<?x$T>
  }
  return
}

// meaning vnni.estimate <rsqrt14> on float
// The exact reciprocal square root; the instruction's relative error is at most 2^-14.
func.func @meaning(%source: memref<?x$T>, %result: memref<?x$T>) {
  %c0 = arith.constant 0 : index
  %lanes = memref.dim %source, %c0 : memref<?x$T>
  scf.forall (%i) in (%lanes) {
    %x = memref.load %source[%i] : memref<?x$T>
    %y = math.rsqrt %x : $T
    memref.store %y, %result[%i] : memref<?x$T>
  }
  return
}

// meaning vnni.narrow <signed> on int i8
// Each signed lane clamped to the range of a signed i8.
func.func @meaning(%source: memref<?x$T>, %result: memref<?xi8>) {
  %c0 = arith.constant 0 : index
  %low = arith.constant -128 : $T
  %high = arith.constant 127 : $T
  %lanes = memref.dim %source, %c0 : memref<?x$T>
  scf.forall (%i) in (%lanes) {
    %x = memref.load %source[%i] : memref<?x$T>
    %above = arith.maxsi %x, %low : $T
    %within = arith.minsi %above, %high : $T
    %y = arith.trunci %within : $T to i8
    memref.store %y, %result[%i] : memref<?xi8>
  }
  return
}

// meaning vnni.narrow <unsigned> on int i8
// Each unsigned lane clamped to the range of an unsigned i8.
func.func @meaning(%source: memref<?x$T>, %result: memref<?xi8>) {
  %c0 = arith.constant 0 : index
  %high = arith.constant 255 : $T
  %lanes = memref.dim %source, %c0 : memref<?x$T>
  scf.forall (%i) in (%lanes) {
    %x = memref.load %source[%i] : memref<?x$T>
    %within = arith.minui %x, %high : $T
    %y = arith.trunci %within : $T to i8
    memref.store %y, %result[%i] : memref<?xi8>
  }
  return
}

// meaning vnni.narrow <signed> on int i16
// Each signed lane clamped to the range of a signed i16.
func.func @meaning(%source: memref<?x$T>, %result: memref<?xi16>) {
  %c0 = arith.constant 0 : index
  %low = arith.constant -32768 : $T
  %high = arith.constant 32767 : $T
  %lanes = memref.dim %source, %c0 : memref<?x$T>
  scf.forall (%i) in (%lanes) {
    %x = memref.load %source[%i] : memref<?x$T>
    %above = arith.maxsi %x, %low : $T
    %within = arith.minsi %above, %high : $T
    %y = arith.trunci %within : $T to i16
    memref.store %y, %result[%i] : memref<?xi16>
  }
  return
}

// meaning vnni.narrow <unsigned> on int i16
// Each unsigned lane clamped to the range of an unsigned i16.
func.func @meaning(%source: memref<?x$T>, %result: memref<?xi16>) {
  %c0 = arith.constant 0 : index
  %high = arith.constant 65535 : $T
  %lanes = memref.dim %source, %c0 : memref<?x$T>
  scf.forall (%i) in (%lanes) {
    %x = memref.load %source[%i] : memref<?x$T>
    %within = arith.minui %x, %high : $T
    %y = arith.trunci %within : $T to i16
    memref.store %y, %result[%i] : memref<?xi16>
  }
  return
}
