"""Transposes of 16 x 16 tiles in registers, for all sizes: lanes that change their place four times. Twins are not proved."""

from __future__ import annotations

from pathlib import Path

import pytest
from all_sizes import doubt
from proof_subjects import answer, corpus

from xpiler.diagnostics import Unsupported
from xpiler.verify.limits import Budget
from xpiler.verify.symbolic.child import within_limits
from xpiler.verify.symbolic.moved_lanes import rules
from xpiler.verify.symbolic.proof import Comparison
from xpiler.verify.verdict import Verdict

TEXTS = Path(__file__).parent / "register_transposes"
SIZES = {"rows": 17, "cols": 18}
TWINS = [
    pytest.param(
        "interleaves", "to[2 * i] = _mm512_permutex2var_ps(from[i], low", "to[2 * i] = _mm512_permutex2var_ps(from[i], high", id="halves"
    ),
    pytest.param("interleaves", "(from[i], high, from[i + 8])", "(from[i + 8], high, from[i])", id="operands-swapped"),
    pytest.param("interleaves", "3, 19, 4, 20", "3, 19, 20, 4", id="one-pair-of-lanes"),
    pytest.param("interleaves", "from + i * from_stride", "from + i * to_stride", id="stride"),
    pytest.param("interleaves", "  interleaved(a, b);\n  interleaved(b, a);\n  inter", "  inter", id="two-rounds"),
    pytest.param("unpacks", "t2 = _mm512_unpacklo_ps(r2, r3)", "t2 = _mm512_unpacklo_ps(r3, r2)", id="unpack-swapped"),
    pytest.param("unpacks", "t5 = _mm512_unpackhi_ps", "t5 = _mm512_unpacklo_ps", id="low-for-high"),
    pytest.param("unpacks", "r6 = _mm512_shuffle_ps(t5, t7, 0x44)", "r6 = _mm512_shuffle_ps(t5, t7, 0x4e)", id="immediate"),
    pytest.param("unpacks", "rd = _mm512_shuffle_f32x4(t5, td, 0xdd)", "rd = _mm512_shuffle_f32x4(t5, td, 0x88)", id="quarters"),
    pytest.param("unpacks", "_mm512_loadu_ps(src + 9 * ls)", "_mm512_loadu_ps(src + 10 * ls)", id="row"),
]
DEAR = {"one-pair-of-lanes", "operands-swapped", "unpack-swapped", "low-for-high", "immediate"}  # end at the limit, after ten seconds


@pytest.mark.parametrize("text", ["interleaves", "unpacks"])
def test_equal_for_all_sizes(written, text: str) -> None:
    assert doubt(corpus("transpose", ".cpp"), written(_text(text), ".cpp")) == ""


@pytest.mark.parametrize(("text", "old", "new"), [twin for twin in TWINS if twin.id not in DEAR])
def test_a_twin_is_not_proved_for_all_sizes(written, text: str, old: str, new: str) -> None:
    twin = written(_text(text).replace(old, new), ".cpp")
    with pytest.raises(Unsupported), within_limits():
        comparison = Comparison(corpus("transpose", ".cpp"), twin, Budget(60))
        comparison.check_side_conditions()
        comparison.compare()


@pytest.mark.parametrize(("text", "old", "new"), TWINS)
def test_a_twin_differs_at_sizes(written, text: str, old: str, new: str) -> None:
    assert old in _text(text)
    found = answer(corpus("transpose", ".cpp"), written(_text(text).replace(old, new), ".cpp"), SIZES)
    assert found.verdict is Verdict.UNSUPPORTED  # nothing is refuted without a run
    assert "T[" in found.reason


def _text(of: str) -> str:
    return (TEXTS / f"{of}.cpp").read_text()


UNPACK = tuple((k % 2, k // 4 * 4 + k % 4 // 2) for k in range(16))
QUARTERS = tuple((k // 8, k // 4 % 2 * 8 + k % 4) for k in range(16))
TURNED = tuple((0, 15 - k) for k in range(16))
SCATTERED = tuple((0, k * k % 16) for k in range(16))


@pytest.mark.parametrize(("origins", "count"), [(UNPACK, 4), (QUARTERS, 4), (TURNED, 1), (SCATTERED, 9)])
def test_rules_tell_each_lane(origins: tuple[tuple[int, int], ...], count: int) -> None:
    found = rules(origins)
    for lane, origin in enumerate(origins):
        (rule,) = (rule for rule in found if lane & rule.fixed == rule.bits)
        assert (rule.operand, rule.slope * lane + rule.start) == origin
    assert len(found) <= count
