"""Reading BANG C."""

from __future__ import annotations

from xpiler.frontend.bang.language import LANGUAGE

__all__ = ["LANGUAGE"]
