"""Kernels of the corpus, read, raised and normalised: what is left is the loops of the operator's definition."""

from __future__ import annotations

from pathlib import Path

import pytest
from pipeline_runs import count

from xpiler.dialects import context
from xpiler.frontend import read
from xpiler.raising import raise_module

KERNELS = Path(__file__).parents[3] / "kernels"


@pytest.mark.parametrize(
    ("source", "platform", "parallel", "serial"),
    [
        ("add/add.hip", "hip", 1, 0),  # float4, or the rest of one
        ("softmax/softmax.cu", "cuda", 2, 2),  # xor shuffles, one value a warp in shared memory
        ("row_sum/row_sum.hip", "hip", 1, 1),  # down shuffles, only lane 0 counts
        ("gemm_half/gemm_half.cu", "cuda", 2, 1),  # fragments
        ("gemm_half/gemm_half.hip", "hip", 2, 1),  # mfma, accumulators in the registers of lanes
        ("gemm_half/gemm_half.mlu", "bang", 2, 1),  # tiles of clusters and cores, in two dimensions
        ("transpose/transpose.cu", "cuda", 2, 0),  # a tile in shared memory
        ("gelu/gelu.mlu", "bang", 1, 0),  # ranges of tasks, pieces in NRAM
        ("maxpool/maxpool.mlu", "bang", 4, 2),  # a tile of two rows, each copied on its own
        ("layernorm/layernorm.cpp", "vnni", 2, 2),  # masked tails
    ],
)
def test_platform_structure_vanishes(source: str, platform: str, parallel: int, serial: int) -> None:
    ctx = context()
    module = raise_module(read(KERNELS / source, platform, context=ctx))
    found = tuple(count(module, op) for op in ("scf.forall", "scf.for", "scf.while", "memref.alloca"))
    assert found == (parallel, serial, 0, 0)
