// The host runtime (cnrt) that launchers use, and the launch itself.
#pragma once
#include <cstddef>
#include <functional>
#include <utility>

#include "xpiler_sim/call.h"

typedef int cnrtRet_t;
typedef cnrtRet_t CNresult;
enum { cnrtSuccess = 0, CNRT_RET_SUCCESS = 0, CN_SUCCESS = 0, cnrtErrorArgsInvalid = 100000, cnrtErrorNoMem = 100100 };

typedef struct {
  unsigned int x, y, z;
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
  CNRT_FUNC_TYPE_UNION16 = 64
} cnrtFunctionType_t;
typedef enum {
  cnrtMemcpyHostToDev,
  cnrtMemcpyDevToHost,
  cnrtMemcpyDevToDev,
  cnrtMemcpyHostToHost,
  cnrtMemcpyPeerToPeer,
  cnrtMemcpyNoDirection,
  CNRT_MEM_TRANS_DIR_HOST2DEV = cnrtMemcpyHostToDev,
  CNRT_MEM_TRANS_DIR_DEV2HOST = cnrtMemcpyDevToHost,
  CNRT_MEM_TRANS_DIR_DEV2DEV = cnrtMemcpyDevToDev,
  CNRT_MEM_TRANS_DIR_HOST2HOST = cnrtMemcpyHostToHost
} cnrtMemTransDir_t;
typedef struct xpiler_sim_queue *cnrtQueue_t;
typedef struct xpiler_sim_notifier *cnrtNotifier_t;
typedef int cnrtDev_t;
typedef cnrtDev_t CNdev;
typedef struct {
  char name[64];
  int clusterCount, McorePerCluster;
  std::size_t totalMem;
} cnrtDeviceProp_t;
typedef enum {
  cnrtAttrClusterCount = 1,
  cnrtAttrMcorePerCluster,
  cnrtAttrNramSizePerMcore,
  cnrtAttrWeightRamSizePerMcore,
  cnrtAttrMaxSramSizePerCluster
} cnrtDeviceAttr_t;

namespace xpiler_sim {

/// Findings call the next allocation by this name.
void name_next_allocation(const char *name);
int allocate(const Call &call, void **pointer, std::size_t bytes);
int release(const Call &call, void *pointer);
int transfer(const Call &call, void *dst, const void *src, std::size_t bytes, cnrtMemTransDir_t direction);
int set_memory(const Call &call, void *dst, int value, std::size_t bytes);
int device_attribute(cnrtDeviceAttr_t attribute);
/// Queues that exist; using any other, but for the default one (null), is a finding.
cnrtQueue_t create_queue();
void check_queue(const Call &call, cnrtQueue_t queue);
void destroy_queue(const Call &call, cnrtQueue_t queue);

struct Dim {
  unsigned x, y, z;
};
void launch(const Call &kernel, Dim dim, int function_type, const std::function<void()> &task);

/// `kernel<<<dim, type, queue>>>(arguments)` becomes `Launch("kernel", line, dim, type, queue).run([&] { kernel(arguments); })`.
class Launch {
public:
  template <class D, class... Rest>
  Launch(const char *kernel, At at, const D &dim, int type, const Rest &...)
      : kernel_{kernel, at}, dim_{dim.x, dim.y, dim.z}, type_(type) {}
  // A dimension may be written as a list in braces, which no template takes.
  Launch(const char *kernel, At at, cnrtDim3_t dim, int type) : kernel_{kernel, at}, dim_{dim.x, dim.y, dim.z}, type_(type) {}
  Launch(const char *kernel, At at, cnrtDim3_t dim, int type, cnrtQueue_t queue) : Launch(kernel, at, dim, type) {
    check_queue(kernel_, queue);
  }

