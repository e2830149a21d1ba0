// __memcpy in its forms, __bang_move, gather and scatter, explicit scalar loads and stores.
#pragma once
#include "xpiler_sim/call.h"
#include "xpiler_sim/kernel.h"
#include "xpiler_sim/types.h"

enum mluMemcpyDirection_t {
  GDRAM2NRAM,
  NRAM2GDRAM,
  LDRAM2NRAM,
  NRAM2LDRAM,
  GDRAM2WRAM,
  WRAM2GDRAM,
  LDRAM2WRAM,
  WRAM2LDRAM,
  NRAM2NRAM,
  NRAM2WRAM,
  WRAM2NRAM,
  GDRAM2SRAM,
  SRAM2GDRAM,
  LDRAM2SRAM,
  SRAM2LDRAM,
  SRAM2NRAM,
  NRAM2SRAM,
  SRAM2WRAM,
  WRAM2SRAM,
  GDRAM2GDRAM,
  GDRAM2LDRAM,
  LDRAM2GDRAM,
  LDRAM2LDRAM,
  SRAM2SRAM
};

namespace xpiler_sim {

/// One side of a copy: inner segments `stride0` apart, `count1` of them a row, rows `stride1` apart, `count2` rows.
struct Walk {
  long stride0 = 0, count1 = 1, stride1 = 0, count2 = 1;
};

/// A copy in any form; counts here are true counts (the source's are minus one).
struct Copy {
  void *dst;
  const void *src;
  unsigned long size;
  mluMemcpyDirection_t direction;
  Walk to, from;
  int dimensions = 1;
  int dst_cluster = -1;
  bool may_overlap = false;
};

void copy(const Call &call, const Copy &request, bool async);

/// Rows addressed by byte offsets; `mask` (bits, LSB first) may be null.
struct Gather {
  void *dst;
  const void *src;
  const void *offsets;
  unsigned offset_bytes;
  const void *mask;
  unsigned transfer_size;
  mluMemcpyDirection_t direction;
  unsigned stride, count;
  bool scatter;
};
void gather(const Call &call, const Gather &request, bool async);

/// Checks one scalar access through an explicit load or store.
void scalar_access(const Call &call, const void *address, unsigned bytes, bool write, Space space);

inline Copy copy_1d(void *dst, const void *src, unsigned long size, mluMemcpyDirection_t dir) { return {dst, src, size, dir, {}, {}}; }
inline Copy copy_2d(void *dst, const void *src, unsigned long size, mluMemcpyDirection_t dir, long dst_stride, long src_stride,
                    long segnum) {
  return {dst, src, size, dir, {dst_stride, segnum + 1, 0, 1}, {src_stride, segnum + 1, 0, 1}, 2};
}
inline Copy copy_3d(void *dst, const void *src, unsigned long size, mluMemcpyDirection_t dir, long ds0, long dn1, long ds1, long dn2,
                    long ss0, long sn1, long ss1, long sn2) {
  return {dst, src, size, dir, {ds0, dn1 + 1, ds1, dn2 + 1}, {ss0, sn1 + 1, ss1, sn2 + 1}, 3};
}
inline Copy overlapping(Copy request) {
  request.may_overlap = true;
  return request;
}
inline Copy to_cluster(Copy request, int cluster) {
  request.dst_cluster = cluster;
  return request;
}

} // namespace xpiler_sim

