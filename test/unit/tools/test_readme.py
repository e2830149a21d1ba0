"""README's kernel is what the command beside it reads and writes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def lines(text: str) -> str:
    """Text without indentation, to be found at any depth."""
    return "\n".join(line.strip() for line in text.splitlines())


def test_the_kernel_before_and_after():
    before, after = re.findall(r"```cpp\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    source = ROOT / "kernels" / "softmax" / "softmax.cu"
    command = ["translate", str(source), "--to", "bang", "--verify", "none"]
    done = subprocess.run([sys.executable, "-I", "-m", "xpiler", *command], capture_output=True, text=True, check=True)
    assert lines(before) in lines(source.read_text())
    assert lines(after) in lines(done.stdout)
