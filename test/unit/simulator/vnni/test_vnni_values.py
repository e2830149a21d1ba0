# ruff: noqa: E501 (each row is an intrinsic and its definition)
"""What only AVX-512 has (masks, two-register permutes, dot products, saturating narrowing ...) against numpy, with our header."""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np
import pytest

from xpiler.platforms.vnni.toolchain import build

F, D = np.float32, np.float64
I8, U8, I16, U16, I32, U32, I64, U64 = (np.dtype(name).type for name in ("i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"))
K = 0xB5C3_9E17_62A8_F04D  # the mask of every masked form, cut to its lanes


def chosen(n: int) -> np.ndarray:
    return np.array([K >> i & 1 for i in range(n)], bool)


def merged(other: np.ndarray, new: np.ndarray) -> np.ndarray:
    return np.where(chosen(len(new)), new, other)


def packed(truth: np.ndarray) -> np.ndarray:
    return np.packbits(truth, bitorder="little")


def clip(x: np.ndarray, dtype: type) -> np.ndarray:
    return np.clip(x, np.iinfo(dtype).min, np.iinfo(dtype).max).astype(dtype)


def dot(acc: np.ndarray, a: np.ndarray, b: np.ndarray, group: int) -> np.ndarray:
    return acc.astype(I64) + (a.astype(I64) * b.astype(I64)).reshape(-1, group).sum(1)


