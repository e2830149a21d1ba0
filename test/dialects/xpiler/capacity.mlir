// RUN: %xpiler-opt %s --split-input-file --verify-diagnostics

// Just what a core of the MLU590 has.
module attributes {xpiler.target = #xpiler.target<"bang", arch = "mtp_592">} {
  func.func @fits() attributes {xpiler.kernel} {
    %a = memref.alloca() : memref<131072xf32, #bang.space<nram>>
    %b = memref.alloca() : memref<524288xi8, #bang.space<wram>>
    return
  }
}
// -----
// Each array fits, both together do not.
module attributes {xpiler.target = #xpiler.target<"bang", arch = "mtp_592">} {
  // expected-error @+1 {{needs 524352 bytes of nram, and mtp_592 has 524288}}
  func.func @capacity_c2() attributes {xpiler.kernel} {
    %a = memref.alloca() : memref<131072xf32, #bang.space<nram>>
    %b = memref.alloca() : memref<16xf32, #bang.space<nram>>
    return
  }
}
// -----
// An array at file scope counts as well.
module attributes {xpiler.target = #xpiler.target<"bang", arch = "mtp_592">} {
  memref.global "private" @buffer : memref<524288xi8, #bang.space<nram>> = uninitialized
  // expected-error @+1 {{needs 524352 bytes of nram}}
  func.func @capacity_c2() attributes {xpiler.kernel} {
    %b = memref.alloca() : memref<16xf32, #bang.space<nram>>
    return
  }
}
// -----
module attributes {xpiler.target = #xpiler.target<"bang", arch = "mtp_592">} {
  func.func @capacity_c1(%n: index) attributes {xpiler.kernel} {
    // expected-error @+1 {{expected a static size for an array in nram}}
    %a = memref.alloca(%n) : memref<?xf32, #bang.space<nram>>
    return
  }
}
// -----
module attributes {xpiler.target = #xpiler.target<"cuda", arch = "sm_90">} {
  // expected-error @+1 {{needs 49156 bytes of shared, and sm_90 has 49152}}
  func.func @capacity_c2() attributes {xpiler.kernel} {
    %a = memref.alloca() : memref<12289xf32, #cuda.space<shared>>
    return
  }
}
// -----
module attributes {xpiler.target = #xpiler.target<"hip", arch = "gfx942">} {
  func.func @fits() attributes {xpiler.kernel} {
    %a = memref.alloca() : memref<16384xf32, #hip.space<shared>>
    return
  }
}
// -----
// Memory that the chip does not limit: thread-private arrays.
module attributes {xpiler.target = #xpiler.target<"hip", arch = "gfx942">} {
  func.func @fits() attributes {xpiler.kernel} {
    %a = memref.alloca() : memref<163840xf32>
    return
  }
}
