"""Which branches and loops of both texts the rows of sizes have gone through: what a proof at given sizes must say about itself.

A branch that no size of one and more takes is not asked for: the failing of `if (n > 0)`, say (positive_sizes.py); nor is one that the
branches around it rule out (path_conditions.py). A loop's body is such a branch. An integer of 8 or 16 bits that a loop carries wraps at
sizes past its range only, so a row must have such a size.
"""

from __future__ import annotations

from collections.abc import Iterable

from mlir import ir

from xpiler.verify import signature
from xpiler.verify.calls import called
from xpiler.verify.choices import FAILS, FIRST, HOLDS, LEFT, NARROWED, REDUCED, ROUNDED, SECOND, choice_events, is_beyond_rows
from xpiler.verify.model.program import place_of
from xpiler.verify.model.side import Unit
from xpiler.verify.path_conditions import PathConditions
from xpiler.verify.positive_sizes import PositiveSizes

# A branch taken, not taken, a loop gone round once, or again, or a launch of several blocks or tasks; with the place of the operation.
Event = tuple[str, str]
TAKEN, SKIPPED, ONCE, AGAIN, BLOCKS = "taken", "skipped", "once", "again", "blocks"
WRAPS = {8: "8 bits", 16: "16 bits"}  # widths that sizes within reach wrap
EVENTS = {
    "scf.if": (TAKEN, SKIPPED),
    "scf.for": (ONCE, AGAIN),
    "scf.forall": (ONCE,),
    "scf.while": (ONCE, AGAIN),
    "xpiler.launch": (BLOCKS,),
}
WORDS = {
    TAKEN: "the branch at {} taken",
    SKIPPED: "the branch at {} not taken",
    ONCE: "the loop at {}",
    AGAIN: "the loop at {} twice",
    BLOCKS: "the launch at {} of several blocks",
    WRAPS[8]: "a size past the range of the 8-bit number of the loop at {}",
    WRAPS[16]: "a size past the range of the 16-bit number of the loop at {}",
    FIRST: "the choice at {} of its first value",
    SECOND: "the choice at {} of its second value",
    HOLDS: "the condition at {} where it holds",
    FAILS: "the condition at {} where it fails",
    LEFT: "a size of which the quotient or the bits at {} are not zero",
    REDUCED: "a number that the remainder at {} changes",
    NARROWED: "a size past the range of the narrow number at {}",
    ROUNDED: "a size past what the float holds that is an integer again at {}",
}
UNKNOWN = (TAKEN, ONCE, *WRAPS.values(), FIRST, SECOND, HOLDS, FAILS, REDUCED, LEFT, NARROWED, ROUNDED)
LOOPS = ("scf.for", "scf.while")
MOST_NOTES = 4


def _executed(module: ir.Module) -> list[ir.Operation]:
    """The function that is run, and those that it launches or calls: what else a file has is not asked for."""
    functions = [op.operation for op in module.body.operations if op.operation.name == "func.func"]
    named = {ir.StringAttr(function.attributes["sym_name"]).value: function for function in functions}
    reached, pending = [], [Unit.of(module).function]
    while pending:
        function = pending.pop()
        reached.append(function)
        behind = [named[name] for op in signature.inside(function) for name in called(op) if name in named]
        pending += [other for other in behind if other not in reached and other not in pending]
    return [function for function in functions if function in reached]


def carried_widths(operation: ir.Operation) -> list[int]:
    """The narrow widths of integers, alone or in vectors, that a loop carries from one iteration to the next."""
    if operation.name not in LOOPS:
        return []
    types = [ir.VectorType(t).element_type if isinstance(t, ir.VectorType) else t for r in operation.regions for t in _arguments(r)]
    widths = {ir.IntegerType(t).width for t in types if isinstance(t, ir.IntegerType)}
    return [width for width in WRAPS if width in widths]


def _arguments(region: ir.Region) -> list[ir.Type]:
    return [argument.type for block in region for argument in block.arguments]


