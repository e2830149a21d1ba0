"""Arrays that are too large for a block or a thread: a part of global memory each, or a located refusal."""

from __future__ import annotations

import numpy as np
import pytest

from xpiler.diagnostics import Unsupported

SERIAL = [("  scf.forall (%i) in (%n) {", "  scf.for %i = %c0 to %n step %c1 {")]


@pytest.fixture
def scan_text(lowered):
    """`scan_text(platform, *replacements)`: the text of the row scan, changed."""

    def text(platform: str, *replacements: tuple[str, str]) -> str:
        return lowered("row_scan", platform, replacements)

    return text


@pytest.mark.parametrize("serial", [False, True])
@pytest.mark.parametrize("platform", ["cuda", "hip"])
def test_rows_of_tasks_lie_in_global_memory(scan_text, run_text, platform: str, serial: bool) -> None:
    """By a block's threads where the row is copied in parallel, else by one thread a row."""
    text = scan_text(platform, *(SERIAL if serial else ()))
    assert "float *tile_scratch)" in text and "float row[" not in text
    assert f"<<<{1 if serial else 16}, 256>>>" in text
    a = np.random.default_rng(3).standard_normal((16, 50)).astype(np.float32)
    _, t = run_text(text, platform, "scan_kernel", a, np.zeros_like(a), 50)
    np.testing.assert_allclose(t, np.cumsum(a, axis=1), rtol=1e-4, atol=1e-5)


def test_small_arrays_stay_in_the_block(scan_text) -> None:
    assert "scratch" not in scan_text("cuda", ("20000", "12000"))


def test_threads_without_number_are_refused(scan_text) -> None:
    """Nobody knows how many rows there are: 80 KB a thread are within a stack frame, 160 KB are not."""
    unknown = (*SERIAL, ("in (16)", "in (%n)"))
    assert "float buffer[20000]" in scan_text("hip", *unknown)
    with pytest.raises(Unsupported, match="would keep 160000 bytes of arrays to itself; the platform has 131056"):
        scan_text("hip", *unknown, ("20000", "40000"))
    assert "[40000]" in scan_text("cuda", *unknown, ("20000", "40000"))
