"""A source is read once for all proposals: what is kept is the module that was read, down to the names and places."""

from __future__ import annotations

from pathlib import Path

import pytest

from xpiler import frontend
from xpiler.options import TranslateOptions
from xpiler.propose.judge import Subject
from xpiler.propose.kept import Kept

KERNELS = Path(__file__).resolve().parents[3] / "kernels"


@pytest.mark.parametrize("name", ["softmax/softmax.cu", "softmax/softmax.mlu", "gemm/gemm.cpp", "add/add.hip"])
def test_a_kept_source_is_the_module_that_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def text(subject: Subject) -> str:
        return subject.module.operation.get_asm(enable_debug_info=True, pretty_debug_info=False)

    path, options, kept = str(KERNELS / name), TranslateOptions(to="vnni"), Kept(tmp_path / "kept")
    read = text(Subject.of(path, options))
    assert text(Subject.of(path, options, kept)) == read
    monkeypatch.setattr(frontend, "read", None)
    assert text(Subject.of(path, options, kept)) == read
