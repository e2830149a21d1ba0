"""Mending a translation that a person wrote: their text with the least change, proved and shown."""

from __future__ import annotations

import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from mlir import ir

from xpiler import frontend
from xpiler.diagnostics import InvalidInput, Unsupported, XpilerError
from xpiler.options import TranslateOptions
from xpiler.platforms.names import DEFAULT_ARCH
from xpiler.propose.judge import Subject, judge
from xpiler.propose.kept import Kept
from xpiler.repair.mending import Mended, benches, emitted, mended_program
from xpiler.repair.observation import Suspect
from xpiler.repair.wording import difference, rewordings
from xpiler.translation import read_text
from xpiler.verify.verdict import Answer, Verdict

WORDING_SECONDS = 20.0
PLACE = re.compile(r"(\d+):\d+: ")


@dataclass(frozen=True)
class Repaired:
    """The text that is right, the verdict on it, what was wrong, what was changed, and the difference to show.

    `reworded` is False where the change has no place in the person's text: then `text` is printed anew from the IR.
    """

    text: str
    answer: Answer
    diagnosis: str
    changes: tuple[str, ...]
    difference: str
    runs: int
    reworded: bool = True


def repair_file(source: str, target: str, options: TranslateOptions, seconds: float) -> Repaired:
    """Mends `target` as a translation of `source`; `options.to` is the target's platform.

    Raises InvalidInput where it is right already, Unsupported where no repair was found in time.
    """
    with tempfile.TemporaryDirectory(prefix="xpiler-repair-") as folder:
        return _repaired(Subject.of(source, options, Kept(Path(folder))), target, seconds)


def _repaired(subject: Subject, target: str, seconds: float) -> Repaired:
    options = subject.options
    arch = options.target_arch or DEFAULT_ARCH[options.to]
    reading = frontend.ReadOptions(arch=arch, include_dirs=options.include_dirs, defines=options.defines)
    module = frontend.read(Path(target), options.to, reading, subject.module.context)
    _refuse_right(judge(subject, Path(target)), target)
    before = emitted(module)
    found = mended_program(subject, module, seconds)
    if found is None:
        raise Unsupported(
            f"no repair of '{target}' was found within {seconds:g} seconds", hint="give more with --timeout; the file is left as it is"
        )
    return _in_their_words(subject, Path(target), before, found)


def _refuse_right(answer: Answer, target: str) -> None:
    if answer.verdict is Verdict.PROVED:
        raise InvalidInput(f"'{target}' needs no repair: it is {answer}")


def _in_their_words(subject: Subject, target: Path, before: str, found: Mended) -> Repaired:
    text = read_text(str(target))
    reworded = _reworded(subject, target, text, before, found)
    if reworded is not None:
        changed, answer = reworded
        return Repaired(changed, answer, found.diagnosis.words, found.changes, difference(text, changed, target.name), found.runs)
    shown = difference(before, found.text, target.name)
    return Repaired(found.text, found.answer, found.diagnosis.words, found.changes, shown, found.runs, reworded=False)


def _reworded(subject: Subject, target: Path, text: str, before: str, found: Mended) -> tuple[str, Answer] | None:
    """Their text with the change, where some wording of it is proved. Changes of several places are not reworded."""
    place = PLACE.search(found.changes[0])
    if len(found.changes) != 1 or place is None:
        return None
    end = time.process_time() + WORDING_SECONDS
    tiny = benches(subject)
    with tempfile.TemporaryDirectory(prefix="xpiler-wording-") as folder:
        path = Path(folder) / target.name
        for changed in rewordings(text, int(place[1]), before, found.text):
            if time.process_time() > end:
                break
            path.write_text(changed)
            answer = _right(subject, path, tiny)
            if answer is not None:
                return changed, answer
    return None


def _right(subject: Subject, path: Path, tiny: list) -> Answer | None:
    """The whole judgement, asked only of texts that are right at tiny sizes."""
    arch = subject.options.target_arch or DEFAULT_ARCH[subject.options.to]
    try:
        module = frontend.read(path, subject.options.to, frontend.ReadOptions(arch=arch), subject.module.context)
        with module.context, ir.Location.unknown():
            if not all(bench.observe(Suspect(module)).right for bench in tiny):
                return None
        answer = judge(subject, path)
    except XpilerError:
        return None
    return answer if answer.verdict is Verdict.PROVED else None
