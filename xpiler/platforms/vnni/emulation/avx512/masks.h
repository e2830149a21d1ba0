// Arithmetic of mask registers.
#pragma once
#include "registers.h"

#define XPILER_MASK_OPS(N) \
  inline __mmask##N _kand_mask##N(__mmask##N a, __mmask##N b) { return a & b; } \
  inline __mmask##N _kandn_mask##N(__mmask##N a, __mmask##N b) { return ~a & b; } \
  inline __mmask##N _kor_mask##N(__mmask##N a, __mmask##N b) { return a | b; } \
  inline __mmask##N _kxor_mask##N(__mmask##N a, __mmask##N b) { return a ^ b; } \
  inline __mmask##N _kxnor_mask##N(__mmask##N a, __mmask##N b) { return ~(a ^ b); } \
  inline __mmask##N _knot_mask##N(__mmask##N a) { return ~a; } \
  inline __mmask##N _kadd_mask##N(__mmask##N a, __mmask##N b) { return a + b; } \
  inline __mmask##N _kshiftli_mask##N(__mmask##N a, unsigned n) { return n < N ? a << n : 0; } \
  inline __mmask##N _kshiftri_mask##N(__mmask##N a, unsigned n) { return n < N ? a >> n : 0; } \
  inline unsigned char _kortestz_mask##N##_u8(__mmask##N a, __mmask##N b) { return (a | b) == 0; } \
  inline unsigned char _kortestc_mask##N##_u8(__mmask##N a, __mmask##N b) { return __mmask##N(~(a | b)) == 0; } \
  inline __mmask##N _load_mask##N(__mmask##N *p) { return *p; } \
  inline void _store_mask##N(__mmask##N *p, __mmask##N a) { *p = a; }
XPILER_MASK_OPS(8)
XPILER_MASK_OPS(16)
XPILER_MASK_OPS(32)
XPILER_MASK_OPS(64)
#undef XPILER_MASK_OPS
inline unsigned _cvtmask8_u32(__mmask8 k) { return k; }
inline unsigned _cvtmask16_u32(__mmask16 k) { return k; }
inline unsigned _cvtmask32_u32(__mmask32 k) { return k; }
inline unsigned long long _cvtmask64_u64(__mmask64 k) { return k; }
inline __mmask8 _cvtu32_mask8(unsigned k) { return __mmask8(k); }
inline __mmask16 _cvtu32_mask16(unsigned k) { return __mmask16(k); }
inline __mmask32 _cvtu32_mask32(unsigned k) { return k; }
inline __mmask64 _cvtu64_mask64(unsigned long long k) { return k; }
inline __mmask16 _mm512_kand(__mmask16 a, __mmask16 b) { return a & b; }
inline __mmask16 _mm512_kandn(__mmask16 a, __mmask16 b) { return ~a & b; }
inline __mmask16 _mm512_kor(__mmask16 a, __mmask16 b) { return a | b; }
inline __mmask16 _mm512_kxor(__mmask16 a, __mmask16 b) { return a ^ b; }
inline __mmask16 _mm512_kxnor(__mmask16 a, __mmask16 b) { return ~(a ^ b); }
inline __mmask16 _mm512_knot(__mmask16 a) { return ~a; }
inline __mmask16 _mm512_kunpackb(__mmask16 a, __mmask16 b) { return __mmask16((a & 0xff) << 8 | (b & 0xff)); }
inline int _mm512_kortestz(__mmask16 a, __mmask16 b) { return __mmask16(a | b) == 0; }
inline __mmask16 _mm512_int2mask(int k) { return __mmask16(k); }
inline int _mm512_mask2int(__mmask16 k) { return k; }
