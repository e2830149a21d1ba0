"""Proving a text in the sandbox and saving it."""

from __future__ import annotations

from xpiler.diagnostics import InvalidInput
from xpiler.propose.patterns.library import Entry, Library
from xpiler.propose.proposal import Proposal
from xpiler.propose.sandbox import run_limited
from xpiler.verify.verdict import Answer

SECONDS = 60.0


def proved(text: str) -> tuple[str, str, Answer]:
    """Name, target and answer of a pattern's text. Raises InvalidInput where it is no pattern, or kills the child."""
    ended = run_limited(_proved, text, seconds=SECONDS)
    if ended.failure:
        raise InvalidInput(f"the pattern cannot be proved: {ended.failure}")
    return ended.value


def _proved(text: str) -> tuple[str, str, Answer]:
    from xpiler.dialects import context
    from xpiler.propose.patterns.pattern import read
    from xpiler.propose.patterns.proof import prove

    pattern = read(text, context())
    return pattern.name, pattern.target, prove(pattern)


def keep(proposal: Proposal, kernel: str = "", folder: str = "") -> Entry:
    """Proves a proposed pattern and saves it, with the kernel that it helped. Raises InvalidInput where it is not proved."""
    library = Library.at(folder)
    name, target, answer = proved(proposal.text)
    entry = library.save(name, target, proposal.text, answer, proposal.origin, proposal.version)
    if kernel:
        library.credit(name, kernel)
    return entry
