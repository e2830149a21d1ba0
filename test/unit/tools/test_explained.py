"""`translate --report`: what was recognised and at which line, which builtins stand for it, what stayed scalar and why."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

KERNELS = Path(__file__).resolve().parents[3] / "kernels"


def report(folder: Path, source: Path, target: str, *more: str) -> str:
    command = [sys.executable, "-I", "-m", "xpiler", "translate", str(source), "--to", target, "-o", str(folder / "out"), "--report"]
    done = subprocess.run([*command, str(folder / "report"), *more], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return (folder / "report").read_text()


def test_a_softmax_is_told_line_by_line(tmp_path: Path) -> None:
    text = report(tmp_path, KERNELS / "softmax" / "softmax.cu", "bang", "--verify=none")
    assert "softmax.cu:27: maximum over cols" in text
    assert "softmax.cu:40: __memcpy, __bang_sub_scalar, __bang_active_exphp" in text
    assert "softmax.cu:39: __bang_write_value, __bang_sumpool" in text
    assert "left scalar" not in text
    assert "launched\n  softmax<<<tasks, cnrtFuncTypeUnion4, queue>>>" in text
    assert "NRAM 99,328 bytes" in text
    assert "none was asked for" in text


def test_a_verdict_stands_in_the_report(tmp_path: Path) -> None:
    text = report(tmp_path, KERNELS / "add" / "add.cu", "hip")
    assert "verdict\n  proved (all sizes" in text
    assert "prove " in text.partition("time\n")[2]


SCALARS = {
    "a subscript in its loop is read from memory": "y[i] = x[index[i]];",
    "what neighbouring iterations access does not lie side by side": "y[i] = x[3 * i];",
}


@pytest.mark.parametrize("why", SCALARS)
def test_what_stays_scalar_is_told_with_the_reason(tmp_path: Path, why: str) -> None:
    source = tmp_path / "k.cpp"
    head = "void k(const float *x, const int *index, float *y, int n) {\n  for (int i = 0; i < n; ++i)\n"
    source.write_text(f"{head}    {SCALARS[why]}\n}}\n")
    text = report(tmp_path, source, "bang", "--verify=none")
    assert "k.cpp:2: element by element over n" in text
    assert f"({why})" in text
    assert "k.cpp:3: y" in text


def test_a_matrix_product_is_one(tmp_path: Path) -> None:
    text = report(tmp_path, KERNELS / "gemm" / "gemm.cu", "bang", "--verify=none")
    assert "a matrix product" in text
    assert "__bang_matmul" in text
    assert "WRAM 65,536 bytes" in text
