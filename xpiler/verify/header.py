"""The verdict as a comment at the top of an output: what holds, for which sizes, and under which assumptions."""

from __future__ import annotations

import textwrap

from xpiler.provenance import states_provenance
from xpiler.verify.verdict import Answer, Verdict

WIDTH = 116


def with_verdict(text: str, answer: Answer) -> str:
    """The text with the verdict behind the line that says what it was translated from, the first one where there is none."""
    if answer.verdict is Verdict.NONE:
        return text
    lines = text.split("\n")
    stated = (number for number, line in enumerate(lines) if states_provenance(line.removeprefix("// ")))
    below = next(stated, 0) + 1
    return "\n".join((*lines[:below], *comment(answer), *lines[below:]))


def comment(answer: Answer) -> list[str]:
    """The lines of the comment."""
    return [line for indent, text in [("", f"verdict: {answer}"), *(("  ", d) for d in details(answer))] for line in _wrapped(text, indent)]


def details(answer: Answer) -> list[str]:
    """What goes with a verdict, a line each: assumptions, side conditions, what was not exercised, the error against a float64 run."""
    lines = [f"assuming {text}" for text in answer.assumptions]
    if answer.side_conditions:
        lines.append(f"shown: {'; '.join(answer.side_conditions)}")
    lines += answer.notes
    if answer.error is not None:
        lines.append(f"against a float64 run: {answer.error}")
    return lines


def _wrapped(text: str, indent: str) -> list[str]:
    """Lines of a C++ comment; a continued one is indented further."""
    return textwrap.wrap(text, WIDTH, initial_indent=f"// {indent}", subsequent_indent=f"// {indent}  ", break_long_words=False)
