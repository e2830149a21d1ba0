"""Where the fault may lie: from what differs at the first wrong element to classes of change and operations.

terms read other elements            subscripts, strides, bounds
terms have other constants           constants
terms have other operators           operators, builtins, order
terms have fewer of several kinds    bounds, strides
nothing was written, or nonsense     counts, bounds, synchronisation, memory spaces, order of statements
a race                               synchronisation
an access out of bounds              bounds, counts, sizes
a wide access that is misaligned     constants, strides
a launch of no blocks, or too many   bounds, constants (of the launcher)
nothing differs, and a run does      operators, builtins, constants of floats
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from mlir import ir

from xpiler.repair.edit import Edit
from xpiler.repair.observation import Observation, leaves, subterms
from xpiler.repair.program import place_of
from xpiler.verify.terms.term import Term, Value

USUAL = 1.0
ROUND = 3  # kinds of operators that are more at once where a loop goes round too often
# Classes of which a program has few: trying all of them costs little, so they come early whatever the symptom.
FEW = {"subscript": 0.3, "order": 0.45, "statement": 0.5, "space": 0.4, "sync": 0.5, "float": 0.6}
# Factors on the cost of a class of change, for each symptom: what is likely costs less.
SYMPTOMS: dict[str, dict[str, float]] = {
    "race": {"sync": 0.1, "space": 0.3},
    "bounds": {"constant": 0.4, "bound": 0.4, "number": 0.5, "size": 0.6, "sync": 4.0, "operation": 1.5, "builtin": 3.0},
    "alignment": {"constant": 0.25, "number": 0.5, "bound": 1.5, "sync": 5.0, "space": 5.0, "builtin": 3.0, "statement": 3.0},
    "barrier": {"sync": 0.3, "bound": 0.6},
    "uninitialised": {"bound": 0.5, "constant": 0.5, "number": 0.6, "space": 0.3, "builtin": 0.9},
    "constants": {"float": 0.2, "constant": 0.3, "order": 1.5, "sync": 5.0, "space": 5.0, "size": 5.0, "statement": 3.0, "bound": 2.0},
    "elements": {"float": 0.8, "constant": 0.5, "number": 0.4, "bound": 0.5, "operation": 0.8, "sync": 3.0, "builtin": 2.0, "size": 4.0},
    "operators": {
        "float": 0.35,
        "builtin": 0.4,
        "operation": 0.4,
        "constant": 0.8,
        "statement": 0.8,
        "sync": 3.0,
        "size": 5.0,
        "space": 3.0,
    },
    "repetitions": {"bound": 0.35, "constant": 0.4, "number": 0.5, "operation": 0.9, "sync": 3.0, "size": 5.0, "space": 3.0, "float": 0.7},
    "strides": {"constant": 0.2, "size": 0.12, "number": 0.5, "bound": 0.5, "sync": 3.0, "builtin": 5.0, "space": 5.0, "order": 3.0},
    "launch": {"number": 0.5, "bound": 0.4, "constant": 0.3, "sync": 5.0, "space": 5.0, "float": 5.0, "statement": 3.0},
    "overflow": {"operation": 0.2, "builtin": 0.2, "float": 0.4, "order": 0.6},
    "invalid": {"size": 0.4, "space": 0.3, "builtin": 0.6, "constant": 0.7},
}


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong in words, the symptom, and the lines under suspicion."""

    symptom: str
    words: str
    places: frozenset[str] = frozenset()
    floats: tuple[float, ...] = field(default=())

    def cost(self, edit: Edit) -> float:
        """The order in which changes are tried."""
        factor = SYMPTOMS[self.symptom].get(edit.kind, FEW.get(edit.kind, USUAL))
        near = 0.5 if place_of(edit.op) in self.places else 1.0
        return edit.cost * factor * near * (0.6 if self._is_suspect_float(edit) else 1.0)

    def _is_suspect_float(self, edit: Edit) -> bool:
        return edit.kind == "float" and any(f"{n:g} becomes" in edit.what for n in self.floats)


def diagnose(observation: Observation) -> Diagnosis:
    """The diagnosis of a wrong run."""
    if observation.invalid or (observation.too_long and observation.first is None):
        return Diagnosis("invalid", observation.message or observation.too_long)
    if observation.defect:
        kind = observation.defect if observation.defect in SYMPTOMS else "uninitialised"
        place = ":".join(observation.where.split(":")[-2:])
        return Diagnosis(kind, observation.message, frozenset({place}))
    element, expected, actual = observation.first
    symptom, words = _compared(expected, actual)
    floats = tuple(sorted(_floats(actual) - _floats(expected)))
    return Diagnosis(symptom, f"{observation.mismatches} elements differ, the first is {element}: {words}", floats=floats)


def _compared(expected: Value, actual: Value) -> tuple[str, str]:
    if not isinstance(actual, Term) or not isinstance(expected, Term):
        return "elements", f"it is {actual}, expected {expected}"
    if actual.tainted:
        return "uninitialised", "it depends on a value nobody wrote"
    if actual.kind == "leaf" and expected.kind != "leaf":
        return "uninitialised", "it is never written, or a plain copy"
    more, less = leaves(actual) - leaves(expected), leaves(expected) - leaves(actual)
    if more or less:
        return "elements", " and ".join(_read(what, found) for what, found in (("it reads", more), ("it does not read", less)) if found)
    made, wanted = _kinds(actual), _kinds(expected)
    if made != wanted:
        words = f"it is made by {_difference(made, wanted)}"
        return "repetitions" if _is_repeated(made, wanted) or _is_repeated(wanted, made) else "operators", words
    return "constants", "it has other constants"


def _is_repeated(many: Counter[str], few: Counter[str]) -> bool:
    """Whether one term has more of several kinds that the other has as well: rounds of a loop, rather than an operator."""
    more = many - few
    return len(more) >= ROUND and all(kind in few for kind in more)


def _read(what: str, found: set[tuple[str, int]]) -> str:
    names = [f"{buffer}[{k}]" for buffer, k in sorted(found)]
    return f"{what} {', '.join(names[:3])}{'...' if len(names) > 3 else ''}"


def _kinds(value: Value) -> Counter[str]:
    return Counter(
        f"{t.kind} {t.args[0]}" if t.kind in ("fn", "compare") else t.kind for t in subterms(value) if t.kind not in ("leaf", "const")
    )


def _difference(actual: Counter[str], expected: Counter[str]) -> str:
    more, less = actual - expected, expected - actual
    return f"more of {', '.join(sorted(more)) or 'nothing'}, less of {', '.join(sorted(less)) or 'nothing'}"


def _floats(value: Value) -> set[float]:
    return {float(t.args[0]) for t in subterms(value) if t.kind == "const"}


def ordered(edits: list[Edit], diagnosis: Diagnosis) -> list[Edit]:
    """Edits, the likeliest first; ties in program order."""
    return sorted(edits, key=diagnosis.cost)  # stable


def suspects(edits: list[Edit]) -> list[ir.Operation]:
    """The operations behind edits, in their order, each once."""
    return list(dict.fromkeys(e.op for e in edits))
