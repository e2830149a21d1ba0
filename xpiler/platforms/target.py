"""A platform and an architecture of it, as an object and as the module attribute `xpiler.target`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xpiler.diagnostics import InvalidInput
from xpiler.platforms.names import DEFAULT_ARCH, PLATFORMS

if TYPE_CHECKING:
    from mlir import ir

_PATTERN = re.compile(r'#xpiler\.target<"(\w+)"(?:, arch = "([\w-]+)")?>')


@dataclass(frozen=True)
class Target:
    """`Target("bang", "mtp_592")`; an empty architecture is the platform's default."""

    platform: str
    arch: str = ""

    @staticmethod
    def parse(text: str) -> Target:
        """The target that `#xpiler.target<"bang", arch = "mtp_592">` names; raises InvalidInput for anything else."""
        match = _PATTERN.fullmatch(text)
        if not match or match.group(1) not in (*PLATFORMS, "shared"):
            raise InvalidInput(f"'{text}' is no target", hint='expected #xpiler.target<"platform", arch = "architecture">')
        return Target(match.group(1), match.group(2) or "")

    @property
    def lanes_of_warp(self) -> int:
        """Lanes of a warp (a wave) on CUDA and HIP: 64 on gfx9, else 32."""
        return 64 if self.platform == "hip" and (self.arch or DEFAULT_ARCH["hip"]).startswith("gfx9") else 32

    def __str__(self) -> str:
        arch = f', arch = "{self.arch}"' if self.arch else ""
        return f'#xpiler.target<"{self.platform}"{arch}>'


def target_of(module: ir.Module) -> Target | None:
    """The target a module is written for; None where it names none."""
    attributes = module.operation.attributes
    return Target.parse(str(attributes["xpiler.target"])) if "xpiler.target" in attributes else None
