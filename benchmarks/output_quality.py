"""What a reader would strike out of emitted text: one line for each finding, and their number for each kind.

    python benchmarks/output_quality.py [--operators add,gemm] [--from cuda] [--to bang] [--json F] [--outputs DIR]

Translates the corpus in every direction (`--outputs DIR` keeps the texts, and takes those that are there), reads each text with clang and
looks for

* warnings of `-Wall -Wextra`: unused variables and parameters, values set and never read, comparisons of signed with unsigned numbers;
* numbered temporaries: variables that end in a digit or an underscore and that the source does not have; the registers of a tile
  (`a0`, `a1`... from 0 on without a gap) are none;
* casts to the type that the operand has;
* variables that are another variable under a second name: initialised with it, neither ever written after.
* arrays on the chip that are filled by one copy and read by nothing but another copy.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "kernels"), str(ROOT / "benchmarks")]

from accuracy import OPERATORS, PLATFORMS, SUFFIXES, Cell, translate  # noqa: E402
from clang.cindex import Cursor, CursorKind, TranslationUnit  # noqa: E402

EXPLICIT_CASTS = (CursorKind.CSTYLE_CAST_EXPR, CursorKind.CXX_STATIC_CAST_EXPR, CursorKind.CXX_FUNCTIONAL_CAST_EXPR)
WRITING_OPERATORS = (CursorKind.COMPOUND_ASSIGNMENT_OPERATOR, CursorKind.UNARY_OPERATOR, CursorKind.BINARY_OPERATOR)
COPIES = re.compile(r"(__)?memcpy\w*")
NUMBERED = re.compile(r".*\d|.*_")


@dataclass(frozen=True)
class Finding:
    """A place of an output that a reader would strike out."""

    output: str
    line: int
    kind: str
    text: str


def findings(output: Path, platform: str, source_text: str) -> list[Finding]:
    """All findings of one output, in the order of its lines."""
    unit = _parsed(output, platform)
    found = [
        Finding(output.name, item.location.line, "warning", item.spelling) for item in unit.diagnostics if _is_of(item.location, output)
    ]
    names = set(re.findall(r"\w+", source_text))
    for function in _functions(unit.cursor):
        if _is_of(function.location, output):
            found += [Finding(output.name, cursor.location.line, kind, text) for kind, cursor, text in _of_function(function, names)]
    return sorted(found, key=lambda finding: (finding.line, finding.kind, finding.text))


def _parsed(output: Path, platform: str) -> TranslationUnit:
    from xpiler.frontend import language_of
    from xpiler.frontend.clang_session import Source, warned
    from xpiler.frontend.options import ReadOptions

    return warned(Source.of(output, SUFFIXES[platform]), language_of(platform), ReadOptions())


def _functions(cursor: Cursor) -> Iterator[Cursor]:
    """The functions defined at file scope, `extern "C"` ones too."""
    for child in cursor.get_children():
        if child.kind in (CursorKind.LINKAGE_SPEC, CursorKind.UNEXPOSED_DECL):
            yield from _functions(child)
        elif child.kind == CursorKind.FUNCTION_DECL and child.is_definition():
            yield child


def _is_of(location, output: Path) -> bool:
    return location.file is not None and Path(location.file.name).name == output.name


def _of_function(function: Cursor, names: set[str]) -> Iterator[tuple[str, Cursor, str]]:
    variables = [c for c in function.walk_preorder() if c.kind == CursorKind.VAR_DECL]
    tiles = _tile_registers({variable.spelling for variable in variables})
    uses: dict[str, list[Use]] = {}
    for use in _uses(function):
        uses.setdefault(use.of, []).append(use)
    for cursor in function.walk_preorder():
        if cursor.kind in EXPLICIT_CASTS and _is_idle(cursor):
            yield "idle cast", cursor, cursor.type.spelling
    for variable in variables:
        if NUMBERED.fullmatch(variable.spelling) and variable.spelling not in names | tiles:
            yield "numbered name", variable, variable.spelling
        second = _second_name_of(variable)
        if (
            second
            and not any(u.writes for u in uses.get(variable.get_usr(), ()))
            and not any(u.writes for u in uses.get(second.get_usr(), ()))
        ):
            yield "second name", variable, f"{variable.spelling} is {second.spelling}"
        calls = [use.call for use in uses.get(variable.get_usr(), ())]
        if variable.type.get_canonical().get_array_size() > 0 and len(calls) == 2 and all(COPIES.fullmatch(call) for call in calls):
            yield "copy of a copy", variable, variable.spelling


def _tile_registers(names: set[str]) -> set[str]:
    """The names of tiles held in variables of their own: a word and, from 0 on without a gap, one digit a dimension."""
    digits: dict[str, set[str]] = {}
    for name in names:
        word, number = re.fullmatch(r"(.*?)(\d*)", name).groups()
        digits.setdefault(f"{word}/{len(number)}", set()).add(number)
    found = set()
    for key, numbers in digits.items():
        word, places = key.rsplit("/", 1)
        last = max(numbers)
        whole = {"".join(each) for each in product(*("0123456789"[: int(digit) + 1] for digit in last))}
        if int(places) and len(numbers) > 1 and numbers == whole:
            found |= {word + number for number in numbers}
    return found


@dataclass(frozen=True)
class Use:
    """One mention of a variable: whether it is written there, and the function whose argument it is."""

    of: str
    writes: bool
    call: str


def _uses(cursor: Cursor, writes: bool = False, call: str = "") -> Iterator[Use]:
    if cursor.kind == CursorKind.DECL_REF_EXPR and cursor.referenced is not None:
        yield Use(cursor.referenced.get_usr(), writes, call)
    for position, child in enumerate(cursor.get_children()):
        inner = cursor.spelling if cursor.kind == CursorKind.CALL_EXPR and position else call
        yield from _uses(child, writes or _writes(cursor, position), inner)


def _writes(cursor: Cursor, position: int) -> bool:
    if cursor.kind not in WRITING_OPERATORS or position:
        return False
    tokens = [token.spelling for token in cursor.get_tokens()]
    if cursor.kind == CursorKind.UNARY_OPERATOR:
        return bool({"++", "--", "&"} & {tokens[0], tokens[-1]})
    return cursor.kind == CursorKind.COMPOUND_ASSIGNMENT_OPERATOR or _operator(cursor) == "="


def _operator(cursor: Cursor) -> str:
    left = next(cursor.get_children())
    after = left.extent.end.offset
    return next((t.spelling for t in cursor.get_tokens() if t.extent.start.offset >= after and t.spelling != ")"), "")


def _is_idle(cast: Cursor) -> bool:
    operand = list(cast.get_children())[-1]
    if operand.kind == CursorKind.UNEXPOSED_EXPR:  # an implicit conversion, which clang's binding shows as a wrapper
        operand = next(operand.get_children(), operand)
    return operand.type.get_canonical().spelling == cast.type.get_canonical().spelling


def _second_name_of(variable: Cursor) -> Cursor | None:
    """The variable that a scalar variable is initialised with, and nothing else."""
    children = [c for c in variable.get_children() if c.kind.is_expression()]
    if len(children) != 1:
        return None
    value = children[0]
    while value.kind == CursorKind.UNEXPOSED_EXPR:
        value = next(value.get_children(), value)
    if value.kind != CursorKind.DECL_REF_EXPR or value.referenced.kind not in (CursorKind.VAR_DECL, CursorKind.PARM_DECL):
        return None
    return value.referenced if value.type.get_canonical().spelling == variable.type.get_canonical().spelling else None


def _texts(options: argparse.Namespace, folder: Path) -> Iterator[tuple[Path, str, Path]]:
    """Outputs with their platform and source, translated unless they are there."""
    for operator in options.operators.split(","):
        for source in options.sources.split(","):
            for target in options.targets.split(","):
                output = folder / f"{operator}_{source}_to_{target}{SUFFIXES[target]}"
                cell = Cell(operator, source, target)
                path = OPERATORS[operator].source(source)
                if source == target:
                    continue
                if output.exists() or translate(path, target, output, cell):
                    yield output, target, path
                else:
                    print(f"{operator} {source} to {target}: {cell.message}", file=sys.stderr)


def main() -> int:
    """Prints the findings; 0 where there are none."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--operators", default=",".join(OPERATORS))
    parser.add_argument("--from", dest="sources", default=",".join(PLATFORMS))
    parser.add_argument("--to", dest="targets", default=",".join(PLATFORMS))
    parser.add_argument("--json", default="")
    parser.add_argument("--outputs", default="", help="directory of the outputs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xpiler-quality-") as temporary:
        folder = Path(options.outputs or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        found, texts = [], 0
        for output, target, source in _texts(options, folder):
            texts += 1
            for finding in findings(output, target, source.read_text()):
                found.append(finding)
                print(f"{finding.output}:{finding.line}: {finding.kind}: {finding.text}", flush=True)
    kinds = Counter(finding.kind for finding in found)
    print(f"{texts} texts: " + (", ".join(f"{number} {kind}" for kind, number in kinds.most_common()) or "nothing to strike out"))
    if options.json:
        Path(options.json).write_text(json.dumps({"texts": texts, "findings": [asdict(finding) for finding in found]}, indent=2) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
