"""Sites whose mutant computes the same: what follows covers one more or one less, or nothing is left to do.

They are told by the text: `limit - start` behind a comparison of the two is what is left, the length of a copy or of a mask. Too many
sites left out is no harm, an equivalent mutant needs a reason written by hand.
"""

from __future__ import annotations

import re

from clang.cindex import Cursor, CursorKind, TypeKind

from mutation.program import Change, Program, operands

STRONGER = "(0 + 1)"
EMPTY = r"[^<>=!|]+>\s*0(\s*&&\s*[^<>=!|]+>\s*0)*"
FUNCTIONS = (CursorKind.FUNCTION_DECL, CursorKind.FUNCTION_TEMPLATE)
LOOPS = (CursorKind.FOR_STMT, CursorKind.WHILE_STMT)


def does_nothing_at_the_end(program: Program, left: Cursor, right: Cursor, guarded: Cursor) -> bool:
    """Whether what `left < right` guards works on `right - left` elements: none, where it runs once too often."""
    return any(_has_rest(program.text_of(guarded), *sides) for sides in _sides(program, left, right))


def is_finished_later(program: Program, left: Cursor, right: Cursor) -> bool:
    """Whether a comparison of a loop is followed, behind the loop, by work on what the loop leaves."""
    loop = next((node for node in program.above(left) if node.kind in LOOPS), None)
    function = next((node for node in program.above(left) if node.kind in FUNCTIONS), None)
    if loop is None or function is None:
        return False
    later = program.data[program.range_of(loop)[1] : program.range_of(function)[1]].decode(errors="replace")
    return any(_has_rest(later, *sides) or _goes_on(later, *sides) for sides in _sides(program, left, right))


def is_taken_over(program: Program, statement: Cursor) -> bool:
    """Whether a loop may be left out: a later one goes on from where it would have ended, or begun."""
    conditions = [node for node in statement.get_children() if node.kind == CursorKind.BINARY_OPERATOR] if statement.kind in LOOPS else []
    return any(is_finished_later(program, *operands(condition)) for condition in conditions[:1])


def only_enlarges(program: Program, literal: Cursor) -> bool:
    """Whether a literal is in the extent of an array that is declared there: one more element is one that nothing reads."""
    above = next((node for node in program.above(literal) if not node.kind.is_expression()), None)
    return (
        above is not None
        and above.kind == CursorKind.VAR_DECL
        and above.type.kind == TypeKind.CONSTANTARRAY
        and not _is_initial(program, above, literal)
    )


def _is_initial(program: Program, variable: Cursor, literal: Cursor) -> bool:
    """Whether a literal is part of the value that a variable begins with."""
    before = program.data[program.range_of(variable)[0] : program.range_of(literal)[0]]
    return b"=" in before or b"{" in before


def leaves_all_work(program: Program, change: Change) -> bool:
    """Whether a change only has more or fewer blocks of a kernel that takes its work in steps of the grid, or a launch for no work."""
    return _is_of_shared_grid(program, change) or _is_of_empty_launch(program, change)


def _is_of_shared_grid(program: Program, change: Change) -> bool:
    """Whether the change lies in the grid of a launch (`<<<grid, block>>>`), and kernels step by `gridDim`."""
    text = program.data.decode(errors="replace")
    begin = text.rfind("<<<", 0, change.start)
    end = text.find(">>>", begin) if begin >= 0 else -1
    return b"gridDim." in program.data and 0 <= begin < change.start and change.end <= begin + _length_of_first(text[begin:end])


def _length_of_first(launch: str) -> int:
    """The length of `<<<` and of the first argument behind it."""
    depth = 0
    for position, letter in enumerate(launch):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            return position
    return len(launch)


def _is_of_empty_launch(program: Program, change: Change) -> bool:
    """Whether the change lets a launch happen for no work: it weakens `if (rows > 0 && cols > 0)` around a launch."""
    for branch in program.nodes(CursorKind.IF_STMT):
        condition = next(branch.get_children())
        start, end = program.range_of(condition)
        is_inside = start <= change.start and change.end <= end
        if is_inside and "<<<" in program.text_of(branch) and re.fullmatch(EMPTY, program.text_of(condition)):
            return change.text != STRONGER and not change.text.startswith("!")
    return False


def only_makes_blocks_smaller(program: Program, literal: Cursor) -> bool:
    """Whether a literal is what elements are divided by for the geometry of a launch: less of it is more blocks."""
    above = [node for node in program.above(literal) if node.kind not in (CursorKind.UNEXPOSED_EXPR, CursorKind.PAREN_EXPR)]
    text, own = (program.text_of(above[0]) if above else ""), program.text_of(literal)
    return any("<<<" in program.text_of(node) for node in above) and re.fullmatch(rf"\(.*\+.*\)\s*/\s*{re.escape(own)}", text) is not None


def only_adds_blocks(program: Program, literal: Cursor) -> bool:
    """Whether a literal is added in what is divided for the geometry of a launch: more of it is more blocks, which a guard leaves idle."""
    above = [node for node in program.above(literal) if node.kind != CursorKind.UNEXPOSED_EXPR]
    function = next((node for node in above if node.kind in FUNCTIONS), None)
    words = [program.text_of(node) for node in above[:4]]
    is_launcher = function is not None and re.search(r"<<<|LaunchKernelGGL|cudaLaunchKernel", program.text_of(function)) is not None
    return is_launcher and any(re.match(r"\(.*\+.*\)\s*/", text) for text in words)


def shapes_a_launch(program: Program, literal: Cursor) -> bool:
    """Whether a literal is a side of a block by which the grid is computed (`dim3 block(32, 4)` and `block.y`)."""
    declared = next((node for node in program.above(literal) if node.kind == CursorKind.VAR_DECL), None)
    if declared is None or "dim3" not in declared.type.spelling:
        return False
    function = next((node for node in program.above(declared) if node.kind in FUNCTIONS), None)
    return function is not None and re.search(rf"\b{re.escape(declared.spelling)}\.[xyz]\b", program.text_of(function)) is not None


def _sides(program: Program, left: Cursor, right: Cursor) -> list[tuple[str, str]]:
    """The limit and each variable that is compared with it."""
    limit = program.text_of(right).strip()
    return [(limit, name) for name in re.findall(r"[A-Za-z_]\w*", program.text_of(left))]


def _goes_on(text: str, limit: str, start: str) -> bool:
    """Whether a loop goes on with a variable, as it stands, up to the same limit."""
    return re.search(rf"(?:\bfor\s*\(\s*;|\bwhile\s*\()\s*{re.escape(start)}\s*<\s*{re.escape(limit)}\s*[;)]", text) is not None


def _has_rest(text: str, limit: str, start: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(limit)}\s*-\s*{re.escape(start)}\b", text) is not None
