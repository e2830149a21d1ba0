"""Builders of the `vnni` dialect's operations; kinds and other enums are given as words: `kind="add"`."""

from __future__ import annotations

from xpiler.dialects import words  # noqa: F401  (lets the builders take words)
from xpiler.dialects._vnni_ops_gen import *  # noqa: F403
