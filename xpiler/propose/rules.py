"""The translation that the target's rules write of a source, a program that is right: what proposals are measured by where runs differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xpiler.diagnostics import XpilerError
from xpiler.platforms.names import DEFAULT_ARCH, OUTPUT_SUFFIX
from xpiler.platforms.target import Target
from xpiler.propose.programs import Program
from xpiler.verify.differential import Text
from xpiler.verify.signature import Callable, entry

if TYPE_CHECKING:
    from xpiler.propose.judge import Subject
    from xpiler.propose.kept import Kept


def rules_program(subject: Subject, function: Callable, kept: Kept) -> Program | None:
    """The program, called like the source's `function`; None where the rules refuse."""
    text, symbol = kept.value("rules", lambda: _lowered(subject))
    if not text:
        return None
    platform = subject.options.to
    path = kept.folder / f"rules{OUTPUT_SUFFIX[platform]}"
    path.write_text(text)
    return Program("rules", Text(path, platform, _target(subject).arch), function, symbol, kept)


def _lowered(subject: Subject) -> tuple[str, str]:
    """The text and the name of its launcher; empty where the rules refuse."""
    from xpiler import lowering

    target = _target(subject)
    try:
        module = lowering.lower(subject.raised(), target)
        return lowering.emit(module), entry(module, target.platform).symbol
    except XpilerError:
        return "", ""


def _target(subject: Subject) -> Target:
    platform = subject.options.to
    return Target(platform, subject.options.target_arch or DEFAULT_ARCH[platform])
