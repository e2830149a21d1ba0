"""Reading C and C++ with AVX-512 and VNNI intrinsics."""

from __future__ import annotations

from xpiler.frontend.vnni.language import language

LANGUAGE = language()
