"""Compiling VNNI text: the choice between instructions and emulation, the architectures, located messages."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from xpiler.diagnostics import InvalidInput
from xpiler.platforms.vnni import toolchain
from xpiler.platforms.vnni.checked import build_checked

LADDER = """#include <immintrin.h>
extern "C" int level() {
#if defined(__AVX512VNNI__) && defined(__AVX512VL__)
  return _mm512_reduce_add_epi32(_mm512_dpbusd_epi32(_mm512_setzero_si512(), _mm512_set1_epi8(2), _mm512_set1_epi8(3)));
#elif defined(__AVX512F__)
  return 512;
#else
  return 256;
#endif
}
"""


@pytest.mark.parametrize(("arch", "value"), [("icelake-server", 64 * 6), ("skylake-avx512", 512)])
def test_macros_of_the_architecture(tmp_path: Path, arch: str, value: int) -> None:
    (tmp_path / "a.cpp").write_text(LADDER)
    assert toolchain.build(tmp_path / "a.cpp", tmp_path / "a.so", arch=arch, emulate=True) == "emulated"
    assert ctypes.CDLL(str(tmp_path / "a.so")).level() == value


def test_the_cpu_decides(tmp_path: Path) -> None:
    (tmp_path / "a.cpp").write_text(LADDER)
    how = toolchain.build(tmp_path / "a.cpp", tmp_path / "a.so")
    assert how == ("native" if toolchain.runs_natively("icelake-server") else "emulated")


def test_headers_of_the_standard_library_still_compile(tmp_path: Path) -> None:
    (tmp_path / "a.cpp").write_text(
        "#include <x86intrin.h>\n#include <algorithm>\n#include <random>\n#include <vector>\n#include <cmath>\n" + LADDER
    )
    toolchain.build(tmp_path / "a.cpp", tmp_path / "a.so", emulate=True)


@pytest.mark.parametrize("checks", [False, True])
def test_a_text_calls_its_own_functions_where_another_library_has_the_name(tmp_path: Path, checks: bool) -> None:
    """A kernel `step` was called by its launcher as the one of the C library, and crashed."""
    (tmp_path / "other.cpp").write_text('extern "C" int xpiler_test_step() { return 1; }\n')
    own = 'extern "C" int xpiler_test_step() { return 2; }\nextern "C" int launch() { return xpiler_test_step(); }\n'
    (tmp_path / "own.cpp").write_text(own)
    toolchain.build(tmp_path / "other.cpp", tmp_path / "other.so")
    if checks:
        build_checked(tmp_path / "own.cpp", tmp_path / "own.so", arch="icelake-server")
    else:
        toolchain.build(tmp_path / "own.cpp", tmp_path / "own.so")
    ctypes.CDLL(str(tmp_path / "other.so"), mode=ctypes.RTLD_GLOBAL)
    assert ctypes.CDLL(str(tmp_path / "own.so")).launch() == 2


def test_errors_are_located(tmp_path: Path) -> None:
    (tmp_path / "a.cpp").write_text("#include <immintrin.h>\n__m512 f(__m512 a) { return _mm512_no_such_ps(a); }\n")
    with pytest.raises(InvalidInput, match="_mm512_no_such_ps") as error:
        toolchain.build(tmp_path / "a.cpp", tmp_path / "a.so", emulate=True)
    assert error.value.diagnostics[0].place.line == 2


def test_check_uses_the_compilers_own_header(tmp_path: Path) -> None:
    (tmp_path / "a.cpp").write_text(LADDER)
    toolchain.check(tmp_path / "a.cpp")
    (tmp_path / "b.cpp").write_text("#include <immintrin.h>\n__m256i f(__m256i a) { return _mm256_and_epi32(a, a); }\n")
    with pytest.raises(InvalidInput, match="_mm256_and_epi32"):
        toolchain.check(tmp_path / "b.cpp")


def test_unknown_architectures_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.cpp").write_text(LADDER)
    with pytest.raises(InvalidInput, match="unknown architecture 'i386'"):
        toolchain.build(tmp_path / "a.cpp", tmp_path / "a.so", arch="i386")
