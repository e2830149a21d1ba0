"""The functions that emitted text brings along are read as what they stand for, and only where they are ours word for word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from xpiler.platforms.vnni.vector_library import EXP512, TANH512

KERNEL = """#include <immintrin.h>
%s
extern "C" void f(const float *A, float *T) { _mm512_storeu_ps(T, %s512(_mm512_loadu_ps(A))); }
"""


@pytest.mark.parametrize(("name", "text"), [("exp", EXP512), ("tanh", f"{EXP512}\n{TANH512}")])
def test_our_text_is_the_function(read: Callable[..., str], name: str, text: str) -> None:
    assembly = read(KERNEL % (text.replace("{\n", "\n{\n\n"), name), "vnni")
    assert f"math.{name} " in assembly
    assert "math.fma" not in assembly


def test_another_text_is_read_as_it_stands(read: Callable[..., str]) -> None:
    assert "math.exp2" in read(KERNEL % (EXP512.replace("1.44269504f", "1.5f"), "exp"), "vnni")
    squared = "static inline __m512 exp512(__m512 x) { return _mm512_mul_ps(x, x); }"
    assert "math.exp" not in read(KERNEL % (squared, "exp"), "vnni")
