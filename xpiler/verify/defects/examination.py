"""Which defects a source has, and whether they are definite.

A defect at round sizes, or at all sizes where round ones were tried, is definite: no precondition that a user leaves unsaid explains
it. One at other sizes alone may be such a precondition (multiples of a tile; powers of two, for a sort), and is a warning; so is one at
round sizes of one order alone (`dims <= width`) or below a constant of the text, and an array that is too small only where a size is past
the text's constants: it is what the kernel takes at most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from mlir import ir

from xpiler.diagnostics import Place, XpilerError
from xpiler.verify.defects.data_races import with_data_told
from xpiler.verify.defects.defect import SourceDefect
from xpiler.verify.defects.executions import Extents, by_model, by_runs, is_known, is_runnable, run_well
from xpiler.verify.defects.preconditions import least_of, order_between, rows_from
from xpiler.verify.defects.rows import passes_tiles, rows
from xpiler.verify.differential import Text
from xpiler.verify.model.side import Unit
from xpiler.verify.refutation import extents_of
from xpiler.verify.sizes import constants
from xpiler.verify.undefined_results import UNWRITTEN

SIMULATED = ("cuda", "hip", "bang")
ASKED = 3  # rows at which the model is asked also where a simulator has found nothing
CAPACITIES = ("bounds", "out-of-bounds")  # what a size past an array's length breaks
RECORDS = "xpiler.records"  # of a function: where the fields of its records are among the parameters
CONSEQUENCES = ("uninitialised",)  # of a barrier or copy that is missing, where both are found


def examined(
    module: ir.Module,
    text: Text,
    assumptions: Sequence[str] = (),
    extents: Extents | None = None,
    also: Sequence[dict[str, int]] = (),
    launched: Text | None = None,
) -> list[SourceDefect]:
    """The source's defects, definite ones first, each place once; none where it cannot be executed.

    `extents` tells the elements of every buffer at given sizes; without it the launcher does. `also` are sizes to look at beside our own.
    `launched` is the source's text with the launcher behind it that it has not.
    """
    extents = extents or extents_of(module)
    numbers = constants((module,))
    tried = [*((sizes, False) for sizes in also), *rows(Unit.of(module).parameters, assumptions, numbers)]
    try:
        found, run = _executed(module, text, [sizes for sizes, _ in tried], extents, launched)
    except XpilerError:
        return []
    definite = {k for k, (_, is_round) in enumerate(tried) if is_round and found[k]}
    if not any(_are_powers(tried[k][0]) for k in definite):
        definite = set()
    shown = text.platform not in SIMULATED or any(found[k] for k in run if k >= ASKED)  # runs alone find it
    well = [tried[k][0] for k in run if tried[k][1] and not found[k] and (shown or k < ASKED)]
    wrong = [tried[k][0] for k in sorted(definite)]
    precondition = order_between(wrong, well) or _least(
        wrong, well, numbers, lambda rows: _executed(module, text, rows, extents, launched)[0]
    )
    definite = set() if precondition else definite
    if all(found) and any(is_round for _, is_round in tried):
        definite = set(range(len(tried)))  # nothing shows that it ever runs well
    hint = f"state which sizes the kernel takes with --assume, such as --assume '{precondition}'" if precondition else ""
    defects = [
        replace(d, is_definite=k in definite and not _may_be_meant(d), hint=d.hint or hint) for k, row in enumerate(found) for d in row
    ]
    return in_order(defects)


def _least(
    wrong: list[dict[str, int]], well: list[dict[str, int]], numbers: Sequence[int], defects: Callable[[list[dict[str, int]]], list]
) -> str:
    """A least size that explains what was seen, and that the source runs well from; "" where there is none."""
    found = least_of(wrong, well, numbers)
    if found is None or any(defects(rows_from(*found, well))):
        return ""
    return f"{found[0]} >= {found[1]}"


def _may_be_meant(defect: SourceDefect) -> bool:
    """Whether a defect may be one of data or of sizes that the kernel is not meant for, round as they are."""
    return defect.kind == UNWRITTEN or defect.is_of_data or (defect.kind in CAPACITIES and passes_tiles(defect.sizes))


def _are_powers(sizes: dict[str, int]) -> bool:
    """Whether all sizes are powers of two."""
    return all(n & (n - 1) == 0 for n in sizes.values())


def _executed(
    module: ir.Module, text: Text, sizes: list[dict[str, int]], extents: Extents, launched: Text | None
) -> tuple[list[list[SourceDefect]], list[int]]:
    """Defects at each row, and the rows that were run; the model tells what a run does not: a place, and the cause of what it saw first."""
    # a stated geometry is no function of the text (`launched` has one), one that takes records is called with them and not with their
    # fields, and buffers of unknown size cannot be made: there the model alone speaks
    unit = Unit.of(module)
    is_called = (unit.is_callable or launched is not None) and RECORDS not in unit.function.attributes
    run = [row for row in range(len(sizes)) if is_called and is_runnable(extents, sizes[row])]
    found: list[list[SourceDefect]] = [[] for _ in sizes]
    asked = (launched or text, module, unit, extents)
    try:
        results = by_runs(*asked, [sizes[row] for row in run]) if run else []
        results = with_data_told(results, lambda racing: run_well(*asked, [sizes[run[k]] for k in racing]))
    except XpilerError:  # the model may tell what a compiler or a library does not let us run
        run, results = [], []
    for row, defects in zip(run, results, strict=True):
        found[row] = [replace(defect, place=replace(defect.place, file=str(text.path))) for defect in defects]
    for row, defects in enumerate(found):
        if row < ASKED or row not in run or defects or text.platform not in SIMULATED:
            found[row] = merged(defects, _told(module, text, sizes[row], extents))
    return found, run


def _told(module: ir.Module, text: Text, sizes: dict[str, int], extents: Extents) -> SourceDefect | None:
    """What the model says, bounds left out where nothing tells the extents."""
    told = by_model(module, sizes, extents if is_known(extents, sizes) else None)
    return told if told is None or told.place.file else replace(told, place=Place(str(text.path)))


def merged(defects: list[SourceDefect], told: SourceDefect | None) -> list[SourceDefect]:
    """The defects of a row, causes first; the model's, which has a column, stands for what a run found without a line or on its line."""
    if told is not None and (told.place.line or not any(d.place.line for d in defects)):
        defects = [told, *(d for d in defects if d.place.line not in (0, told.place.line))]
    defects = [d if d.place.column or not d.place.line else replace(d, place=replace(d.place, column=1)) for d in defects]
    return sorted(defects, key=lambda d: any(word in d.kind for word in CONSEQUENCES))


def in_order(defects: list[SourceDefect]) -> list[SourceDefect]:
    """Definite defects first, of these the ones that have a line: a crash without one is what another defect comes to."""
    return _each_once(sorted(defects, key=lambda d: (not d.is_definite, not d.place.line)))


def _each_once(defects: list[SourceDefect]) -> list[SourceDefect]:
    seen: set[tuple[str, Place]] = set()
    return [d for d in defects if not ((d.kind, d.place) in seen or seen.add((d.kind, d.place)))]
