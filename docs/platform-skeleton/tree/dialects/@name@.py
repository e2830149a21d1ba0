"""Builders of the `@name@` dialect's operations; kinds are given as words: `kind="add"`."""

from __future__ import annotations

from xpiler.dialects import words  # noqa: F401  (lets the builders take words)
from xpiler.dialects._@name@_ops_gen import *  # noqa: F403
