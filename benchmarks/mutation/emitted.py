"""Kernels that `translate` wrote, as further subjects."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from mutation.population import Subject

PLATFORMS = ("cuda", "hip", "bang", "vnni")
SUFFIXES = {"cuda": ".cu", "hip": ".hip", "bang": ".mlu", "vnni": ".cpp"}


def emitted_subjects(operators: list[str], platforms: list[str], folder: Path) -> list[Subject]:
    """One output a kernel and platform, translated from each of the other platforms in turn; kept in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for number, operator in enumerate(operators):
        for target in platforms:
            source = PLATFORMS[(PLATFORMS.index(target) + 1 + number % 3) % 4]
            path = folder / f"{operator}_{source}_to_{target}{SUFFIXES[target]}"
            if path.exists() or _translated(operator, source, target, path):
                found.append(Subject(operator, target, str(path), source))
    return found


def _translated(operator: str, source: str, target: str, path: Path) -> bool:
    from corpus import EVERY

    text = str(EVERY[operator].source(source))
    command = [sys.executable, "-I", "-m", "xpiler", "translate", text, "--to", target, "-o", str(path), "--verify=none"]
    done = subprocess.run(command, capture_output=True, timeout=300, check=False)
    return done.returncode == 0
