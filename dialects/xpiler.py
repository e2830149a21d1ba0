"""Builders of the `xpiler` dialect's operations; kinds and other enums are given as words: `kind="add"`."""

from __future__ import annotations

from xpiler.dialects import words  # noqa: F401  (lets the builders take words)
from xpiler.dialects._xpiler_ops_gen import *  # noqa: F403
