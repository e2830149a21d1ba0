"""The compilers are found where they are, and their refusals carry the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from xpiler.diagnostics import InvalidInput, ToolMissing
from xpiler.platforms.cuda import toolchain as cuda
from xpiler.platforms.hip import toolchain as hip

KERNELS = Path(__file__).resolve().parents[4] / "kernels"


@pytest.fixture
def without_tools(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    for module in (cuda, hip):
        monkeypatch.setattr(module, "program", lambda *_, **__: None)


def test_missing_tools_say_how_to_get_them(without_tools, tmp_path):
    for module in (cuda, hip):
        assert module.find() is None
        with pytest.raises(ToolMissing, match="hint: install"):
            module.check(tmp_path / "k")


@pytest.mark.skipif(cuda.find() is None, reason="no nvcc on this machine")
def test_nvcc_takes_the_corpus_and_locates_errors(tmp_path):
    assert cuda.find().version
    cuda.check(KERNELS / "add" / "add.cu")
    wrong = tmp_path / "wrong.cu"
    wrong.write_text("__global__ void k(int *a) {\n  a[0] = b;\n}\n")
    with pytest.raises(InvalidInput) as raised:
        cuda.check(wrong)
    assert raised.value.diagnostics[0].place.line == 2


@pytest.mark.skipif(hip.find() is None, reason="no compiler for AMD's GPUs on this machine")
def test_hip_compiler_takes_the_corpus():
    hip.check(KERNELS / "add" / "add.hip")
