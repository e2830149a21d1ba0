// BANG C as the front end sees it: declarations only, one C++ overload for each element type a builtin takes.
// A call stays one node of the AST; what it means is in dialects/bang/semantics.mlir.
#pragma once

#include <bang/qualifiers.h>
#include <bang/types.h>

#pragma clang force_cuda_host_device begin
#include <bang/index.h>
#include <bang/memory.h>
#include <bang/sync.h>
#include <bang/elementwise.h>
#include <bang/active.h>
#include <bang/compare.h>
#include <bang/reduce.h>
#include <bang/tensor.h>
#include <bang/convert.h>
#include <bang/bits.h>
#include <bang/scalar.h>
#pragma clang force_cuda_host_device end

#include <cnrt.h>
