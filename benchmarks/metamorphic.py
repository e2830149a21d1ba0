"""The metamorphic run: the corpus under other names and other tile sizes must give the same table.

    python benchmarks/metamorphic.py [--seed S] [--operators add,gemm] [--to bang] [--json F]

Every identifier that a file declares (but the launcher's symbol) is renamed, every tile or block size that a file
defines is halved or doubled where the kernel allows it, comments are dropped. What then differs from the table of
benchmarks/accuracy.py is something that was recognised by name or by shape.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import accuracy
from accuracy import OPERATORS, PLATFORMS, Cell, table

# Sizes that a kernel's text leaves free: the name it gives them, and other values that keep the kernel right.
FREE_SIZES = {"TILE": (8, 16), "THREADS": (64, 256), "BLOCK": (128, 512), "CHUNK": (64, 128), "T_DIM": (8, 32)}
FIXED = {("transpose", "cuda"), ("gemm", "hip"), ("layernorm", "hip"), ("gemm_int8", "vnni")}  # sizes tied to each other
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|//[^\n]*|/\*.*?\*/|[A-Za-z_]\w*|\s+|.', re.DOTALL)
DECLARED = re.compile(r"^(?:[A-Za-z_]\w*)$")


def declared_names(path: Path, platform: str) -> set[str]:
    """The identifiers that the file itself declares, read off clang's AST and the file's macros."""
    from clang.cindex import CursorKind

    from xpiler.frontend import ReadOptions, language_of
    from xpiler.frontend.clang_session import Source, parse

    language = language_of(platform)
    unit = parse(Source.of(path, language.suffix), language, ReadOptions(), device=True)
    kinds = {CursorKind.VAR_DECL, CursorKind.PARM_DECL, CursorKind.FUNCTION_DECL}
    names = set()
    for cursor in unit.cursor.walk_preorder():
        if cursor.kind in kinds and cursor.location.file is not None and cursor.location.file.name == str(path):
            names.add(cursor.spelling)
    names |= set(re.findall(r"^\s*#\s*define\s+(\w+)", path.read_text(), re.MULTILINE))
    return {name for name in names if DECLARED.match(name)}


def renamed(text: str, names: set[str], keep: set[str], generator: random.Random) -> str:
    """The text with every declared name replaced by a word of its own; members after `.` and `->` stay."""
    words = {
        name: f"{generator.choice('bcdfghjklmnpqrstv')}{generator.choice('aeiou')}{generator.randrange(1000, 9999)}q"
        for name in sorted(names - keep)
    }
    output, before = [], ""
    for match in TOKEN.finditer(text):
        token = match.group()
        if token.startswith(("//", "/*")):
            continue
        output.append(token if before in (".", ">") and output[-1:] == [before] else words.get(token, token))
        before = token if token.strip() else before
    return "".join(output)


def resized(text: str, generator: random.Random) -> str:
    """The text with other values for its free sizes."""
    for name, values in FREE_SIZES.items():
        value = generator.choice(values)
        text = re.sub(rf"(#define\s+{name}\s+|constexpr int {name} = )\d+", rf"\g<1>{value}", text)
    return text


def variant(operator: str, platform: str, folder: Path, seed: int) -> Path:
    """Writes the changed source of one operator; its path."""
    source = OPERATORS[operator].source(platform)
    generator = random.Random(f"{seed} {operator} {platform}")
    text = source.read_text()
    if (operator, platform) not in FIXED and platform != "bang":
        text = resized(text, generator)
    changed = folder / f"{operator}_{platform}{source.suffix}"
    changed.write_text(text)
    names = declared_names(changed, platform)
    changed.write_text(renamed(text, names, {f"{operator}_kernel"}, generator))
    return changed


def check(job: tuple[str, str, str, str]) -> Cell:
    """One direction of one changed kernel."""
    operator, source, target, path = job

    class Moved:
        """The operator with its source elsewhere."""

        def __init__(self) -> None:
            self.row = OPERATORS[operator]

        def __getattr__(self, name: str):
            return getattr(self.row, name)

        def source(self, _: str) -> Path:
            return Path(path)

    original = OPERATORS[operator]
    OPERATORS[operator] = Moved()  # type: ignore[assignment]
    try:
        return accuracy.check(operator, source, target, 1, "")
    finally:
        OPERATORS[operator] = original


def main() -> int:
    """Prints the table of the changed corpus, and what differs from the unchanged one where that is given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--operators", default=",".join(OPERATORS))
    parser.add_argument("--from", dest="sources", default=",".join(PLATFORMS))
    parser.add_argument("--to", dest="targets", default=",".join(PLATFORMS))
    parser.add_argument("--against", default="", help="JSON of benchmarks/accuracy.py to compare with")
    parser.add_argument("--json", default="")
    options = parser.parse_args()
    cells = []
    with tempfile.TemporaryDirectory(prefix="xpiler-metamorphic-") as name:
        for operator in options.operators.split(","):
            for source in options.sources.split(","):
                path = str(variant(operator, source, Path(name), options.seed))
                cells += [check((operator, source, target, path)) for target in options.targets.split(",") if target != source]
    print(table(cells))
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(c) for c in cells], indent=2) + "\n")
    return _compare(cells, options.against) if options.against else 0 if all(c.stage == "ok" for c in cells) else 1


def _compare(cells: list[Cell], path: str) -> int:
    before = {(c["operator"], c["source"], c["target"]): c["stage"] for c in json.loads(Path(path).read_text())}
    different = [c for c in cells if before.get((c.operator, c.source, c.target), c.stage) != c.stage]
    for cell in different:
        stage = before[(cell.operator, cell.source, cell.target)]
        print(f"{cell.operator} {cell.source} to {cell.target}: {stage} became {cell.stage}: {cell.message}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
