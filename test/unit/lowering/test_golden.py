"""Emitted text as a reader sees it: golden files, and what must hold of every text."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from xpiler.platforms.names import OUTPUT_SUFFIX

SHARED = [("add", p) for p in OUTPUT_SUFFIX] + [("gemm", "cuda"), ("row_softmax", "cuda"), ("row_softmax", "vnni"), ("two_phases", "cuda")]


@pytest.mark.parametrize(("kernel", "platform"), SHARED)
def test_lowered(translate, golden, kernel: str, platform: str) -> None:
    golden(f"{kernel}{OUTPUT_SUFFIX[platform]}", translate(kernel, platform))


@pytest.mark.parametrize("kernel", ["wmma", "block_sum", "control"])
def test_platform_form(print_platform, golden, kernel: str) -> None:
    golden(f"{kernel}.cu", print_platform(kernel))


@pytest.mark.parametrize(("kernel", "platform"), SHARED)
def test_no_numbered_temporaries_and_same_bytes(translate, kernel: str, platform: str) -> None:
    import re

    text = translate(kernel, platform)
    assert text == translate(kernel, platform)
    assert not re.search(r"\b(v|t|tmp|var|arg)_?\d+\b", text)


@pytest.mark.skipif(not shutil.which("nvcc"), reason="needs nvcc")
@pytest.mark.parametrize("kernel", ["wmma", "block_sum"])
def test_nvcc_compiles(print_platform, tmp_path: Path, kernel: str) -> None:
    source = tmp_path / "kernel.cu"
    source.write_text(print_platform(kernel))
    done = subprocess.run(
        ["nvcc", "-arch=sm_90", "-c", "-o", str(tmp_path / "o"), str(source)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
