"""Warps: a phase of a block that holds lane collectives is a parallel loop over warps, each split into phases again."""

from __future__ import annotations

from mlir import ir

from xpiler.raising.simt.groups import WarpGroup, X, Y, Z
from xpiler.raising.simt.lane_forms import LaneForms
from xpiler.raising.simt.uniformity import Uniformity
from xpiler.raising.simt.value_places import LaneIndex, Phase, Private, Recipe, Slot, StoreTo, ThreadIndex


def run_warps(fission, phase: Phase, kept: dict[ir.Value, Slot]) -> None:
    """Emit a block's phase warp by warp; results that the block needs later go to `kept`."""
    from xpiler.raising.simt.fission import Fission

    inside, (warp,) = fission.emit.forall([fission.group.warps(fission.emit)])
    group = WarpGroup(fission.group, warp)
    places = dict(fission.places)
    for value, place in places.items():
        if isinstance(place, Private):
            places[value] = Private(place.op, inside.at.block)
    uniform = _warp_uniformity(fission, group)
    uniform.analyse([place.op for place in places.values() if isinstance(place, Recipe)])
    uniform.analyse(phase.operations, bool(fission.predicates))
    places.update((value, LaneIndex()) for value in uniform.lane_rules.lanes_only if value in places)
    nested = Fission(group, inside, places, uniform, fission.predicates)
    nested.exports = {value: slot for value, slot in kept.items() if not slot.mutable}
    nested.scope, nested.scope_uses = set(phase.operations), phase.stored_uses()
    for item in phase.items:
        if isinstance(item, StoreTo):
            nested.store(list(zip(item.slots, item.values, strict=True)), item.user)
        else:
            nested.run([item])
    nested.flush()


def _warp_uniformity(fission, group: WarpGroup) -> Uniformity:
    """What is uniform in the block stays so; the thread's index is `multiple + lane`, its row the same for the warp."""
    rows = fission.group.has_whole_rows()
    threads = {place.dimension: value for value, place in fission.places.items() if isinstance(place, ThreadIndex)}
    forms = {threads[X]} if rows and X in threads else set()
    uniform = set(fission.uniform.values)
    if rows:
        uniform.update(value for dimension, value in threads.items() if dimension in (Y, Z))
    return Uniformity(group.collectives, uniform, LaneForms(group.lanes, forms))