#define XPILER_SIM_MEMCPY(name, async) \
  inline void name(void *dst, const void *src, unsigned size, mluMemcpyDirection_t dir, XPILER_SIM_AT) { \
    xpiler_sim::copy({#name, at}, xpiler_sim::copy_1d(dst, src, size, dir), async); \
  } \
  inline void name(void *dst, const void *src, unsigned size, mluMemcpyDirection_t dir, int id_dst_cluster, XPILER_SIM_AT) { \
    xpiler_sim::copy({#name, at}, xpiler_sim::to_cluster(xpiler_sim::copy_1d(dst, src, size, dir), id_dst_cluster), async); \
  } \
  inline void name(void *dst, const void *src, unsigned size, mluMemcpyDirection_t dir, long dst_stride, long src_stride, long segnum, \
                   XPILER_SIM_AT) { \
    xpiler_sim::copy({#name, at}, xpiler_sim::copy_2d(dst, src, size, dir, dst_stride, src_stride, segnum), async); \
  } \
  inline void name(void *dst, const void *src, unsigned size, mluMemcpyDirection_t dir, long dst_stride0, long dst_segnum1, \
                   long dst_stride1, long dst_segnum2, long src_stride0, long src_segnum1, long src_stride1, long src_segnum2, \
                   XPILER_SIM_AT) { \
    xpiler_sim::copy({#name, at}, \
                     xpiler_sim::copy_3d(dst, src, size, dir, dst_stride0, dst_segnum1, dst_stride1, dst_segnum2, src_stride0, \
                                         src_segnum1, src_stride1, src_segnum2), \
                     async); \
  }
XPILER_SIM_MEMCPY(__memcpy, false)
XPILER_SIM_MEMCPY(__memcpy_async, true)
#undef XPILER_SIM_MEMCPY

inline void __bang_move(void *dst, const void *src, unsigned size, XPILER_SIM_AT) {
  xpiler_sim::copy({"__bang_move", at}, xpiler_sim::overlapping(xpiler_sim::copy_1d(dst, src, size, NRAM2NRAM)), false);
}
inline void __bang_move(void *dst, const void *src, unsigned size, long dst_stride, long src_stride, long segnum, XPILER_SIM_AT) {
  xpiler_sim::copy({"__bang_move", at}, xpiler_sim::copy_2d(dst, src, size, NRAM2NRAM, dst_stride, src_stride, segnum), false);
}
inline void __bang_move(void *dst, const void *src, unsigned size, long dst_stride0, long dst_segnum1, long dst_stride1, long dst_segnum2,
                        long src_stride0, long src_segnum1, long src_stride1, long src_segnum2, XPILER_SIM_AT) {
  xpiler_sim::copy({"__bang_move", at},
                   xpiler_sim::overlapping(xpiler_sim::copy_3d(dst, src, size, NRAM2NRAM, dst_stride0, dst_segnum1, dst_stride1,
                                                               dst_segnum2, src_stride0, src_segnum1, src_stride1, src_segnum2)),
                   false);
}

#define XPILER_SIM_GATHER(name, async, scatter) \
  template <class Offset> \
  inline void name(void *dst, const void *src, const Offset *offsets, unsigned transfer_size, mluMemcpyDirection_t dir, unsigned stride, \
                   unsigned transfer_num, XPILER_SIM_AT) { \
    xpiler_sim::gather({#name, at}, {dst, src, offsets, sizeof(Offset), nullptr, transfer_size, dir, stride, transfer_num, scatter}, \
                       async); \
  } \
  template <class Offset> \
  inline void name(void *dst, const void *src, const Offset *offsets, const void *mask, unsigned transfer_size, mluMemcpyDirection_t dir, \
                   unsigned stride, unsigned transfer_num, XPILER_SIM_AT) { \
    xpiler_sim::gather({#name, at}, {dst, src, offsets, sizeof(Offset), mask, transfer_size, dir, stride, transfer_num, scatter}, async); \
  }
XPILER_SIM_GATHER(__gather, false, false)
XPILER_SIM_GATHER(__gather_async, true, false)
XPILER_SIM_GATHER(__scatter, false, true)
XPILER_SIM_GATHER(__scatter_async, true, true)
#undef XPILER_SIM_GATHER

#define XPILER_SIM_SCALAR(name, space_name) \
  template <class T> \
  inline T __load_##name(const T *p, XPILER_SIM_AT) { \
    xpiler_sim::scalar_access({"__load_" #name, at}, p, sizeof(T), false, xpiler_sim::Space::space_name); \
    return *p; \
  } \
  template <class T> \
  inline void __store_##name(T *p, xpiler_sim::scalar_of<T> value, XPILER_SIM_AT) { \
    xpiler_sim::scalar_access({"__store_" #name, at}, p, sizeof(T), true, xpiler_sim::Space::space_name); \
    *p = value; \
  }
XPILER_SIM_SCALAR(nram, nram)
XPILER_SIM_SCALAR(gdram, gdram)
XPILER_SIM_SCALAR(sram, sram)
XPILER_SIM_SCALAR(ldram, ldram)
#undef XPILER_SIM_SCALAR
