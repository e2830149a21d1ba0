"""Every intrinsic we define exists in the compiler's own header, takes the same arguments and gives the same type."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from vnni_declarations import ours, real

from xpiler.platforms.cxx import find_cxx
from xpiler.platforms.vnni.toolchain import EMULATION

TARGETS = ("f", "bw", "dq", "vl", "cd", "vnni", "vbmi", "vbmi2", "bitalg", "vpopcntdq", "bf16")


CONST_IN_NEWER_HEADERS = {"_mm_stream_load_si128", "_mm256_stream_load_si256", "_mm512_stream_load_si512"}


def argument(name: str, type_: str) -> str:
    """An expression of that type; immediates are literals, since the real ones must be."""
    if type_ in ("int", "unsigned"):
        return "8" if "round" in name and "roundscale" not in name else "1"
    if type_.endswith("_ENUM") or type_ == "_mm_hint":
        return f"({type_})1"
    return f"(argument<{type_}>())"  # in parentheses: the real one may be a macro


def test_no_name_is_invented() -> None:
    assert sorted(set(ours()) - set(real())) == []


def test_every_family_of_the_ranked_features_is_there() -> None:
    ranked = """
    set1_ps mul_ps fmadd_ps loadu_ps setzero_ps storeu_ps add_ps set1_epi32 setzero_si512 loadu_si512 add_epi32 cvtepi32_ps max_ps
    sub_ps mask_storeu_ps set1_epi8 min_ps load_ps and_si512 maskz_loadu_ps castsi512_ps cvtph_ps store_ps castsi512_si256 maskz_loadu_epi16
    mullo_epi32 dpbusd_epi32 storeu_si512 maskz_loadu_epi8 extracti64x4_epi64""".split()
    assert [name for name in ranked if f"_mm512_{name}" not in ours()] == []


def test_signatures_agree_with_the_compilers_header(tmp_path: Path) -> None:
    lines = [
        "#include <immintrin.h>",
        f'#include "{EMULATION}/avx512/registers.h"',
        "template <class T> T argument();",
        "template <class A, class B> struct same { static constexpr bool value = false; };",
        "template <class A> struct same<A, A> { static constexpr bool value = true; };",
    ]
    for intrinsic in ours().values():
        if intrinsic.name in CONST_IN_NEWER_HEADERS:
            continue
        call = f"{intrinsic.name}({', '.join(argument(intrinsic.name, p) for p in intrinsic.parameters)})"
        check = "" if intrinsic.result == "void" else f"static_assert(same<decltype(result), {intrinsic.result}>::value);"
        value = call if intrinsic.result == "void" else f"auto result = {call}"
        lines.append(f"void check_{intrinsic.name}() {{ {value}; {check} }}")
    source = tmp_path / "signatures.cpp"
    source.write_text("\n".join(lines) + "\n")
    flags = [f"-mavx512{name}" for name in TARGETS] + ["-mbmi", "-mbmi2", "-mlzcnt", "-mfma", "-mf16c"]
    done = subprocess.run([find_cxx(), "-std=c++17", "-w", "-O1", "-fsyntax-only", *flags, str(source)], capture_output=True, text=True)
    wrong = sorted(set(re.findall(r"In function .void check_(\w+)\(", done.stderr)))
    assert wrong == [], done.stderr[:3000]
    assert done.returncode == 0, done.stderr[:3000]
