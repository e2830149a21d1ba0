"""A kernel of BANG that nothing launches is taken to be launched as usual, where the caller wants a whole program."""

from __future__ import annotations

from xpiler.diagnostics import collecting

KERNEL = """
#include <bang.h>
__mlu_global__ void copy(const float *x, float *y, int n) { for (int i = taskId; i < n; i += taskDim) y[i] = x[i]; }
"""
LAUNCHER = (
    "void go(cnrtQueue_t q, const float *x, float *y, int n) { cnrtDim3_t d = {4, 1, 1}; copy<<<d, cnrtFuncTypeUnion1, q>>>(x, y, n); }"
)


def test_a_file_without_a_launcher_has_the_usual_one_with_a_warning(read) -> None:
    with collecting() as warnings:
        text = read(KERNEL, "bang", assume_launch=True)
    assert "@copy_launch(" in text
    assert "union4" in text
    assert "xpiler.stated" in text  # a library made of the file does not have it
    assert [warning.place.line for warning in warnings if "taken as Union4, 16 tasks" in warning.message] == [3]


def test_without_being_asked_reading_adds_nothing(read) -> None:
    assert "xpiler.launch" not in read(KERNEL, "bang")


def test_the_files_own_launcher_counts(read) -> None:
    with collecting() as warnings:
        text = read(KERNEL + LAUNCHER, "bang", assume_launch=True)
    assert "union1" in text
    assert "@copy_launch(" not in text
    assert not warnings
