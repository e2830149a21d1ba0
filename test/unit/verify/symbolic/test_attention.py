"""Online softmax and flash attention carry a maximum and sums scaled by it; they are what two passes compute, for all sizes."""

from __future__ import annotations

import pytest
from all_sizes import doubt
from attention_texts import ATTENTION, FLASH, ONLINE, SOFTMAX

TWINS = [
    (SOFTMAX, ONLINE, "total * expf(peak - higher)", "total * expf(higher - peak)"),
    (SOFTMAX, ONLINE, "total * expf(peak - higher)", "total"),
    (SOFTMAX, ONLINE, "expf(x - higher);", "expf(x - peak);"),
    (SOFTMAX, ONLINE, "fmaxf(peak, x)", "fminf(peak, x)"),
    (SOFTMAX, ONLINE, "int c = 0; c < cols; ++c) {", "int c = 1; c < cols; ++c) {"),
    (SOFTMAX, ONLINE, "peak = -INFINITY, total = 0.0f", "peak = 0.0f, total = 1.0f"),
    (ATTENTION, FLASH, "O[i * d + k] * scale", "O[i * d + k]"),
    (ATTENTION, FLASH, "weight * V[j * d + k]", "weight * V[i * d + k]"),
    (ATTENTION, FLASH, "O[i * d + k] / total", "O[i * d + k]"),
    (ATTENTION, FLASH, "K[j * d + k]", "K[j * d]"),
    (ATTENTION, FLASH, "j < n; ++j) {", "j < n - 1; ++j) {"),
]


@pytest.mark.parametrize(("plain", "online"), [(SOFTMAX, ONLINE), (ATTENTION, FLASH)], ids=["softmax", "attention"])
def test_one_pass_is_two(written, plain: str, online: str) -> None:
    assert doubt(written(plain, ".cpp"), written(online, ".cpp")) == ""


@pytest.mark.parametrize(("plain", "online", "old", "new"), TWINS)
def test_a_twin_is_not_proved(written, plain: str, online: str, old: str, new: str) -> None:
    assert old in online
    assert doubt(written(plain, ".cpp"), written(online.replace(old, new), ".cpp")) != ""
