"""The 128- and 256-bit forms, which share their definition with the 512-bit ones, against the instructions of this CPU."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path

import numpy as np
import pytest
from vnni_declarations import Intrinsic, ours, real

from xpiler.platforms.cxx import find_cxx
from xpiler.platforms.vnni.toolchain import EMULATION, cpu_flags

HEADERS = {
    f"{name}intrin.h" for name in ("xmm", "emm", "pmm", "tmm", "smm", "nmm", "avx", "avx2", "fma", "f16c", "bmi", "bmi2", "lzcnt", "popcnt")
}
APPROXIMATE = ("_mm_rcp", "_mm256_rcp", "_mm_rsqrt", "_mm256_rsqrt", "_mm_getcsr", "_mm_undefined", "_mm256_undefined", "_mm_malloc")
IMMEDIATES = (0, 1, 0x1B, 0x4E)
NARROW_IMMEDIATES = {
    "blend_pd": (0, 1, 2, 3), "blend_ps": (0, 1, 5, 14), "shuffle_pd": (0, 1, 2, 3), "permute_pd": (0, 1, 2, 3), "round": (0, 1, 2, 3),
    "extract": (0, 1), "insert": (0, 1), "cmp_": (0, 1, 2, 4, 13, 30), "cvtps_ph": (0, 1, 2, 3), "cvtss_sh": (0, 3),
}  # fmt: skip

pytestmark = pytest.mark.skipif(not {"avx2", "fma", "f16c", "bmi2"} <= cpu_flags(), reason="needs a CPU with AVX2, FMA, F16C and BMI2")


def comparable() -> list[tuple[Intrinsic, int]]:
    """Intrinsics of registers and scalars that this CPU has, with the immediates to try."""
    found = []
    for intrinsic in ours().values():
        if real()[intrinsic.name] not in HEADERS or intrinsic.result == "void" or intrinsic.name.startswith(APPROXIMATE):
            continue
        if any("*" in p for p in intrinsic.parameters):
            continue
        takes_immediate = intrinsic.parameters[-1:] == ("int",) and len(intrinsic.parameters) > 1
        choices = next((c for part, c in NARROW_IMMEDIATES.items() if part in intrinsic.name), IMMEDIATES) if takes_immediate else (0,)
        found += [(intrinsic, immediate) for immediate in choices]
    return found


def source(cases: list[tuple[Intrinsic, int]]) -> str:
    lines = [
        "#include <immintrin.h>",
        f'#include "{EMULATION}/avx512/registers.h"',
        "template <class T> T take(const char *p) { T t; __builtin_memcpy(&t, p, sizeof t); return t; }",
    ]
    for number, (intrinsic, immediate) in enumerate(cases):
        last = len(intrinsic.parameters) - 1
        arguments = [
            str(immediate) if p == "int" and i == last and i > 0 else f"(take<{p}>(in + {64 * i}))"
            for i, p in enumerate(intrinsic.parameters)
        ]
        lines.append(
            f'extern "C" int case_{number}(const char *in, char *out) {{ auto r = {intrinsic.name}({", ".join(arguments)}); '
            "__builtin_memcpy(out, &r, sizeof r); return sizeof r; }"
        )
    return "\n".join(lines) + "\n"


def compile_cases(folder: Path, text: str, flags: list[str]) -> ctypes.CDLL:
    folder.mkdir()
    (folder / "cases.cpp").write_text(text)
    command = [find_cxx(), "-std=c++17", "-w", "-O1", "-fPIC", "-shared", "-ffp-contract=off", *flags]
    done = subprocess.run([*command, str(folder / "cases.cpp"), "-o", str(folder / "cases.so")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[:3000]
    return ctypes.CDLL(str(folder / "cases.so"))


def operand(generator: np.random.Generator, type_: str) -> bytes:
    """64 bytes: ordinary and extreme floats, or any bits."""
    if "float" in type_ or type_ in ("__m128", "__m256"):
        return (
            np.where(
                generator.random(16) < 0.2,
                generator.choice([0.0, -0.0, np.inf, 2.5, -3.5, 1e30, 70000, 1e-7], 16),
                generator.standard_normal(16) * 100,
            )
            .astype(np.float32)
            .tobytes()
        )
    if "double" in type_ or type_ in ("__m128d", "__m256d"):
        return (
            np.where(
                generator.random(8) < 0.2, generator.choice([0.0, -0.0, np.inf, 2.5, -3.5, 1e300], 8), generator.standard_normal(8) * 100
            )
            .astype(np.float64)
            .tobytes()
        )
    return (
        generator.integers(0, 256, 64).astype(np.uint8).tobytes()
        if generator.random() < 0.8
        else generator.choice([0, 1, 127, 128, 255], 64).astype(np.uint8).tobytes()
    )


def test_emulated_and_real_instructions_agree(tmp_path: Path) -> None:
    cases = comparable()
    assert len(cases) > 400
    text = source(cases)
    instructions = compile_cases(tmp_path / "native", text, ["-mavx2", "-mfma", "-mf16c", "-mbmi", "-mbmi2", "-mlzcnt", "-mpopcnt"])
    emulation = compile_cases(tmp_path / "emulated", text, [f"-I{EMULATION}"])
    generator = np.random.default_rng(0)
    wrong = set()
    for number, (intrinsic, immediate) in enumerate(cases):
        for _ in range(20):
            inputs = b"".join(operand(generator, p) for p in intrinsic.parameters).ljust(64, b"\0")
            outputs = []
            for library in (instructions, emulation):
                out = ctypes.create_string_buffer(64)
                size = getattr(library, f"case_{number}")(inputs, out)
                outputs.append(out.raw[:size])
            if not same(intrinsic.result, *outputs):
                wrong.add((intrinsic.name, immediate))
    assert sorted(wrong) == []


def same(result: str, expected: bytes, actual: bytes) -> bool:
    """Equal bits; of a float result, any NaN is as good as another."""
    if expected == actual:
        return True
    dtype = (
        np.float32
        if "float" in result or result in ("__m128", "__m256")
        else np.float64
        if "double" in result or result.endswith("d")
        else None
    )
    return dtype is not None and np.array_equal(np.frombuffer(expected, dtype), np.frombuffer(actual, dtype), equal_nan=True)
