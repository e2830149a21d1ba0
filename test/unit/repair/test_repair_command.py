"""`xpiler repair` on a file a person wrote: their text, one change, the difference."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

KERNELS = Path(__file__).resolve().parents[3] / "kernels"


def repair(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-m", "xpiler", "repair", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)


def test_a_wrong_coefficient_is_mended_in_place(tmp_path: Path) -> None:
    right = (KERNELS / "gelu" / "gelu.cpp").read_text()
    wrong, mended = tmp_path / "gelu.cpp", tmp_path / "mended.cpp"
    wrong.write_text(right.replace("0.044715f", "0.44715f"))
    done = repair(KERNELS / "gelu" / "gelu.cu", wrong, "-o", mended)
    assert done.returncode == 0, done.stderr
    assert mended.read_text() == right
    assert "0.44715 becomes 0.044715" in done.stderr and "verdict: proved" in done.stderr
    assert sum(line.startswith("+ ") for line in done.stdout.splitlines()) == 1


def test_what_is_right_needs_no_repair() -> None:
    done = repair(KERNELS / "add" / "add.cu", KERNELS / "add" / "add.cpp")
    assert done.returncode == 1 and "needs no repair" in done.stderr
