"""The stage that proves for all sizes, in a child process of its own with a limit: isl does not come back by itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlir import ir

from xpiler.verify.isolation import isolated


@dataclass(frozen=True)
class AllSizes:
    """For which sizes two programs are equal, in words; what that rests on; elements of each buffer at the sizes asked about.

    `elsewhere` are the elements at the other sizes that were named; none where these are not among those of the proof.
    `narrowed` are sizes that the output holds for to a part only of what the source does, with the largest value.
    `box` is the set of sizes and the strides of subscripts, by which another proof can be narrowed.
    """

    scope: str
    assumptions: tuple[str, ...]
    elements: dict[str, int]
    elsewhere: dict[str, int] = field(default_factory=dict)
    narrowed: dict[str, int] = field(default_factory=dict)
    box: tuple[str, tuple[tuple[str, ...], ...]] = ("", ())


def prove(
    source: ir.Module,
    target: ir.Module,
    seconds: float,
    sizes: dict[str, int] | None = None,
    others: dict[str, int] | None = None,
    among: AllSizes | None = None,
) -> AllSizes:
    """Whether `target` does what `source` does for all sizes of a box that contains `sizes`; it never refutes.

    The box is one of what `among` holds for too, where that is given.

    Raises NotModelled where that is not shown, OutOfTime at the limit.
    """
    texts = [m.operation.get_asm(enable_debug_info=True, assume_verified=True) for m in (source, target)]

    def work() -> AllSizes:
        from xpiler.verify.symbolic import child

        return child.compare(texts, seconds, sizes or {}, others or {}, among)

    return isolated(work, seconds)
