"""The validator shares nothing with what it judges."""

from __future__ import annotations

import subprocess
import sys

FORBIDDEN = ("xpiler.raising", "xpiler.transforms", "xpiler.lowering", "xpiler.analysis")


def test_no_room_that_is_judged_is_imported() -> None:
    code = "import sys, xpiler.verify.validator, xpiler.verify.replay; print(*sorted(m for m in sys.modules if m.startswith('xpiler')))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "xpiler.verify.validator" in loaded
    assert [m for m in loaded if m.startswith(FORBIDDEN)] == []
