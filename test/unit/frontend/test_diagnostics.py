"""What is wrong or not taken is said with its place, and how to go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from xpiler import frontend
from xpiler.diagnostics import InvalidInput, Unsupported, XpilerError

KERNEL = "__global__ void k(float *x, int n) {\n%s\n}\n"


def failure(text: str | Path, platform: str = "cuda", **options: str) -> XpilerError:
    with pytest.raises(XpilerError) as caught:
        frontend.read(text, platform, frontend.ReadOptions(**options))  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize(
    ("body", "kind", "words", "line"),
    [
        ("x[0] = ;", InvalidInput, "expected expression", 2),
        ("x[0] = frobnicate(n);", InvalidInput, "frobnicate", 2),
        ("again:\nx[0] = 1;\ngoto again;", Unsupported, "goto", 2),
        ('\nasm volatile("bar.sync 0;");', Unsupported, "inline assembly", 3),
        ("float t[n];", Unsupported, "known only at run time", 2),
        ("x[0] = clock();", Unsupported, "clock", 2),
        ("static int calls;", Unsupported, "static", 2),
    ],
)
def test_refusal_names_the_construct_and_the_line(body: str, kind: type[XpilerError], words: str, line: int) -> None:
    error = failure(KERNEL % body)
    assert isinstance(error, kind)
    diagnostic = error.diagnostics[0]
    assert words in diagnostic.message
    assert diagnostic.place is not None and diagnostic.place.line == line and diagnostic.place.column > 0


def test_unknown_function_that_is_only_declared() -> None:
    error = failure("__device__ float mystery(float);\n" + KERNEL % "x[0] = mystery(x[1]);")
    assert "unknown function 'mystery'" in str(error)


def test_recursion() -> None:
    error = failure("__device__ int f(int n) { return n < 2 ? 1 : n * f(n - 1); }\n" + KERNEL % "x[0] = f(n);")
    assert "recursive" in str(error)


def test_no_kernel() -> None:
    assert "no kernel" in str(failure("int f(int x) { return x; }\n"))


def test_several_kernels_without_launcher() -> None:
    error = failure((KERNEL % "x[0] = 1;") + "__global__ void j(float *x) { x[0] = 2; }\n")
    assert "several kernels" in str(error) and "--kernel" in error.diagnostics[0].hint


def test_kernel_that_is_not_there() -> None:
    assert "no kernel 'j'" in str(failure(KERNEL % "x[0] = 1;", kernel="j"))


def test_empty_binary_and_unreadable_files(tmp_path: Path) -> None:
    empty, binary = tmp_path / "e.cu", tmp_path / "b.cu"
    empty.write_text(" \n")
    binary.write_bytes(b"\0\1\2")
    assert "empty" in str(failure(empty))
    assert "binary" in str(failure(binary))
    assert "cannot read" in str(failure(tmp_path / "none.cu"))


def test_missing_include_asks_for_a_folder() -> None:
    error = failure('#include "mine.h"\n' + KERNEL % "x[0] = 1;")
    assert "mine.h" in str(error) and "-I" in error.diagnostics[0].hint


def test_template_that_nothing_instantiates() -> None:
    error = failure("template <typename T> __global__ void k(T *x) { x[0] = 1; }\n")
    assert "--instantiate" in error.diagnostics[0].hint


def test_launch_option_without_a_key() -> None:
    assert "--launch" in str(failure(KERNEL % "x[0] = 1;", launch="256"))


def test_arrays_of_pointers_are_refused_by_name() -> None:
    text = """__global__ void pick(float *a, float *b, float *y, int n) {
  float *halves[2] = {a, b};
  if (threadIdx.x < n) y[threadIdx.x] = halves[threadIdx.x % 2][threadIdx.x];
}
"""
    with pytest.raises(Unsupported, match="the array of pointers 'halves'") as refused:
        frontend.read(text, "cuda")
    assert refused.value.diagnostics[0].place.line == 2
