"""Intrinsics that move lanes, saturate, blend, convert and pick: what is read means what the instructions compute."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from xpiler.execution import jit
from xpiler.execution.build import build
from xpiler.execution.process import run
from xpiler.frontend import read
from xpiler.raising import raise_module

FLOATS = """
_mm512_permutexvar_ps(i0, a)
_mm512_permutex2var_ps(a, i0, b)
_mm512_permutexvar_ps(_mm512_setr_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), a)
_mm512_permutexvar_ps(_mm512_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7), a)
_mm512_permute_ps(a, 0xB1)
_mm512_permutevar_ps(a, i0)
_mm512_mask_permutexvar_ps(b, m, i0, a)
_mm512_fmaddsub_ps(a, b, a)
_mm512_fmsubadd_ps(a, b, b)
_mm512_castps256_ps512(_mm256_addsub_ps(low, high))
_mm512_castps256_ps512(_mm256_hadd_ps(low, high))
_mm512_castps256_ps512(_mm256_hsub_ps(low, high))
_mm512_castps256_ps512(_mm256_blend_ps(low, high, 0x5a))
_mm512_castps256_ps512(_mm256_blendv_ps(low, high, _mm256_cmp_ps(low, high, _CMP_LT_OQ)))
_mm512_castps256_ps512(_mm256_permutevar8x32_ps(low, _mm512_castsi512_si256(i0)))
_mm512_castps256_ps512(_mm256_and_ps(low, _mm256_cmp_ps(low, high, _CMP_GE_OQ)))
_mm512_broadcast_f32x4(_mm512_castps512_ps128(a))
_mm512_broadcast_f32x8(high)
_mm512_insertf32x4(a, _mm512_castps512_ps128(b), 2)
_mm512_rcp14_ps(a)
_mm512_rsqrt14_ps(_mm512_abs_ps(a))
_mm512_scalef_ps(a, b)
_mm512_cvtepu32_ps(i0)
_mm512_castpd_ps(_mm512_cvtepi64_pd(i0))
_mm512_castpd_ps(_mm512_cvtepu64_pd(i0))
_mm512_castpd_ps(_mm512_cvtepu32_pd(_mm512_castsi512_si256(i0)))
_mm512_castps256_ps512(_mm512_cvtepi64_ps(i0))
_mm512_castps256_ps512(_mm512_cvtepu64_ps(i0))
""".strip().splitlines()
INTEGERS = """
_mm512_shuffle_epi8(i0, i1)
_mm512_alignr_epi32(i0, i1, 5)
_mm512_alignr_epi8(i0, i1, 7)
_mm512_adds_epi8(i0, i1)
_mm512_subs_epu8(i0, i1)
_mm512_adds_epi16(i0, i1)
_mm512_mulhi_epi16(i0, i1)
_mm512_mulhrs_epi16(i0, i1)
_mm512_mul_epu32(i0, i1)
_mm512_packs_epi32(i0, i1)
_mm512_packus_epi16(i0, i1)
_mm512_sad_epu8(i0, i1)
_mm512_avg_epu8(i0, i1)
_mm512_ternarylogic_epi32(i0, i1, i0, 0xCA)
_mm512_rol_epi32(i0, 7)
_mm512_popcnt_epi32(i0)
_mm512_lzcnt_epi32(i0)
_mm512_bslli_epi128(i0, 3)
_mm512_movm_epi32(m)
_mm512_zextsi128_si512(_mm512_cvtusepi32_epi8(i0))
_mm512_zextsi256_si512(_mm512_cvtsepi64_epi32(i0))
_mm512_castsi256_si512(_mm256_sign_epi8(_mm512_castsi512_si256(i0), _mm512_castsi512_si256(i1)))
_mm512_castsi256_si512(_mm256_cmpgt_epi32(_mm512_castsi512_si256(i0), _mm512_castsi512_si256(i1)))
_mm512_set1_epi32(_mm256_movemask_ps(low))
_mm512_set1_epi32((int)_mm512_movepi32_mask(i0))
_mm512_set1_epi32((int)_mm512_knot(_mm512_kandn(m, (__mmask16)0x0ff0)))
_mm512_maskz_mov_epi32(_mm512_test_epi32_mask(i0, i1), i0)
_mm512_cvttpd_epi64(_mm512_cvtps_pd(low))
_mm512_cvttpd_epu64(_mm512_cvtps_pd(_mm512_castps512_ps256(_mm512_abs_ps(a))))
_mm512_cvttps_epi64(low)
_mm512_cvttps_epu64(_mm512_castps512_ps256(_mm512_abs_ps(a)))
_mm512_castsi256_si512(_mm512_cvttpd_epu32(_mm512_cvtps_pd(_mm512_castps512_ps256(_mm512_abs_ps(a)))))
_mm512_maskz_mov_epi32(_mm512_cmp_ps_mask(a, b, _CMP_NGE_UQ), i0)
_mm512_maskz_mov_epi32(_mm512_cmp_ps_mask(a, b, _CMP_EQ_UQ), i0)
""".strip().splitlines()


def source() -> str:
    """One kernel that stores the result of every call, sixteen lanes each."""
    calls = [f"  _mm512_storeu_ps(T + {16 * k}, {call});" for k, call in enumerate(FLOATS)]
    calls += [f"  _mm512_storeu_si512((__m512i *)(U + {16 * k}), {call});" for k, call in enumerate(INTEGERS)]
    return "\n".join(
        [
            "#include <immintrin.h>",
            'extern "C" void k(const float *A, const int *I, float *T, int *U) {',
            "  __m512 a = _mm512_loadu_ps(A), b = _mm512_loadu_ps(A + 16);",
            "  __m256 low = _mm256_loadu_ps(A), high = _mm256_loadu_ps(A + 16);",
            "  __m512i i0 = _mm512_loadu_si512(I), i1 = _mm512_loadu_si512(I + 16);",
            "  __mmask16 m = _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ);",
            *calls,
            "}",
        ]
    )


def test_the_meaning_of_every_call_is_the_instruction(tmp_path: Path) -> None:
    path = tmp_path / "k.cpp"
    path.write_text(source())
    generator = np.random.default_rng(3)
    given = [generator.uniform(-3, 3, 32).astype(np.float32), generator.integers(-(2**31), 2**31, 32).astype(np.int32)]
    outputs = lambda: [np.zeros(16 * len(FLOATS), np.float32), np.zeros(16 * len(INTEGERS), np.int32)]  # noqa: E731
    raised = outputs()
    jit.run(raise_module(read(path, "vnni"), normalize=False), "k", [*given, *raised])
    built = build(path, "vnni", tmp_path / "k.so", arch="icelake-server")
    (result,) = run(built.library, "k", [[*given, *outputs()]])
    assert result.ok, result.failure
    lanes = [8 if "castps256_ps512(_" in call else 16 for call in FLOATS]  # a cast leaves the upper lanes undefined
    for k, (call, count) in enumerate(zip(FLOATS, lanes, strict=True)):
        here = slice(16 * k, 16 * k + count)
        tolerance = 2.0**-14 if "14_ps" in call else 1e-6  # an estimate of 14 bits is read as the number it estimates
        np.testing.assert_allclose(raised[0][here], result.arrays[2][here], rtol=tolerance, err_msg=call)
    for k, call in enumerate(INTEGERS):
        here = slice(16 * k, 16 * k + (8 if "castsi256" in call else 16))
        np.testing.assert_array_equal(raised[1][here], result.arrays[3][here], err_msg=call)


@pytest.mark.parametrize("stored", ["T", "A"])
def test_a_permute_in_place_reads_what_was_there_before(stored: str, tmp_path: Path) -> None:
    path = tmp_path / "k.cpp"
    path.write_text(
        '#include <immintrin.h>\nextern "C" void k(float *A, float *T) {\n'
        f"  _mm512_storeu_ps({stored}, _mm512_permute_ps(_mm512_loadu_ps(A), 0x1B));\n}}\n"
    )
    given, out = np.arange(16, dtype=np.float32), np.zeros(16, np.float32)
    jit.run(raise_module(read(path, "vnni"), normalize=False), "k", [given, out])
    expected = np.arange(16, dtype=np.float32).reshape(4, 4)[:, ::-1].ravel()
    np.testing.assert_array_equal(given if stored == "A" else out, expected)


def test_lanes_in_even_steps_are_told_by_their_number(tmp_path: Path) -> None:
    path = tmp_path / "k.cpp"
    numbers = ", ".join(map(str, range(16)))
    path.write_text(
        '#include <immintrin.h>\nextern "C" void k(int *T) {\n' + f"  _mm512_storeu_si512(T, _mm512_setr_epi32({numbers}));\n}}\n"
    )
    assert not re.search("arith.select", str(raise_module(read(path, "vnni"), normalize=False)))
