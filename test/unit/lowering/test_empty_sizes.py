"""Kernels that divide by a size are right where it is 0, although loops over rows ask for the quotient in front of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import xpiler
from xpiler.execution.build import build
from xpiler.execution.process import run
from xpiler.platforms.names import DEFAULT_ARCH, OUTPUT_SUFFIX

SOURCE = Path(__file__).resolve().parents[3] / "kernels" / "batchnorm" / "batchnorm.hip"


@pytest.mark.parametrize("platform", ["vnni", "bang"])
def test_nothing_is_divided_by_a_size_of_zero(platform: str, tmp_path: Path) -> None:
    output = tmp_path / f"k{OUTPUT_SUFFIX[platform]}"
    output.write_text(xpiler.translate(str(SOURCE), platform, verify="none").text)
    build(output, platform, tmp_path / "k.so", arch=DEFAULT_ARCH[platform])
    calls = []
    for batch, channels, pixels in ((1, 3, 0), (0, 3, 5), (2, 0, 4)):
        x, per_channel = np.zeros(batch * channels * pixels, np.float32), np.ones(channels, np.float32)
        calls.append([x, per_channel, per_channel, per_channel, per_channel, x.copy(), batch, channels, pixels])
    assert [result.failure for result in run(tmp_path / "k.so", "batchnorm_kernel", calls)] == ["", "", ""]
