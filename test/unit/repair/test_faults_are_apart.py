"""Faults of the benchmark and the repair know nothing of each other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).resolve().parents[3] / "benchmarks" / "proposals"


def modules(code: str) -> set[str]:
    command = [sys.executable, "-I", "-c", f"import sys\n{code}\nprint(*sys.modules)"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_no_module_is_shared() -> None:
    standard = modules("import __future__, re, random, collections.abc")
    faults = modules(f"sys.path.insert(0, {str(BENCHMARK)!r})\nimport faults, re, random, collections.abc") - standard
    repair = modules("import xpiler.repair.search, xpiler.repair.mending, xpiler.repair.files")
    assert "faults" in faults and not any(name.startswith(("xpiler", "mlir")) for name in faults)
    assert not faults & repair
