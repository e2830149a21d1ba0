"""C is read and compiled as C++: the words that C++ lacks, and what a C++ compiler has to permit."""

from __future__ import annotations

SUFFIX = ".c"
WORDS = ("-Drestrict=__restrict", "-D_Bool=bool", "-D_Alignas=alignas", "-D_Alignof=alignof", "-D_Static_assert=static_assert")


def word_flags(name: str) -> tuple[str, ...]:
    """What a compiler of C++ is given for the file's words."""
    return WORDS if name.endswith(SUFFIX) else ()


def compiler_flags(name: str) -> tuple[str, ...]:
    """The same for g++, which converts `void *` by itself where it is told to."""
    return (*WORDS, "-fpermissive") if name.endswith(SUFFIX) else ()
