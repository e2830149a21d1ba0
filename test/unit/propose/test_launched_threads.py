"""The threads that a launcher starts, from its IR and sizes: short rows of a block each are too many for a simulator."""

from __future__ import annotations

from pathlib import Path

from xpiler.options import TranslateOptions
from xpiler.propose.judge import Subject
from xpiler.propose.launched_threads import threads

KERNELS = Path(__file__).resolve().parents[3] / "kernels"


def of(kernel: str, **sizes: int) -> int:
    subject = Subject.of(str(KERNELS / kernel), TranslateOptions(to="bang"))  # its launcher lives as long as it does
    return threads(subject.launcher(), sizes)


def test_blocks_and_threads_are_counted() -> None:
    assert of("layernorm/layernorm.cu", rows=65539, cols=3) == 65539 * 256
    assert of("gemm/gemm.cu", M=17, N=5, K=24581) == 2 * 256


def test_what_launches_nothing_starts_none() -> None:
    assert of("row_sum/row_sum.cpp", rows=65539, cols=3) == 0