def fold(x: np.ndarray, f) -> np.ndarray:
    while len(x) > 1:
        x = f(x[: len(x) // 2], x[len(x) // 2 :])
    return x


def both(a: np.ndarray, b: np.ndarray, index: np.ndarray) -> np.ndarray:
    return np.concatenate([a, b])[index % (2 * len(a))]


LOAD = {F: "_mm512_loadu_ps", D: "_mm512_loadu_pd"}

# name: (C expression in a, b, c and the mask k), operand types of a, b, c, numpy definition
ROWS = {
    "mask_add_ps": ("_mm512_mask_add_ps(a, k, b, c)", (F, F, F), lambda a, b, c: merged(a, b + c)),
    "maskz_mul_pd": ("_mm512_maskz_mul_pd(k, a, b)", (D, D), lambda a, b: merged(np.zeros(8), a * b)),
    "mask3_fmadd_ps": ("_mm512_mask3_fmadd_ps(a, b, c, k)", (F, F, F), lambda a, b, c: merged(c, (a.astype(D) * b + c).astype(F))),
    "mask_fnmadd_ps": ("_mm512_mask_fnmadd_ps(a, k, b, c)", (F, F, F), lambda a, b, c: merged(a, (-(a.astype(D) * b) + c).astype(F))),
    "mask_blend_epi8": ("_mm512_mask_blend_epi8(k, a, b)", (I8, I8), merged),
    "mullo_epi64": ("_mm512_mullo_epi64(a, b)", (I64, I64), lambda a, b: a * b),
    "mullo_epi32": ("_mm512_mullo_epi32(a, b)", (I32, I32), lambda a, b: a * b),
    "adds_epu8": ("_mm512_adds_epu8(a, b)", (U8, U8), lambda a, b: clip(a.astype(I32) + b, U8)),
    "subs_epi16": ("_mm512_subs_epi16(a, b)", (I16, I16), lambda a, b: clip(a.astype(I32) - b, I16)),
    "max_epu64": ("_mm512_max_epu64(a, b)", (U64, U64), np.maximum),
    "srai_epi64": ("_mm512_srai_epi64(a, 7)", (I64,), lambda a: a >> 7),
    "sllv_epi16": ("_mm512_sllv_epi16(a, b)", (U16, U16), lambda a, b: np.where(b < 16, a << (b % 16), 0).astype(U16)),
    "rol_epi32": ("_mm512_rol_epi32(a, 9)", (U32,), lambda a: a << 9 | a >> 23),
    "ternarylogic": ("_mm512_ternarylogic_epi32(a, b, c, 0xCA)", (U32, U32, U32), lambda a, b, c: (a & b) | (~a & c)),
    "popcnt_epi32": ("_mm512_popcnt_epi32(a)", (U32,), lambda a: np.array([bin(x).count("1") for x in a], U32)),
    "cmp_ps": ("_mm512_cmp_ps_mask(a, b, _CMP_LE_OQ)", (F, F), lambda a, b: packed(a <= b)),
    "cmp_unordered": ("_mm512_cmp_ps_mask(a, b, _CMP_NLT_UQ)", (F, F), lambda a, b: packed(~(a < b))),
    "cmpgt_epu8": ("_mm512_cmpgt_epu8_mask(a, b)", (U8, U8), lambda a, b: packed(a > b)),
    "mask_cmpneq_epi32": ("_mm512_mask_cmpneq_epi32_mask(k, a, b)", (I32, I32), lambda a, b: packed((a != b) & chosen(16))),
    "test_epi16": ("_mm512_test_epi16_mask(a, b)", (I16, I16), lambda a, b: packed((a & b) != 0)),
    "movepi8_mask": ("_mm512_movepi8_mask(a)", (I8,), lambda a: packed(a < 0)),
    "cvtepu32_ps": ("_mm512_cvtepu32_ps(a)", (U32,), lambda a: a.astype(F)),
    "cvtepi64_pd": ("_mm512_cvtepi64_pd(a)", (I64,), lambda a: a.astype(D)),
    "cvtps_epi32": ("_mm512_cvtps_epi32(a)", (F,), lambda a: np.where(np.isnan(a), I32(-(2**31)), np.rint(a)).astype(I32)),
    "cvttps_epu32": ("_mm512_cvttps_epu32(_mm512_abs_ps(a))", (F,), lambda a: np.where(np.isnan(a), U32(2**32 - 1), np.abs(a)).astype(U32)),
    "cvtepi32_epi8": ("_mm512_cvtepi32_epi8(a)", (I32,), lambda a: a.astype(I8)),
    "cvtsepi32_epi8": ("_mm512_cvtsepi32_epi8(a)", (I32,), lambda a: clip(a, I8)),
    "cvtusepi32_epi8": ("_mm512_cvtusepi32_epi8(a)", (U32,), lambda a: clip(a, U8)),
    "cvtsepi16_epi8": ("_mm512_cvtsepi16_epi8(a)", (I16,), lambda a: clip(a, I8)),
    "cvtepu8_epi32": ("_mm512_cvtepu8_epi32(_mm512_castsi512_si128(a))", (U8,), lambda a: a[:16].astype(I32)),
    "mask_cvtepi8_epi16": ("_mm512_mask_cvtepi8_epi16(a, k, _mm512_castsi512_si256(b))", (I16, I8), lambda a, b: merged(a, b[:32].astype(I16))),
    "cvtph_ps": ("_mm512_cvtph_ps(_mm512_castsi512_si256(a))", (np.float16,), lambda a: a[:16].astype(F)),
    "cvtps_ph": ("_mm512_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT)", (F,), lambda a: a.astype(np.float16)),
    "permutexvar_epi8": ("_mm512_permutexvar_epi8(a, b)", (U8, U8), lambda a, b: b[a % 64]),
    "permutexvar_ps": ("_mm512_permutexvar_ps(a, b)", (U32, F), lambda a, b: b[a % 16]),
    "permutex2var_epi16": ("_mm512_permutex2var_epi16(a, b, c)", (U16, U16, U16), lambda a, b, c: both(a, c, b)),
    "permutex2var_pd": ("_mm512_permutex2var_pd(a, b, c)", (D, U64, D), lambda a, b, c: both(a, c, b)),
    "shuffle_f32x4": ("_mm512_shuffle_f32x4(a, b, 0x4E)", (F, F), lambda a, b: np.concatenate([a[8:], b[:8]])),
    "shuffle_i64x2": ("_mm512_shuffle_i64x2(a, b, 0x88)", (I64, I64), lambda a, b: np.concatenate([a[:2], a[4:6], b[:2], b[4:6]])),
    "alignr_epi32": ("_mm512_alignr_epi32(a, b, 3)", (I32, I32), lambda a, b: np.concatenate([b, a])[3:19]),
    "unpackhi_epi32": ("_mm512_unpackhi_epi32(a, b)", (I32, I32), lambda a, b: np.stack([a.reshape(4, 4)[:, 2:], b.reshape(4, 4)[:, 2:]], 2).ravel()),
    "packs_epi32": ("_mm512_packs_epi32(a, b)", (I32, I32), lambda a, b: clip(np.concatenate([a.reshape(4, 4), b.reshape(4, 4)], 1).ravel(), I16)),
    "compress": ("_mm512_maskz_compress_epi32(k, a)", (I32,), lambda a: np.concatenate([a[chosen(16)], np.zeros(16 - chosen(16).sum(), I32)])),
    "expand": ("_mm512_mask_expand_ps(a, k, b)", (F, F), lambda a, b: merged(a, b[np.maximum(np.cumsum(chosen(16)) - 1, 0)])),
    "insertf32x4": ("_mm512_insertf32x4(a, _mm512_castps512_ps128(b), 2)", (F, F), lambda a, b: np.concatenate([a[:8], b[:4], a[12:]])),
    "broadcastss": ("_mm512_broadcastss_ps(_mm512_castps512_ps128(a))", (F,), lambda a: np.full(16, a[0])),
    "dpbusd": ("_mm512_dpbusd_epi32(a, b, c)", (I32, U8, I8), lambda a, b, c: dot(a, b, c, 4).astype(I32)),
    "dpbusds": ("_mm512_dpbusds_epi32(a, b, c)", (I32, U8, I8), lambda a, b, c: clip(dot(a, b, c, 4), I32)),
    "dpwssd": ("_mm512_dpwssd_epi32(a, b, c)", (I32, I16, I16), lambda a, b, c: dot(a, b, c, 2).astype(I32)),
    "maskz_dpwssds": ("_mm512_maskz_dpwssds_epi32(k, a, b, c)", (I32, I16, I16), lambda a, b, c: merged(np.zeros(16, I32), clip(dot(a, b, c, 2), I32))),
    "maddubs": ("_mm512_maddubs_epi16(a, b)", (U8, I8), lambda a, b: clip((a.astype(I32) * b).reshape(-1, 2).sum(1), I16)),
    "reduce_add_ps": ("_mm512_reduce_add_ps(a)", (F,), lambda a: fold(a, np.add)),
    "mask_reduce_add_epi32": ("_mm512_mask_reduce_add_epi32(k, a)", (I32,), lambda a: fold(merged(np.zeros(16, I32), a), np.add)),
    "reduce_max_epi64": ("_mm512_reduce_max_epi64(a)", (I64,), lambda a: a.max(keepdims=True)),
    "reduce_min_ps": ("_mm512_reduce_min_ps(_mm512_abs_ps(b))", (I32, F), lambda a, b: np.abs(b).min(keepdims=True) if not np.isnan(b).any() else None),
    "roundscale": ("_mm512_roundscale_ps(a, 0x29)", (F,), lambda a: np.floor(a * 4) / 4),
    "getexp": ("_mm512_getexp_ps(a)", (F,), lambda a: np.where(a == 0, -np.inf, np.floor(np.log2(np.abs(a))).astype(F))),
    "scalef": ("_mm512_scalef_ps(a, b)", (F, F), lambda a, b: (a.astype(D) * 2.0 ** np.floor(np.clip(b, -1e4, 1e4).astype(D))).astype(F)),
    "gather": ("_mm512_i32gather_ps(_mm512_and_epi32(a, _mm512_set1_epi32(15)), &b, 4)", (I32, F), lambda a, b: b[a & 15]),
    "setr": ("_mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)", (), lambda: np.arange(16, dtype=F)),
    "set_epi8": ("_mm512_set_epi8(" + ", ".join(map(str, range(63, -1, -1))) + ")", (), lambda: np.arange(64, dtype=I8)),
    "kunpack": ("_mm512_kunpackb(k, (__mmask16)0x1234)", (), lambda: np.array([((K & 0xFF) << 8) | 0x34], U16)),
}  # fmt: skip


def source() -> str:
    text = "#include <immintrin.h>\n#include <cstring>\n"
    for name, (expression, types, _) in ROWS.items():
        loads = "".join(
            f" {'__m512' if t is F else '__m512d' if t is D else '__m512i'} {v} = {LOAD.get(t, '_mm512_loadu_si512')}((const {'float' if t is F else 'double' if t is D else 'char'} *)p + {i * (64 // np.dtype(t if t in (F, D) else I8).itemsize)});"
            for i, (v, t) in enumerate(zip("abc", types, strict=False))
        )
        text += f'extern "C" void row_{name}(char *out, const char *p, unsigned long long k) {{{loads} auto r = {expression}; std::memcpy(out, &r, sizeof r); }}\n'
    text += """extern "C" void tails(float *out, const float *in, int n) {
  __mmask16 k = (__mmask16)((1u << n) - 1);
  _mm512_mask_storeu_ps(out, k, _mm512_maskz_loadu_ps(k, in));
}
extern "C" void scatter(int *out, const int *index, const int *v) { _mm512_i32scatter_epi32(out, _mm512_loadu_si512(index), _mm512_loadu_si512(v), 4); }
extern "C" int omp(int n) {
  int sum = 0;
#pragma omp parallel for reduction(+ : sum)
  for (int i = 0; i < n; ++i) sum += i;
  return sum;
}
"""
    return text


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> ctypes.CDLL:
    folder: Path = tmp_path_factory.mktemp("values")
    (folder / "rows.cpp").write_text(source())
    assert build(folder / "rows.cpp", folder / "rows.so", emulate=True, optimization="-O1") == "emulated"
    return ctypes.CDLL(str(folder / "rows.so"))


def operand(generator: np.random.Generator, dtype: type) -> np.ndarray:
    n = 64 // np.dtype(dtype).itemsize
    if np.dtype(dtype).kind == "f":
        return np.where(generator.random(n) < 0.15, generator.choice([0.5, -2.5, 1.0, -1.0], n), generator.standard_normal(n) * 50).astype(
            dtype
        )
    info = np.iinfo(dtype)
    extremes = generator.choice(np.array([info.min, info.max, 0, 1], dtype), n)
    small = generator.integers(max(info.min, -200), min(info.max, 300), n).astype(dtype)
    any_bits = np.frombuffer(generator.bytes(64), dtype)
    return np.choose(generator.integers(0, 3, n), [extremes, small, any_bits])


@pytest.mark.parametrize("name", ROWS)
def test_row(library, name: str) -> None:
    _, types, definition = ROWS[name]
    generator = np.random.default_rng([7, *name.encode()])
    for _ in range(25):
        operands = [operand(generator, t) for t in types]
        out = np.full(64, 0xEE, np.uint8)
        memory = b"".join(o.tobytes() for o in operands).ljust(64, b"\0")
        getattr(library, f"row_{name}")(out.ctypes.data_as(ctypes.c_void_p), memory, ctypes.c_uint64(K))
        with np.errstate(all="ignore"):
            expected = definition(*operands)
        actual = out[: expected.nbytes].view(expected.dtype)
        np.testing.assert_array_equal(actual, expected)


def test_masked_lanes_are_not_touched(library) -> None:
    values, out = np.arange(5, dtype=np.float32), np.full(16, -1, np.float32)
    library.tails(out.ctypes.data_as(ctypes.c_void_p), values.ctypes.data_as(ctypes.c_void_p), 5)
    np.testing.assert_array_equal(out, [0, 1, 2, 3, 4] + [-1] * 11)


def test_scatter_lets_the_highest_lane_win(library) -> None:
    out, index, v = np.zeros(4, np.int32), np.arange(16, dtype=np.int32) % 4, np.arange(16, dtype=np.int32)
    library.scatter(*(x.ctypes.data_as(ctypes.c_void_p) for x in (out, index, v)))
    np.testing.assert_array_equal(out, [12, 13, 14, 15])


def test_openmp(library) -> None:
    assert library.omp(1000) == 499500