  template <class Task>
  void run(const Task &task) const {
    launch(kernel_, dim_, type_, task);
  }

private:
  Call kernel_;
  Dim dim_;
  int type_;
};

template <class... Parameters, std::size_t... Indices>
void call_packed(void (*kernel)(Parameters...), void **arguments, std::index_sequence<Indices...>) {
  kernel(*static_cast<std::remove_const_t<std::remove_reference_t<Parameters>> *>(arguments[Indices])...);
}

void allow_foreign_memory(bool allow);

template <class... Parameters>
int launch_packed(const char *name, At at, void (*kernel)(Parameters...), const unsigned *dim, unsigned type, void **arguments) {
  allow_foreign_memory(true);
  launch({name, at}, {dim[0], dim[1], dim[2]}, int(type),
         [&] { call_packed(kernel, arguments, std::index_sequence_for<Parameters...>()); });
  allow_foreign_memory(false);
  return 0;
}

} // namespace xpiler_sim

inline cnrtRet_t cnrtMalloc(void **p, std::size_t bytes, XPILER_SIM_AT) { return xpiler_sim::allocate({"cnrtMalloc", at}, p, bytes); }
inline cnrtRet_t cnrtFree(void *p, XPILER_SIM_AT) { return xpiler_sim::release({"cnrtFree", at}, p); }
inline cnrtRet_t cnrtHostMalloc(void **p, std::size_t bytes) { return (*p = std::malloc(bytes)) ? cnrtSuccess : cnrtErrorNoMem; }
inline cnrtRet_t cnrtFreeHost(void *p) { return std::free(p), cnrtSuccess; }
inline cnrtRet_t cnrtMemcpy(void *dst, const void *src, std::size_t bytes, cnrtMemTransDir_t dir, XPILER_SIM_AT) {
  return xpiler_sim::transfer({"cnrtMemcpy", at}, dst, src, bytes, dir);
}
inline cnrtRet_t cnrtMemcpyAsync(void *dst, const void *src, std::size_t bytes, cnrtQueue_t queue, cnrtMemTransDir_t dir, XPILER_SIM_AT) {
  xpiler_sim::check_queue({"cnrtMemcpyAsync", at}, queue);
  return xpiler_sim::transfer({"cnrtMemcpyAsync", at}, dst, src, bytes, dir);
}
inline cnrtRet_t cnrtMemcpyAsync_V2(void *dst, const void *src, std::size_t bytes, cnrtQueue_t queue, cnrtMemTransDir_t dir,
                                    XPILER_SIM_AT) {
  xpiler_sim::check_queue({"cnrtMemcpyAsync_V2", at}, queue);
  return xpiler_sim::transfer({"cnrtMemcpyAsync_V2", at}, dst, src, bytes, dir);
}
inline cnrtRet_t cnrtMemset(void *dst, int value, std::size_t bytes, XPILER_SIM_AT) {
  return xpiler_sim::set_memory({"cnrtMemset", at}, dst, value, bytes);
}
inline cnrtRet_t cnrtMemsetAsync(void *dst, int value, std::size_t bytes, cnrtQueue_t queue, XPILER_SIM_AT) {
  xpiler_sim::check_queue({"cnrtMemsetAsync", at}, queue);
  return xpiler_sim::set_memory({"cnrtMemsetAsync", at}, dst, value, bytes);
}

#define XPILER_SIM_NOTHING(name, parameters) \
  inline cnrtRet_t name parameters { return cnrtSuccess; }
XPILER_SIM_NOTHING(cnrtInit, (unsigned))
XPILER_SIM_NOTHING(cnInit, (unsigned))
XPILER_SIM_NOTHING(cnrtDestroy, ())
XPILER_SIM_NOTHING(cnrtSetDevice, (int))
XPILER_SIM_NOTHING(cnrtSetCurrentDevice, (cnrtDev_t))
XPILER_SIM_NOTHING(cnrtSyncDevice, ())
XPILER_SIM_NOTHING(cnrtNotifierDestroy, (cnrtNotifier_t))
XPILER_SIM_NOTHING(cnrtDestroyNotifier, (cnrtNotifier_t *))
XPILER_SIM_NOTHING(cnrtWaitNotifier, (cnrtNotifier_t))
XPILER_SIM_NOTHING(cnrtGetLastError, ())
#undef XPILER_SIM_NOTHING

