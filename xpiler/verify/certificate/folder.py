"""`--certificate DIR`: what a proof for all sizes rests on, in files.

`bounds.smt2`, `apart.smt2`, `holds.smt2`, `equal.smt2` have a query for every fact about integer sets that the proof used, `lemmas.smt2`
for the lemmas of its closed forms; `sets.isl` has the sets of the facts as isl writes them, `summary.json` the verdict and what is left to
trust.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from mlir import ir

from xpiler import __version__
from xpiler.diagnostics import InvalidInput, Place, Unsupported
from xpiler.verify.folded_constants import fold
from xpiler.verify.isolation import isolated
from xpiler.verify.limits import Budget, OutOfMemory, OutOfTime
from xpiler.verify.paired_files import Sides, readable_units
from xpiler.verify.pairing import pair, taken_by, to_prove
from xpiler.verify.verdict import Answer

if TYPE_CHECKING:
    from xpiler.verify.symbolic.facts import Fact

KINDS = {
    "bounds": "every access stays inside of its array",
    "apart": "two parallel instances do not meet in an element, one of them writing it",
    "holds": "a condition holds wherever a place is reached; two subscripts are the same",
    "equal": "the ranges of two sums or maxima are one",
}
TRUSTED = (
    "the front end, and semantics.mlir for what an operation means",
    "that the facts are the ones that matter: the walk, the rules of the algebra, the order of accesses",
    "isl for which write reaches which read, for closures, and for that the queries' sets are those of the programs",
)
MOST_FACTS = 4000
LATE = "not decided for all sizes in time"


def write_certificate(folder: Path, sides: Sides, answer: Answer, seconds: float) -> None:
    """Writes the files. Raises InvalidInput where the folder cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        counts, doubt = _obligations(folder, sides, seconds)
        (folder / "summary.json").write_text(json.dumps(_summary(sides, answer, counts, doubt), indent=2) + "\n")
        shutil.copyfile(Path(__file__).with_name("recheck.py"), folder / "recheck.py")
    except OSError as error:
        raise InvalidInput(f"cannot write the certificate: {error.strerror}", Place(str(folder))) from None


def _obligations(folder: Path, sides: Sides, seconds: float) -> tuple[dict[str, int], str]:
    """The number of queries of each file, and what has none and why."""
    try:
        files, doubts = isolated(lambda: _files(sides, seconds), seconds)
    except OutOfTime:
        return {}, LATE
    except OutOfMemory:
        return {}, "out of memory"
    except Unsupported as error:
        return {}, error.diagnostics[0].message
    for name, (text, _) in files.items():
        (folder / name).write_text(text)
    return {name: count for name, (_, count) in files.items() if name.endswith(".smt2")}, "; ".join(doubts)


def _files(sides: Sides, seconds: float) -> tuple[dict[str, tuple[str, int]], list[str]]:
    """In a child: names of files with their text and the number of queries in them, and the launchers without any, with the reason."""
    facts, boxes, doubts = _facts(sides, seconds)
    if not boxes:
        return {}, doubts
    queries = {kind: _each_once(facts, kind) for kind in KINDS}
    cut = {kind: len(texts) for kind, texts in queries.items() if len(texts) > MOST_FACTS}
    doubts += [f"{kind}.smt2 has the first {MOST_FACTS} of {count} queries" for kind, count in cut.items()]
    return {"lemmas.smt2": _lemmas(), **_files_of(queries), "sets.isl": (_sets(facts, boxes), 0)}, doubts


def _facts(sides: Sides, seconds: float) -> tuple[list[Fact], list[str], list[str]]:
    """What the proofs of all launchers ask of integer sets, the sizes that each holds for, and why one is no proof for all sizes."""
    modules = [side.module() for side in sides]
    compared = readable_units(sides)
    facts: list[Fact] = []
    boxes, doubts = [], []
    for unit in compared:
        pair(*modules, unit)
        fold(*modules)
        try:
            found, box = _facts_of_unit(modules, seconds / len(compared))
        except (Unsupported, OutOfTime) as error:
            reason = error.diagnostics[0].message if isinstance(error, Unsupported) else LATE
            doubts.append(f"{unit}: {reason}" if len(compared) > 1 else reason)
            continue
        facts += found
        boxes.append(f"box of {unit}: {box}" if len(compared) > 1 else f"box: {box}")
    return facts, boxes, doubts


def _facts_of_unit(modules: list[ir.Module], seconds: float) -> tuple[list[Fact], str]:
    """The facts of one launcher of the source, against each of the output's that does not do what another one does."""
    from xpiler.verify.symbolic.facts import keeping
    from xpiler.verify.symbolic.proof import Comparison
    from xpiler.verify.symbolic.scope import carried, narrow, scope

    opposite, before = to_prove(modules[-1]), None
    with keeping() as facts:
        for unit in opposite:
            with taken_by(modules[-1], unit):
                comparison = Comparison(*modules, Budget.of_work(seconds / len(opposite)))
                comparison.check_side_conditions()
                comparison.compare()
                if before is not None and scope(before) != scope(comparison):
                    narrow(comparison, carried(before))
                before = comparison
    return list(facts), str(comparison.box.sizes)


def _each_once(facts: Sequence[Fact], kind: str) -> list[str]:
    """The queries of a kind."""
    from xpiler.verify.certificate.presburger import obligation

    return list(dict.fromkeys(obligation(fact) for fact in facts if fact.kind == kind))


def _files_of(queries: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, int]]:
    """A file for each kind that has queries, with as many of them as one file may have."""
    files = {}
    for kind, texts in queries.items():
        kept = texts[:MOST_FACTS]
        if kept:
            files[f"{kind}.smt2"] = ("\n".join([f"; {KINDS[kind]}", "(set-logic ALL)", *kept]) + "\n", len(kept))
    return files


def _sets(facts: Sequence[Fact], boxes: Sequence[str]) -> str:
    """The sizes and the facts as isl writes them."""
    lines = [f"{f.kind}: {' and '.join(map(str, f.given))} implies {' and '.join(map(str, f.then)) or 'nothing'}" for f in facts]
    return "\n".join(dict.fromkeys([*boxes, *lines])) + "\n"


def _lemmas() -> tuple[str, int]:
    """Each lemma's negation as a query."""
    import z3

    from xpiler.verify.symbolic.lemmas import LEMMAS

    queries = []
    for lemma in LEMMAS:
        solver = z3.Solver()
        solver.add(z3.Not(lemma()))
        queries.append(f"; {lemma.__name__}\n(push 1)\n{_body(solver.to_smt2())}\n(check-sat)\n(pop 1)")
    return "\n".join(["; what the closed forms of loops rest on", "(set-logic ALL)", *queries]) + "\n", len(queries)


def _body(text: str) -> str:
    """Declarations and assertions of a script of Z3."""
    return "\n".join(line for line in text.splitlines() if not line.startswith((";", "(set-", "(check-sat")))


def _summary(sides: Sides, answer: Answer, counts: dict[str, int], doubt: str) -> dict[str, object]:
    import islpy
    import z3

    stated = {key: value for key, value in asdict(answer).items() if value and key != "error"}
    files = [{"file": side.path.name, "platform": side.platform, "sha256": _hash(side.path)} for side in sides]
    found = {
        **stated,
        "verdict": answer.verdict.value,
        "source": files[0],
        "target": files[1],
        "queries": counts,
        "trusted": TRUSTED,
        "versions": {"xpiler": __version__, "islpy": islpy.version.VERSION_TEXT, "z3": z3.get_version_string()},
    }
    return {**found, "no_queries": doubt} if doubt else found


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
