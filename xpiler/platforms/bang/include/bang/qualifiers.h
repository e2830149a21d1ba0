// Function and storage qualifiers. A memory space is an annotation on the variable: clang refuses address spaces on locals.
#pragma once

#define __mlu_global__ __attribute__((global))
#define __mlu_entry__ __attribute__((global))
#define __mlu_device__ __attribute__((device))
#define __mlu_func__ __attribute__((device)) __attribute__((host)) inline
#define __mlu_builtin__ __attribute__((device)) __attribute__((host)) inline
#define __mlu_host__ __attribute__((host))

#define __nram__ __attribute__((annotate("bang.nram")))
#define __wram__ __attribute__((annotate("bang.wram")))
#define __mlu_shared__ __attribute__((annotate("bang.sram")))
#define __ldram__ __attribute__((annotate("bang.ldram")))
#define __mlu_const__ __attribute__((annotate("bang.const")))

#define __BANG__ 1
#define __MLU__ 1
