"""Inline assembly: what a builtin stands for, what says nothing, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from xpiler.diagnostics import Unsupported

BANG = "#include <bang.h>\n{top}\n__mlu_global__ void k(float *x) {{ {body} x[0] = 1.0f; }}\n"


@pytest.mark.parametrize(
    ("top", "body"),
    [("", '__asm__ volatile("sync;");'), ("", 'asm("sync;\\n\\t" ::: "memory");'), ('#define SYNC asm volatile("sync;")', "SYNC;")],
)
def test_the_one_word_of_bang_waits_for_all_queues(read: Callable[..., str], top: str, body: str) -> None:
    assert "bang.sync<all_queues>" in read(BANG.format(top=top, body=body), "bang")


def test_an_empty_text_says_nothing(read: Callable[..., str]) -> None:
    body = 'x[0] = 2.0f; asm volatile("" ::: "memory"); x[1] = 3.0f;'
    assert read(f'extern "C" void k(float *x) {{ {body} }}', "vnni").count("memref.store") == 2


@pytest.mark.parametrize("body", ['asm volatile("bar;");', 'asm volatile("" : "+r"(n));', 'asm volatile("sync; sync;");'])
def test_other_assembly_is_refused(read: Callable[..., str], body: str) -> None:
    with pytest.raises(Unsupported, match="inline assembly"):
        read(BANG.format(top="", body=f"int n = 1; {body}"), "bang")
