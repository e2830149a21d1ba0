"""What a caller may say about reading a source file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ReadOptions:
    """Options of `read`; empty values mean "decide from the source"."""

    kernel: str = ""
    arch: str = ""
    launch: str = ""  # grid=(n+255)/256,block=256 in C expressions over the kernel's parameters
    assume_launch: bool = False  # where the file launches nothing, take the platform's usual launch if it has one
    include_dirs: tuple[Path, ...] = ()
    defines: tuple[str, ...] = ()
    standard: str = ""
    instantiate: tuple[str, ...] = ()
    bang_weights: str = "nk"
