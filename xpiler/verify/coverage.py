"""Which branches and loops of both texts the rows of sizes have gone through: what a proof at given sizes must say about itself."""

from __future__ import annotations

from mlir import ir

from xpiler.verify.model.program import place_of
from xpiler.verify.model.side import Unit

# A branch taken, not taken, a loop that came round again, or a launch of several blocks or tasks; with the place of the operation.
Event = tuple[str, str]
TAKEN, SKIPPED, AGAIN, BLOCKS = "taken", "skipped", "again", "blocks"
EVENTS = {"scf.if": (TAKEN, SKIPPED), "scf.for": (AGAIN,), "scf.while": (AGAIN,), "xpiler.launch": (BLOCKS,)}
WORDS = {
    TAKEN: "the branch at {} taken",
    SKIPPED: "the branch at {} not taken",
    AGAIN: "the loop at {} twice",
    BLOCKS: "the launch at {} of several blocks",
}
MOST_NOTES = 4


def _executed(module: ir.Module) -> list[ir.Operation]:
    """The functions of a module without the launchers that are not run."""
    unit = Unit.of(module).function
    functions = [op.operation for op in module.body.operations if op.operation.name == "func.func"]
    return [f for f in functions if f == unit or "xpiler.launcher" not in f.attributes]


class Coverage:
    """What could happen in two modules and what did. Operations without a place are not counted."""

    def __init__(self, modules: tuple[ir.Module, ...]):
        self._open: dict[Event, None] = {}
        for module in modules:
            for function in _executed(module):
                function.walk(self._note)

    def _note(self, operation: ir.Operation) -> ir.WalkResult:
        place = place_of(operation) if operation.name in EVENTS else ""
        if place:
            self._open.update(dict.fromkeys((place, event) for event in EVENTS[operation.name]))
        return ir.WalkResult.ADVANCE

    def add(self, covered: frozenset[Event]) -> None:
        """Events that have happened."""
        for event in covered:
            self._open.pop(event, None)

    @property
    def is_complete(self) -> bool:
        """Whether everything has happened."""
        return not self._open

    def notes(self) -> tuple[str, ...]:
        """What has not happened at the sizes of the scope, in the order of the texts."""
        words = [f"not exercised: {WORDS[event].format(place)}" for place, event in self._open]
        more = len(words) - MOST_NOTES
        return (*words[:MOST_NOTES], f"not exercised: {more} more places") if more > 0 else tuple(words)
