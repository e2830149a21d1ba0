"""The declaration header of AVX-512, made from the table of intrinsics.

python -m xpiler.frontend.vnni.header > xpiler/platforms/vnni/include/immintrin.h
"""

from __future__ import annotations

from xpiler.frontend.vnni.registers import WIDTHS
from xpiler.frontend.vnni.table import intrinsics

REGISTERS = "\n".join(
    f"typedef {element} __m{width}{suffix} __attribute__((vector_size({width // 8})));"
    for width in WIDTHS
    for element, suffix in (("float", ""), ("double", "d"), ("int", "i"), ("__bf16", "bh"))
)
MASKS = """typedef unsigned char __mmask8;
typedef unsigned short __mmask16;
typedef unsigned int __mmask32;
typedef unsigned long long __mmask64;"""
COMPARISONS = (
    "EQ_OQ LT_OS LE_OS UNORD_Q NEQ_UQ NLT_US NLE_US ORD_Q EQ_UQ NGE_US NGT_US FALSE_OQ NEQ_OQ GE_OS GT_OS TRUE_UQ "
    "EQ_OS LT_OQ LE_OQ UNORD_S NEQ_US NLT_UQ NLE_UQ ORD_S EQ_US NGE_UQ NGT_UQ FALSE_OS NEQ_OS GE_OQ GT_OQ TRUE_US"
).split()
CONSTANTS = {
    "_MM_FROUND_TO_NEAREST_INT": 0,
    "_MM_FROUND_TO_NEG_INF": 1,
    "_MM_FROUND_TO_POS_INF": 2,
    "_MM_FROUND_TO_ZERO": 3,
    "_MM_FROUND_CUR_DIRECTION": 4,
    "_MM_FROUND_NO_EXC": 8,
    "_MM_HINT_NTA": 0,
    "_MM_HINT_T2": 1,
    "_MM_HINT_T1": 2,
    "_MM_HINT_T0": 3,
    **{f"_CMP_{name}": value for value, name in enumerate(COMPARISONS)},
}
ALLOCATION = "void *_mm_malloc(unsigned long, unsigned long);\nvoid _mm_free(void *);"

PREFETCH = "#define _mm_prefetch(address, hint) ((void)0)  // clang knows the name with another type"

# What other intrinsics say; an immediate that a register's intrinsic must see as one goes by macro.
COMPOSED = """#define _MM_SHUFFLE(d, c, b, a) ((d) << 6 | (c) << 4 | (b) << 2 | (a))
#define _MM_TRANSPOSE4_PS(a, b, c, d) \\
  do { \\
    __m128 low = _mm_unpacklo_ps(a, b), high = _mm_unpackhi_ps(a, b), other = _mm_unpacklo_ps(c, d), last = _mm_unpackhi_ps(c, d); \\
    (a) = _mm_movelh_ps(low, other); \\
    (b) = _mm_movehl_ps(other, low); \\
    (c) = _mm_movelh_ps(high, last); \\
    (d) = _mm_movehl_ps(last, high); \\
  } while (0)
#define _cvtss_sh(value, rounding) ((unsigned short)_mm_extract_epi16(_mm_cvtps_ph(_mm_set_ss(value), rounding), 0))
inline float _cvtsh_ss(unsigned short half) { return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(half))); }
inline __m128 _mm_load1_ps(const float *p) { return _mm_set1_ps(*p); }
inline __m128 _mm_load_ps1(const float *p) { return _mm_set1_ps(*p); }
inline __m128 _mm_set_ps1(float value) { return _mm_set1_ps(value); }
inline __m256 _mm256_broadcast_ps(const __m128 *p) { return _mm256_set_m128(*p, *p); }
inline __m512i _mm512_set4_epi32(int d, int c, int b, int a) { return _mm512_setr_epi32(a, b, c, d, a, b, c, d, a, b, c, d, a, b, c, d); }
inline __m128 _mm_maskload_ps(const float *p, __m128i mask) { return _mm_maskz_loadu_ps(_mm_movepi32_mask(mask), p); }
inline __m256 _mm256_maskload_ps(const float *p, __m256i mask) { return _mm256_maskz_loadu_ps(_mm256_movepi32_mask(mask), p); }
inline void _mm_maskstore_ps(float *p, __m128i mask, __m128 v) { _mm_mask_storeu_ps(p, _mm_movepi32_mask(mask), v); }
inline void _mm256_maskstore_ps(float *p, __m256i mask, __m256 v) { _mm256_mask_storeu_ps(p, _mm256_movepi32_mask(mask), v); }
inline __m128i _mm_dpbusd_avx_epi32(__m128i sum, __m128i a, __m128i b) { return _mm_dpbusd_epi32(sum, a, b); }
inline __m256i _mm256_dpbusd_avx_epi32(__m256i sum, __m256i a, __m256i b) { return _mm256_dpbusd_epi32(sum, a, b); }
#define XPILER_STORE_NARROW(name, store, convert) \\
  inline void name(void *p, __mmask16 mask, __m512i v) { store(p, mask, convert(v)); }
XPILER_STORE_NARROW(_mm512_mask_cvtepi32_storeu_epi8, _mm_mask_storeu_epi8, _mm512_cvtepi32_epi8)
XPILER_STORE_NARROW(_mm512_mask_cvtsepi32_storeu_epi8, _mm_mask_storeu_epi8, _mm512_cvtsepi32_epi8)
XPILER_STORE_NARROW(_mm512_mask_cvtusepi32_storeu_epi8, _mm_mask_storeu_epi8, _mm512_cvtusepi32_epi8)
XPILER_STORE_NARROW(_mm512_mask_cvtepi32_storeu_epi16, _mm256_mask_storeu_epi16, _mm512_cvtepi32_epi16)
inline int _mm_popcnt_u32(unsigned value) { return __builtin_popcount(value); }
inline long long _mm_popcnt_u64(unsigned long long value) { return __builtin_popcountll(value); }
inline unsigned _lzcnt_u32(unsigned value) { return value == 0 ? 32 : __builtin_clz(value); }
inline unsigned _tzcnt_u32(unsigned value) { return value == 0 ? 32 : __builtin_ctz(value); }
inline unsigned _bzhi_u32(unsigned value, unsigned bits) { return bits < 32 ? value & ((1u << bits) - 1) : value; }"""


def text() -> str:
    """The whole header."""
    constants = "\n".join(f"#define {name} 0x{value:02x}" for name, value in CONSTANTS.items())
    declarations = "\n".join(row.declaration() for row in intrinsics().values())
    return f"""// Declarations of the AVX-512 intrinsics that the front end reads. Made from xpiler/frontend/vnni; do not edit.
#pragma once

{REGISTERS}
{MASKS}

{constants}
{PREFETCH}

extern "C" {{
{declarations}
{ALLOCATION}
}}
{COMPOSED}
"""


if __name__ == "__main__":
    print(text(), end="")
