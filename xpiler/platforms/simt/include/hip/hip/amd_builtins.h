// clang's AMDGPU builtins that kernels call directly.
#pragma once
#include "../../xpiler_simt/conversions.h"
#include "../../xpiler_simt/warp.h"

namespace xpiler_simt {

struct PermutePayload {
  int value, target, result;
};

/// ds_permute: each lane sends its value; where several meet, the highest lane wins.
XPILER_SIMT_UNWATCHED inline void permute_work(void *const *payloads, lane_mask arrived) {
  for (unsigned lane = 0; lane < warp_width; ++lane)
    if (arrived >> lane & 1) static_cast<PermutePayload *>(payloads[lane])->result = 0;
  for (unsigned lane = 0; lane < warp_width; ++lane)
    if (arrived >> lane & 1) {
      auto *mine = static_cast<PermutePayload *>(payloads[lane]);
      if (payloads[mine->target]) static_cast<PermutePayload *>(payloads[mine->target])->result = mine->value;
    }
}

struct FirstLanePayload {
  int value, result;
};
XPILER_SIMT_UNWATCHED inline void first_lane_work(void *const *payloads, lane_mask arrived) {
  int value = static_cast<FirstLanePayload *>(payloads[__builtin_ctzll(arrived)])->value;
  for (unsigned lane = 0; lane < warp_width; ++lane)
    if (arrived >> lane & 1) static_cast<FirstLanePayload *>(payloads[lane])->result = value;
}

/// The lane a DPP control reads, -1 where there is none (rows have 16 lanes).
inline int dpp_source(int lane, int control) {
  int row = lane & ~15, in_row = lane & 15, n = control & 15;
  if (control <= 0xff) return (lane & ~3) + (control >> (2 * (lane & 3)) & 3);
  if (control >= 0x101 && control <= 0x10f) return in_row + n > 15 ? -1 : lane + n;
  if (control >= 0x111 && control <= 0x11f) return in_row - n < 0 ? -1 : lane - n;
  if (control >= 0x121 && control <= 0x12f) return row + ((in_row - n) & 15);
  switch (control) {
  case 0x130: return lane + 1 < int(warp_width) ? lane + 1 : -1;
  case 0x134: return (lane + 1) % warp_width;
  case 0x138: return lane - 1;
  case 0x13c: return (lane + warp_width - 1) % warp_width;
  case 0x140: return row + 15 - in_row;
  case 0x141: return (lane & ~7) + 7 - (lane & 7);
  case 0x142: return row ? row - 1 : -1;
  case 0x143: return lane >= 32 ? 31 : -1;
  default: trap("an unknown DPP control");
  }
}

/// The lane that a ds_swizzle pattern reads: four lanes by two bits each, or masks that act on the number within 32 lanes.
inline int swizzle_source(int lane, int pattern) {
  if (pattern & 0x8000) return (lane & ~3) + (pattern >> (2 * (lane & 3)) & 3);
  return (lane & ~31) + ((((lane & 31) & (pattern & 31)) | (pattern >> 5 & 31)) ^ (pattern >> 10 & 31));
}

} // namespace xpiler_simt

