"""The platform dialects and the shared `xpiler` dialect, in contexts of the installed `mlir` package.

`context()` gives a context with every dialect loaded; `register(ctx)` adds them to one of yours. Builders of
operations are the modules `xpiler.dialects.{xpiler,cuda,hip,bang,vnni}`, made from the same ODS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlir import ir

NAMES = ("xpiler", "cuda", "hip", "bang", "vnni")


def register(ctx: ir.Context) -> None:
    """Registers and loads every dialect of Xpiler into `ctx`."""
    import mlir.ir  # noqa: F401  (the native module needs the types it registers)

    from xpiler._mlir_libs import _xpiler

    _xpiler.register_dialects(ctx)
    _find_builders_here()


def _find_builders_here() -> None:
    """Tells the bindings where the Python classes of our operations are: they search in vain at every use otherwise."""
    from mlir._mlir_libs._mlir import globals as bindings

    if __name__ not in bindings.dialect_search_modules:
        bindings.append_dialect_search_prefix(__name__)


def context() -> ir.Context:
    """A new context: our dialects loaded, upstream's available, one thread (so that a child may be forked)."""
    from mlir import ir

    ctx = ir.Context()
    ctx.enable_multithreading(False)
    register(ctx)
    return ctx
