"""What a proof rests on, in words."""

from __future__ import annotations

from collections.abc import Iterator

from xpiler.verify.model import side

ALLOCATED = 16  # bytes that every allocation starts at a multiple of


def assumptions(unit: side.Unit, source: side.Outcome, target: side.Outcome) -> tuple[str, ...]:
    """The assumptions of a proof at given sizes, in a fixed order."""
    found = ["floats are real numbers, sums and products in any order; changes of width round", "inputs are finite"]
    found += _apart(source, target)
    found += _footprints(source)
    found += (f"'{b.name}' starts at a multiple of {b.alignment} bytes" for b in source.buffers.values() if b.alignment > ALLOCATED)
    if any(t[0] == "i" for p, t in zip(unit.parameters, unit.types, strict=True) if p.is_pointer):
        found.append("signed arithmetic on data does not overflow")
    found += (f"'{name}' is not null" for name in sorted(source.not_null | target.not_null))
    found += sorted(target.assumed)
    found += (f"{name} is exact" for name in sorted(source.approximations | target.approximations))
    return tuple(found)


def _apart(source: side.Outcome, target: side.Outcome) -> Iterator[str]:
    """A written parameter shares no memory with another one."""
    buffers = source.buffers
    written = [i for i in buffers if any(run.buffers[i].cells or run.buffers[i].is_target for run in (source, target))]
    for i in written:
        for j, other in buffers.items():
            if i != j and not (j in written and j < i):
                yield f"noalias({', '.join(sorted((buffers[i].name, other.name)))})"


def _footprints(source: side.Outcome) -> Iterator[str]:
    """Where nothing states an extent, that accesses are in bounds is assumed, not shown."""
    for i, (_, stated) in source.extents().items():
        buffer = source.buffers[i]
        if not stated:
            yield f"'{buffer.name}' has at least the elements that the source touches"