XPILER_SIMT_INLINE int __builtin_amdgcn_ds_bpermute(int byte_address, int value) {
  return xpiler_simt::shuffle_value(0, value, (byte_address >> 2) & (xpiler_simt::warp_width - 1));
}
XPILER_SIMT_INLINE int __builtin_amdgcn_ds_permute(int byte_address, int value) {
  xpiler_simt::PermutePayload payload{value, (byte_address >> 2) & int(xpiler_simt::warp_width - 1), 0};
  xpiler_simt::warp_collective(0, xpiler_simt::permute_work, &payload, "permute");
  return payload.result;
}
XPILER_SIMT_INLINE int __builtin_amdgcn_ds_swizzle(int value, int pattern) {
  return xpiler_simt::shuffle_value(0, value, xpiler_simt::swizzle_source(xpiler_simt::lane_id(), pattern));
}
XPILER_SIMT_INLINE int __builtin_amdgcn_readlane(int value, int lane) {
  return xpiler_simt::shuffle_value(0, value, lane & (xpiler_simt::warp_width - 1));
}
XPILER_SIMT_INLINE int __builtin_amdgcn_readfirstlane(int value) {
  xpiler_simt::FirstLanePayload payload{value, 0};
  xpiler_simt::warp_collective(0, xpiler_simt::first_lane_work, &payload, "read first lane");
  return payload.result;
}
/// Lanes whose row or bank is masked off, or (without bound_ctrl) whose source is missing, keep `old`.
XPILER_SIMT_INLINE int __builtin_amdgcn_update_dpp(int old, int value, int control, int row_mask, int bank_mask, bool bound_control) {
  int lane = xpiler_simt::lane_id(), source = xpiler_simt::dpp_source(lane, control);
  int read = xpiler_simt::shuffle_value(0, value, source < 0 ? lane : source);
  if (!(row_mask >> (lane >> 4) & 1) || !(bank_mask >> (lane >> 2 & 3) & 1)) return old;
  return source < 0 ? (bound_control ? 0 : old) : read;
}
XPILER_SIMT_INLINE int __builtin_amdgcn_mov_dpp(int value, int control, int row_mask, int bank_mask, bool bound_control) {
  return __builtin_amdgcn_update_dpp(0, value, control, row_mask, bank_mask, bound_control);
}
XPILER_SIMT_INLINE unsigned __builtin_amdgcn_mbcnt_lo(unsigned mask, unsigned base) {
  unsigned lane = xpiler_simt::lane_id();
  return base + __popc(lane >= 32 ? mask : mask & ((1u << lane) - 1));
}
XPILER_SIMT_INLINE unsigned __builtin_amdgcn_mbcnt_hi(unsigned mask, unsigned base) {
  unsigned lane = xpiler_simt::lane_id();
  return base + (lane > 32 ? __popc(mask & ((1u << (lane - 32)) - 1)) : 0);
}
XPILER_SIMT_INLINE unsigned long long __builtin_amdgcn_ballot_w64(bool predicate) { return xpiler_simt::vote(0, predicate).ballot; }
XPILER_SIMT_INLINE unsigned __builtin_amdgcn_ballot_w32(bool predicate) { return unsigned(xpiler_simt::vote(0, predicate).ballot); }
XPILER_SIMT_INLINE unsigned __builtin_amdgcn_wavefrontsize() { return xpiler_simt::warp_width; }
XPILER_SIMT_INLINE void __builtin_amdgcn_s_barrier() { __syncthreads(); }
XPILER_SIMT_INLINE void __builtin_amdgcn_wave_barrier() { xpiler_simt::warp_barrier(0); }
XPILER_SIMT_INLINE void __builtin_amdgcn_s_waitcnt(int) {}
XPILER_SIMT_INLINE void __builtin_amdgcn_s_sleep(int) { xpiler_simt::yield(); }
XPILER_SIMT_INLINE void __builtin_amdgcn_sched_barrier(int) {}
XPILER_SIMT_INLINE void __builtin_amdgcn_s_setprio(int) {}
#define __builtin_amdgcn_fence(...) ((void)0)
XPILER_SIMT_INLINE float __builtin_amdgcn_rcpf(float x) { return 1.0f / x; }
XPILER_SIMT_INLINE float __builtin_amdgcn_rsqf(float x) { return rsqrtf(x); }
XPILER_SIMT_INLINE float __builtin_amdgcn_exp2f(float x) { return exp2f(x); }
XPILER_SIMT_INLINE float __builtin_amdgcn_logf(float x) { return log2f(x); }
XPILER_SIMT_INLINE float __builtin_amdgcn_sqrtf(float x) { return sqrtf(x); }
XPILER_SIMT_INLINE unsigned __builtin_amdgcn_perm(unsigned high, unsigned low, unsigned selector) {
  unsigned long long bytes = (unsigned long long)high << 32 | low;
  unsigned result = 0;
  for (int i = 0; i < 4; ++i) {
    unsigned code = selector >> (8 * i) & 0xff;
    unsigned byte = code < 8      ? unsigned(bytes >> (8 * code)) & 0xff
                    : code >= 0xd ? 0xff
                    : code == 0xc ? 0
                                  : (bytes >> (16 * (code - 8) + 15) & 1 ? 0xff : 0);
    result |= byte << (8 * i);
  }
  return result;
}
XPILER_SIMT_INLINE int __builtin_amdgcn_sdot4(int a, int b, int c, bool clamp) {
  long long sum = c;
  for (int i = 0; i < 4; ++i) sum += static_cast<signed char>(a >> (8 * i)) * static_cast<signed char>(b >> (8 * i));
  return clamp ? int(sum > INT_MAX ? INT_MAX : sum < INT_MIN ? INT_MIN : sum) : int(sum);
}
XPILER_SIMT_INLINE unsigned __builtin_amdgcn_udot4(unsigned a, unsigned b, unsigned c, bool clamp) {
  unsigned long long sum = c;
  for (int i = 0; i < 4; ++i) sum += (unsigned long long)(a >> (8 * i) & 0xff) * (b >> (8 * i) & 0xff);
  return clamp && sum > UINT_MAX ? UINT_MAX : unsigned(sum);
}
template <class H>
XPILER_SIMT_INLINE float __builtin_amdgcn_fdot2(H a, H b, float c, bool) {
  return float(double(a[0]) * b[0] + double(a[1]) * b[1] + c);
}
template <class T>
XPILER_SIMT_INLINE T __builtin_nontemporal_load(const T *address) {
  return *address;
}
template <class T, class V>
XPILER_SIMT_INLINE void __builtin_nontemporal_store(V value, T *address) {
  *address = value;
}
