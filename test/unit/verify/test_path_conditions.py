"""Branches that those around them rule out are not asked for; all others are."""

from __future__ import annotations

import pytest

from xpiler.verify.stages import at_sizes
from xpiler.verify.verdict import Verdict

LOOP = "for (int i = 0; i < n * m; ++i) T[i] = "
TEXT = 'extern "C" void k_kernel(const float *A, float *T, int n, int m) {{\n{body}\n}}\n'
COPIED = TEXT.format(body=f"{LOOP}A[i];")
RULED_OUT = {
    "implied by both": (
        "if (n - 2 > 0 && m > 3) {{ if ({asked}) {right} else {wrong} }} else {right}",
        "m > 2 && n > 2",
        "m > 2 && n < 4000000",
    ),
    "the other side": ("if (n > 5 || m > 4) {right} else {{ if ({asked}) {wrong} else {right} }}", "n > 6", "n * 7 + m == 37"),
    "at least": ("if (n >= 7) {{ if ({asked}) {right} else {wrong} }} else {right}", "n > 6", "n < 4000000"),
    "not at most": ("if (n <= 7) {right} else {{ if ({asked}) {wrong} else {right} }}", "n <= 6", "n >= 4000000"),
    "sums": ("if (n > m + 1) {{ if ({asked}) {right} else {wrong} }} else {right}", "n > m", "n < m + 4000000"),
}


@pytest.mark.parametrize("name", RULED_OUT)
def test_what_the_branches_around_rule_out_is_not_asked_for(written, name: str) -> None:
    text, implied, free = RULED_OUT[name]
    for asked, verdict in ((implied, Verdict.PROVED), (free, Verdict.UNSUPPORTED)):
        body = text.format(asked=asked, right=f"{{ {LOOP}A[i]; }}", wrong=f"{{ {LOOP}0.0f; }}")
        found = at_sizes(written(COPIED, ".cpp"), written(TEXT.format(body=body), ".cpp"), {}, 30).answer
        assert found.verdict is verdict, found.reason
        assert verdict is Verdict.PROVED or "do not exercise" in found.reason
