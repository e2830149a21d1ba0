// The runtime calls host code makes.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef enum { cnrtSuccess = 0, CNRT_RET_SUCCESS = 0 } cnrtRet_t;
typedef struct cnrtQueue *cnrtQueue_t;
typedef struct cnrtNotifier *cnrtNotifier_t;

typedef struct {
  unsigned x, y, z;
} cnrtDim3_t;

typedef enum {
  cnrtFuncTypeBlock = 1,
  cnrtFuncTypeUnion1 = 4,
  cnrtFuncTypeUnion2 = 8,
  cnrtFuncTypeUnion4 = 16,
  cnrtFuncTypeUnion8 = 32,
  cnrtFuncTypeUnion16 = 64,
  CNRT_FUNC_TYPE_BLOCK = 1,
  CNRT_FUNC_TYPE_UNION1 = 4,
  CNRT_FUNC_TYPE_UNION2 = 8,
  CNRT_FUNC_TYPE_UNION4 = 16,
  CNRT_FUNC_TYPE_UNION8 = 32,
  CNRT_FUNC_TYPE_UNION16 = 64,
} cnrtFunctionType_t;

typedef enum {
  cnrtMemcpyHostToDev = 0,
  cnrtMemcpyDevToDev = 1,
  cnrtMemcpyDevToHost = 2,
  CNRT_MEM_TRANS_DIR_HOST2DEV = 0,
  CNRT_MEM_TRANS_DIR_DEV2DEV = 1,
  CNRT_MEM_TRANS_DIR_DEV2HOST = 2,
} cnrtMemTransDir_t;

// Newer toolkits check by a macro of the samples, the value is the call's.
#ifndef CNRT_CHECK
#define CNRT_CHECK(call) (call)
#endif

extern "C" {
cnrtRet_t cnrtInit(unsigned flags);
cnrtRet_t cnrtSetDevice(int device);
cnrtRet_t cnrtGetDevice(int *device);
cnrtRet_t cnrtMalloc(void **pointer, size_t bytes);
cnrtRet_t cnrtFree(void *pointer);
cnrtRet_t cnrtMemcpy(void *dst, const void *src, size_t bytes, cnrtMemTransDir_t direction);
cnrtRet_t cnrtMemcpyAsync(void *dst, const void *src, size_t bytes, cnrtQueue_t queue, cnrtMemTransDir_t direction);
cnrtRet_t cnrtMemset(void *dst, int value, size_t bytes);
cnrtRet_t cnrtQueueCreate(cnrtQueue_t *queue);
cnrtRet_t cnrtQueueSync(cnrtQueue_t queue);
cnrtRet_t cnrtQueueDestroy(cnrtQueue_t queue);
cnrtRet_t cnrtCreateQueue(cnrtQueue_t *queue);
cnrtRet_t cnrtSyncQueue(cnrtQueue_t queue);
cnrtRet_t cnrtDestroyQueue(cnrtQueue_t queue);
cnrtRet_t cnrtSyncDevice(void);
cnrtRet_t cnrtGetLastError(void);
const char *cnrtGetErrorStr(cnrtRet_t status);
cnrtRet_t cnrtNotifierCreate(cnrtNotifier_t *notifier);
cnrtRet_t cnrtNotifierDestroy(cnrtNotifier_t notifier);
cnrtRet_t cnrtPlaceNotifier(cnrtNotifier_t notifier, cnrtQueue_t queue);
cnrtRet_t cnrtNotifierDuration(cnrtNotifier_t first, cnrtNotifier_t last, float *microseconds);
}
// What `kernel<<<dim, type, queue>>>(...)` is read as.
cnrtRet_t __cudaPushCallConfiguration(cnrtDim3_t dim, cnrtFunctionType_t type, cnrtQueue_t queue = 0, void *unused = 0);
// clang asks for the launch function's declaration before it accepts a launch.
extern "C" cnrtRet_t cudaLaunchKernel(const void *kernel, cnrtDim3_t grid, cnrtDim3_t block, void **args, size_t shared, void *stream);
