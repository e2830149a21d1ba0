"""Kernels as variations of the corpus or as text of a test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from mlir import ir
from proof_subjects import PLATFORMS, text_of

from xpiler import frontend


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., ir.Module]:
    """Reads a corpus kernel with one piece of text replaced, which must be there."""

    def read(name: str, suffix: str, old: str, new: str, count: int = -1) -> ir.Module:
        text = text_of(name, suffix)
        assert old in text
        path = tmp_path / f"{name}{suffix}"
        path.write_text(text.replace(old, new, count))
        return frontend.read(path, PLATFORMS[suffix])

    return read


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., ir.Module]:
    """Reads kernel text of a platform."""

    def read(text: str, suffix: str) -> ir.Module:
        path = tmp_path / f"k{len(list(tmp_path.iterdir()))}{suffix}"
        path.write_text(text)
        return frontend.read(path, PLATFORMS[suffix])

    return read
