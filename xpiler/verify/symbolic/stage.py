"""The stage that proves for all sizes, in a child process of its own with a limit: isl does not come back by itself."""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.verify.isolation import isolated


@dataclass(frozen=True)
class AllSizes:
    """For which sizes two programs are equal, in words; what that rests on; elements of each buffer at the sizes asked about."""

    scope: str
    assumptions: tuple[str, ...]
    elements: dict[str, int]


def prove(source: ir.Module, target: ir.Module, seconds: float, sizes: dict[str, int] | None = None) -> AllSizes:
    """Whether `target` does what `source` does for all sizes of a box that contains `sizes`; it never refutes.

    Raises NotModelled where that is not shown, OutOfTime at the limit.
    """
    texts = [m.operation.get_asm(enable_debug_info=True, assume_verified=True) for m in (source, target)]

    def work() -> AllSizes:
        from xpiler.verify.symbolic import child

        return child.compare(texts, seconds, sizes or {})

    return isolated(work, seconds)
