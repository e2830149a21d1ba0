"""Verdicts on translations: what is known about the text the user receives.

`xpiler.verify` is this package and a function: importing any module of the package puts the package in the place of the
function of that name in `xpiler`, so the package is callable, and means the same.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xpiler.verify.verdict import Answer


class _CallablePackage(ModuleType):
    def __call__(self, source: str, target: str, sizes: dict[str, int] | None = None, **options: Any) -> Answer:
        from xpiler.verify.texts import VerifyOptions, verify_files

        return verify_files(source, target, VerifyOptions(sizes or {}, **options))


sys.modules[__name__].__class__ = _CallablePackage
