"""Cambricon MLU: BANG C."""

from __future__ import annotations

from xpiler.platforms.bang.descriptor import ARCHITECTURES, DEFAULT, INCLUDE, Architecture, architecture

__all__ = ["ARCHITECTURES", "DEFAULT", "INCLUDE", "Architecture", "architecture"]
