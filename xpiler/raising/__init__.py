"""Raising: a module in platform form becomes the shared form (docs/ir.md, sections 1 and 2)."""

from __future__ import annotations

from xpiler.raising.raise_module import raise_module

__all__ = ["raise_module"]