#define XPILER_SIM_ON_QUEUE(name, parameters, does) \
  inline cnrtRet_t name parameters { return xpiler_sim::does({#name, at}, queue), cnrtSuccess; }
XPILER_SIM_ON_QUEUE(cnrtQueueSync, (cnrtQueue_t queue, XPILER_SIM_AT), check_queue)
XPILER_SIM_ON_QUEUE(cnrtSyncQueue, (cnrtQueue_t queue, XPILER_SIM_AT), check_queue)
XPILER_SIM_ON_QUEUE(cnrtQueueDestroy, (cnrtQueue_t queue, XPILER_SIM_AT), destroy_queue)
XPILER_SIM_ON_QUEUE(cnrtDestroyQueue, (cnrtQueue_t queue, XPILER_SIM_AT), destroy_queue)
XPILER_SIM_ON_QUEUE(cnrtQueueWaitNotifier, (cnrtNotifier_t, cnrtQueue_t queue, unsigned, XPILER_SIM_AT), check_queue)
XPILER_SIM_ON_QUEUE(cnrtPlaceNotifier, (cnrtNotifier_t, cnrtQueue_t queue, XPILER_SIM_AT), check_queue)
#undef XPILER_SIM_ON_QUEUE
inline cnrtRet_t cnrtQueueCreate(cnrtQueue_t *queue) { return *queue = xpiler_sim::create_queue(), cnrtSuccess; }
inline cnrtRet_t cnrtCreateQueue(cnrtQueue_t *queue) { return *queue = xpiler_sim::create_queue(), cnrtSuccess; }
inline cnrtRet_t cnrtNotifierCreate(cnrtNotifier_t *notifier) { return *notifier = nullptr, cnrtSuccess; }
inline cnrtRet_t cnrtCreateNotifier(cnrtNotifier_t *notifier) { return *notifier = nullptr, cnrtSuccess; }
inline cnrtRet_t cnrtNotifierDuration(cnrtNotifier_t, cnrtNotifier_t, float *microseconds) { return *microseconds = 0, cnrtSuccess; }
inline cnrtRet_t cnrtNotifierElapsedTime(cnrtNotifier_t, cnrtNotifier_t, float *milliseconds) { return *milliseconds = 0, cnrtSuccess; }
inline cnrtRet_t cnrtGetDevice(int *device) { return *device = 0, cnrtSuccess; }
inline cnrtRet_t cnrtGetDeviceHandle(cnrtDev_t *device, int) { return *device = 0, cnrtSuccess; }
inline cnrtRet_t cnrtGetDeviceCount(unsigned *count) { return *count = 1, cnrtSuccess; }
inline const char *cnrtGetErrorStr(cnrtRet_t code) { return code == cnrtSuccess ? "success" : "error"; }
inline const char *cnrtGetErrorName(cnrtRet_t code) { return code == cnrtSuccess ? "cnrtSuccess" : "cnrtError"; }
inline cnrtRet_t cnrtDeviceGetAttribute(int *value, cnrtDeviceAttr_t attribute, int) {
  return *value = xpiler_sim::device_attribute(attribute), cnrtSuccess;
}

#ifndef CNRT_CHECK
#define CNRT_CHECK(call) \
  do { \
    cnrtRet_t xpiler_sim_code = (call); \
    if (xpiler_sim_code != cnrtSuccess) { \
      std::fprintf(stderr, "%s:%d: %s failed: %d\n", __FILE__, __LINE__, #call, xpiler_sim_code); \
      std::exit(1); \
    } \
  } while (0)
#endif
