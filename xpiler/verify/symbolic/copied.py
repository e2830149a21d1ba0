"""Copies of an output's launcher reach no further than the source does, where the source states no extent (proof contract, rule 7).

A caller of the source has the elements that the source touches, and a host launcher that we add copies as many as it says. At every size
some access of the source has to touch the last element that is copied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xpiler.verify.limits import NotModelled
from xpiler.verify.symbolic.sets import NOWHERE, Set, number, project_out

if TYPE_CHECKING:
    from xpiler.verify.symbolic.layout import Shape
    from xpiler.verify.symbolic.program import Access, Array
    from xpiler.verify.symbolic.proof import Comparison


def check(comparison: Comparison) -> None:
    """Raises NotModelled at the first parameter of which the output copies more than the source is shown to touch."""
    for position in unstated(comparison):
        array = comparison.walks[0].parameters[position]
        shape = comparison.layout.shapes.get(array)
        if shape is not None and not _copied(comparison, position).is_subset(_reached(comparison, array, shape)):
            raise NotModelled(f"the launcher is not shown to copy only elements of '{comparison.names[position]}' that the source touches")


def unstated(comparison: Comparison) -> list[int]:
    """The parameters whose extent a launcher of the output states, by copying it, and the source does not."""
    stated, copied = ({a.parameter for c in walk.trace.copies for a in c[:2]} - {None} for walk in comparison.walks)
    return sorted(copied - stated)


def _copied(comparison: Comparison, position: int) -> Set:
    """The sizes at which the output copies anything of a parameter: all that there is of it then."""
    sizes = NOWHERE
    for source, target, _, read, _ in comparison.walks[1].trace.copies:
        if position in (source.parameter, target.parameter):
            sizes = sizes.union(project_out(read.domain, list(read.dims)))
    return sizes.intersect_params(comparison.box.sizes)


def _reached(comparison: Comparison, array: Array, shape: Shape) -> Set:
    """The sizes at which the source touches the last element."""
    sizes = NOWHERE
    for access in comparison.walks[0].trace.accesses:
        if access.array is array and not access.of_whole:
            sizes = sizes.union(_at_the_end(access, shape))
    return sizes.coalesce()


def _at_the_end(access: Access, shape: Shape) -> Set:
    """The sizes at which an access gets to the last element."""
    instances = access.domain
    for subscript, extent in zip(access.tuple_index, shape.extents, strict=True):
        instances = instances.intersect_params(subscript.eq_set(extent.sub(number(1))))
    return project_out(instances, list(access.dims))
