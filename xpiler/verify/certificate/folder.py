"""`--certificate DIR`: what a proof for all sizes rests on, in files.

`bounds.smt2`, `apart.smt2`, `holds.smt2`, `equal.smt2` have a query for every fact about integer sets that the proof used, `lemmas.smt2`
for the lemmas of its closed forms; `sets.isl` has the sets of the facts as isl writes them, `summary.json` the verdict and what is left to
trust.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from mlir import ir

from xpiler import __version__
from xpiler.diagnostics import InvalidInput, Place, Unsupported
from xpiler.verify.folded_constants import fold
from xpiler.verify.isolation import isolated
from xpiler.verify.limits import Budget, OutOfTime
from xpiler.verify.pairing import pair, taken_by, to_prove
from xpiler.verify.programs import ProgramFile
from xpiler.verify.verdict import Answer

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


def write_certificate(folder: Path, sides: tuple[ProgramFile, ProgramFile], answer: Answer, seconds: float) -> None:
    """Writes the files. Raises InvalidInput where the folder cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        counts, doubt = _obligations(folder, sides, seconds)
        (folder / "summary.json").write_text(json.dumps(_summary(sides, answer, counts, doubt), indent=2) + "\n")
        shutil.copyfile(Path(__file__).with_name("recheck.py"), folder / "recheck.py")
    except OSError as error:
        raise InvalidInput(f"cannot write the certificate: {error.strerror}", Place(str(folder))) from None


def _obligations(folder: Path, sides: tuple[ProgramFile, ProgramFile], seconds: float) -> tuple[dict[str, int], str]:
    """The number of queries of each file, and why there are none."""
    try:
        files = isolated(lambda: _files(sides, seconds), seconds)
    except OutOfTime:
        return {}, "not decided for all sizes in time"
    except Unsupported as error:
        return {}, error.diagnostics[0].message
    for name, (text, _) in files.items():
        (folder / name).write_text(text)
    return {name: count for name, (_, count) in files.items() if name.endswith(".smt2")}, ""


def _files(sides: Sequence[ProgramFile], seconds: float) -> dict[str, tuple[str, int]]:
    """In a child: names of files with their text and the number of queries in them."""
    from xpiler.verify.certificate.presburger import obligation
    from xpiler.verify.symbolic.facts import keeping
    from xpiler.verify.symbolic.proof import Comparison

    modules: list[ir.Module] = [side.module() for side in sides]
    pair(*modules)
    fold(*modules)
    with keeping() as facts:
        for unit in to_prove(modules[-1]):
            with taken_by(modules[-1], unit):
                comparison = Comparison(*modules, Budget.of_work(seconds))
                comparison.check_side_conditions()
                comparison.compare()
    files = {"lemmas.smt2": _lemmas()}
    for kind, words in KINDS.items():
        queries = list(dict.fromkeys(obligation(fact) for fact in facts if fact.kind == kind))[:MOST_FACTS]
        if queries:
            files[f"{kind}.smt2"] = ("\n".join([f"; {words}", "(set-logic ALL)", *queries]) + "\n", len(queries))
    lines = [f"box: {comparison.box.sizes}"]
    lines += [f"{f.kind}: {' and '.join(map(str, f.given))} implies {' and '.join(map(str, f.then)) or 'nothing'}" for f in facts]
    return {**files, "sets.isl": ("\n".join(dict.fromkeys(lines)) + "\n", 0)}


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


def _summary(sides: tuple[ProgramFile, ProgramFile], answer: Answer, counts: dict[str, int], doubt: str) -> dict[str, object]:
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
