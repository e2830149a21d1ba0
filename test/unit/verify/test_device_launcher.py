"""A text's launcher on device pointers is part of what is proved: a twin wrong there alone is not."""

from __future__ import annotations

import pytest
from proof_subjects import answer, corpus, text_of

from xpiler.verify.pairing import launchers_agree
from xpiler.verify.verdict import Verdict

LAUNCHER = 'extern "C" void add_launch(cudaStream_t stream, const float *A, const float *B, float *T, int n) {{ {body} }}\n'
RIGHT = "add<<<(n + 255) / 256, 256, 0, stream>>>(A, B, T, n);"
TWINS = {
    "too few blocks": RIGHT.replace("(n + 255)", "n"),
    "operands exchanged": RIGHT.replace("A, B", "B, B"),
    "nothing for one element": f"if (n > 37) {RIGHT}",
}
SIZES = {"n": 37}


def with_launcher(written, body: str):
    return written(text_of("add", ".cu") + LAUNCHER.format(body=body), ".cu")


def test_a_right_one_is_proved(written) -> None:
    module = with_launcher(written, RIGHT)
    assert launchers_agree(module)
    assert answer(corpus("add", ".cpp"), module, SIZES).verdict is Verdict.PROVED


@pytest.mark.parametrize("name", TWINS)
def test_a_wrong_one_is_not(written, name: str) -> None:
    module = with_launcher(written, TWINS[name])
    assert not launchers_agree(module)
    found = answer(corpus("add", ".cpp"), module, SIZES)
    assert found.verdict is not Verdict.PROVED
    assert "add_launch" in found.reason
