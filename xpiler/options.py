"""What a user may say about a translation: one frozen record, shared by the command line and Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class TranslateOptions:
    """Options of `xpiler translate`; empty values mean "decide from the source"."""

    to: str
    source_platform: str = ""
    source_arch: str = ""
    target_arch: str = ""
    kernel: str = ""
    launch: str = ""  # grid=(n+255)/256,block=256 in C expressions over the kernel's parameters
    extents: dict[str, str] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    include_dirs: tuple[Path, ...] = ()
    defines: tuple[str, ...] = ()
    standard: str = ""
    instantiate: tuple[str, ...] = ()
    bang_weights: str = "nk"
    verify: str = "prove"
    assume_valid: bool = False  # defects of the source are warnings
    seconds: float = 30.0  # what a proof may take
    validate_each: bool = False  # prove every pass
    certificate: Path | None = None  # the folder that the queries of a proof are written to
    schedule: Path | None = None
    patterns: str | None = None  # a folder of saved patterns to use; empty for the user's own
    seed: int = 0