def _has_other_work(branch: ir.Operation) -> bool:
    """Whether not taking a branch is a case of its own: it has another one that works, or small rows may not show that work is left out."""
    return (len(branch.regions[1].blocks) > 0 and not branch.results) or is_beyond_rows(branch.operands[0])


class Coverage:
    """What could happen in two modules and what did. Operations without a place are not counted."""

    def __init__(self, modules: tuple[ir.Module, ...]):
        self._open: dict[Event, None] = {}
        self._otherwise: set[Event] = set()  # the skipping of branches that have another one
        for module in modules:
            functions = _executed(module)
            unit = Unit.of(module)
            beside = [(other.function, dict(zip(other.positions, unit.positions, strict=True))) for other in Unit.others(module)]
            decided = PositiveSizes(unit.function, functions, beside)
            for function in functions:
                self._note_all(function, PathConditions(decided))

    def _note_all(self, operation: ir.Operation, path: PathConditions) -> None:
        """Notes what is inside of an operation, but for branches that no size takes, and loops that none goes round."""
        for number, region in enumerate(operation.regions):
            inside = path
            if operation.name == "scf.if":
                condition, holds = operation.operands[0], not number
                if path.truth(condition) is (not holds):
                    continue
                inside = path.within(condition, holds)
            for block in region:
                for op in block.operations:
                    if not path.decided.skips(op.operation):
                        self._note(op.operation, inside)
                        self._note_all(op.operation, inside)

    def _note(self, operation: ir.Operation, path: PathConditions) -> None:
        if operation.name not in EVENTS:
            self._note_choice(operation, path)
            return
        place = place_of(operation)
        if place and operation.name == "scf.if" and _has_other_work(operation):
            self._otherwise.add((place, SKIPPED))
        if place:
            truth = path.truth(operation.operands[0]) if operation.name == "scf.if" else None
            events = [e for e in EVENTS[operation.name] if truth is None or e == (TAKEN if truth else SKIPPED)]
            self._open.update(dict.fromkeys((place, event) for event in (*events, *(WRAPS[w] for w in carried_widths(operation)))))

    def _note_choice(self, operation: ir.Operation, path: PathConditions) -> None:
        """Notes what a choice may do that sizes do not rule out."""
        events = choice_events(operation)
        if not events or not (place := place_of(operation)):
            return
        may_happen = {}
        if FIRST in events:
            may_happen = dict(zip((FIRST, SECOND), path.may_choose(operation), strict=True))
        elif HOLDS in events or FAILS in events:
            truth = path.truth(operation.results[0])
            may_happen = {HOLDS: truth is not False, FAILS: truth is not True}
        self._open.update(dict.fromkeys((place, event) for event in events if may_happen.get(event, True)))

    def add(self, covered: frozenset[Event], sizes: Iterable[int] = ()) -> None:
        """Events that have happened, at these sizes."""
        for place, event in covered:
            self._open.pop((place, event), None)
            if event == AGAIN:
                self._open.pop((place, ONCE), None)
        largest = max(sizes, default=0)
        passed = {word for width, word in WRAPS.items() if largest > 1 << width}
        self._open = {event: None for event in self._open if event[1] not in passed}

    @property
    def is_complete(self) -> bool:
        """Whether everything has happened."""
        return not self._open

    @property
    def unknown_places(self) -> frozenset[str]:
        """Where something has not happened without which nothing is known of a text."""
        return frozenset(place for place, event in self._open if event in UNKNOWN or (place, event) in self._otherwise)

    @property
    def never_run(self) -> str:
        """A branch or loop that no row went through, or a number that none wrapped: of that text nothing is known. "" for none."""
        return next(
            (WORDS[event].format(place) for place, event in self._open if event in UNKNOWN or (place, event) in self._otherwise), ""
        )

    def notes(self) -> tuple[str, ...]:
        """What has not happened at the sizes of the scope, in the order of the texts."""
        told = [(place, event) for place, event in self._open if event != AGAIN or (place, ONCE) not in self._open]
        words = [f"not exercised: {WORDS[event].format(place)}" for place, event in told]
        more = len(words) - MOST_NOTES
        return (*words[:MOST_NOTES], f"not exercised: {more} more places") if more > 0 else tuple(words)
