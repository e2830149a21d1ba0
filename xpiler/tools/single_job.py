"""What suits a process that does one job and ends: it starts no threads, collects garbage rarely, and loads numpy when that is used.

A fifth of a second, of the one a translation may take, went into numpy, which MLIR's bindings import for attributes that we do
not build with it, and a tenth into looking for garbage among modules that stay.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import sys
from types import ModuleType
from typing import Any

ALLOCATIONS_BETWEEN_COLLECTIONS = 50_000


def settle_for_one_job() -> None:
    """To be called by a command before anything heavy is imported; never by the library."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(ALLOCATIONS_BETWEEN_COLLECTIONS)
    _load_on_use("numpy")


class _LoadedOnUse(ModuleType):
    """A module whose code has not run yet. Unlike importlib's LazyLoader's, it stays so while others import it."""

    def __getattr__(self, name: str) -> Any:
        self.__class__ = ModuleType  # type: ignore[assignment]
        self.__path__ = list(self.__spec__.submodule_search_locations or [])
        self.__spec__.loader.exec_module(self)
        return getattr(self, name)


def _load_on_use(package: str) -> None:
    """Puts a package in its place whose code runs when something asks for an attribute, or for a module inside it."""
    spec = None if package in sys.modules else importlib.util.find_spec(package)
    if spec is not None:
        module = importlib.util.module_from_spec(spec)
        module.__class__ = _LoadedOnUse
        del module.__path__
        sys.modules[package] = module
