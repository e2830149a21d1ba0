"""A defect of a program: what it does that no program may, where, and at which sizes."""

from __future__ import annotations

from dataclasses import dataclass

from xpiler.diagnostics import Diagnostic, InvalidInput, Place

Sizes = dict[str, int]


@dataclass(frozen=True)
class SourceDefect:
    """One defect that an execution showed; `place` may lack line and column where the execution does not tell them.

    `is_definite`: no precondition on the sizes that a user would leave unsaid explains it.
    """

    kind: str
    message: str
    place: Place
    sizes: Sizes
    is_definite: bool = False
    hint: str = ""  # the way out of a warning, where it is no statement about sizes
    is_of_data: bool = False  # whether some data do not bring it about

    def diagnostic(self, *, assume_valid: bool = False) -> Diagnostic:
        """An error where it is definite, else a warning with the way out; a warning alone where the source is assumed to be valid."""
        at = ", ".join(f"{name} = {value}" for name, value in self.sizes.items())
        message = f"{self.kind}: {self.message}" + (f" (at {at})" if at else "")
        if assume_valid:
            return Diagnostic("warning", message, self.place)
        if self.is_definite:
            return Diagnostic("error", message, self.place, "repair the source, or pass --assume-valid")
        hint = self.hint or "state which sizes the kernel takes with --assume, such as --assume 'n % 64 == 0'"
        return Diagnostic("warning", message, self.place, hint)


class DefectiveSource(InvalidInput):
    """The source is definitely wrong; its first defect is the error, the others are notes."""

    def __init__(self, defects: list[SourceDefect]):
        first, *others = [defect.diagnostic() for defect in defects]
        super().__init__(first.message, first.place, first.hint, notes=tuple(others))
