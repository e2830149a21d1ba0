"""Makes the skeleton of a platform in a source tree: files from `tree/`, and a row in each table of docs/adding-a-platform.md.

python docs/platform-skeleton/make.py neon --suffix neon --arch armv9
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path

TREE = Path(__file__).resolve().parent / "tree"


@dataclass(frozen=True)
class Platform:
    """A name (a C identifier), the suffix of its source files, and its default architecture."""

    name: str
    suffix: str
    arch: str

    def filled(self, text: str) -> str:
        """Text with its placeholders filled."""
        words = {"name": self.name, "Name": self.name.capitalize(), "NAME": self.name.upper(), "suffix": self.suffix, "arch": self.arch}
        return re.sub(r"@(name|Name|NAME|suffix|arch)@", lambda match: words[match[1]], text)


# (file, what stands before the list, its closing bracket, the new entry): each is one row of one table.
ROWS = (
    ("xpiler/platforms/names.py", "PLATFORMS = (", ")", '"@name@"'),
    ("xpiler/platforms/names.py", "SUFFIXES = {", "}", '".@suffix@": "@name@"'),
    ("xpiler/platforms/names.py", "HOST_PLATFORMS = (", ")", '"@name@"'),
    ("xpiler/platforms/names.py", "DEFAULT_ARCH = {", "}", '"@name@": "@arch@"'),
    ("xpiler/platforms/names.py", "OUTPUT_SUFFIX = {", "}", '"@name@": ".@suffix@"'),
    ("xpiler/frontend/__init__.py", "PLUGINS = {", "}", '"@name@": "xpiler.frontend.@name@"'),
    ("xpiler/raising/raise_module.py", "RAISERS = {", "}", '"@name@": "xpiler.raising.@name@"'),
    ("lowering/lowering.py", "CONVERSIONS = {", "}", '"@name@": "xpiler.lowering.@name@.shared_to_@name@"'),
    ("lowering/emission.py", "LANGUAGES = {", "}", '"@name@": "xpiler.lowering.@name@.language:@Name@Language"'),
    ("lowering/schedule.py", "DEFAULT = {", "}", '"@name@": ""'),
    ("dialects/__init__.py", "NAMES = (", ")", '"@name@"'),
    ("dialects/semantics.py", "FILES = {", "}", '"@name@": "@name@"'),
    ("dialects/words.py", "ENUMS = {", "}", '"@name@": ("binary_kind",)'),
    ("docs/generate.py", "DIALECTS = {", "}", '"@name@": "@Name@Ops"'),
    ("dialects/xpiler/XpilerDialect.cpp", "known = {", "}", '"@name@"'),
    ("dialects/bindings/Dialects.cpp", "registry.insert<", ">", "@name@::@Name@Dialect"),
)
# (file, the text that comes before, the new text).
LINES = (
    ("dialects/bindings/Dialects.cpp", '#include "hip/HipDialect.h"\n', '#include "@name@/@Name@Dialect.h"\n'),
    (
        "dialects/CMakeLists.txt",
        "SOURCES vnni/VnniDialect.cpp)\n",
        "xpiler_dialect(@Name@ @Name@Ops NAMESPACE @name@ SOURCES @name@/@Name@Dialect.cpp)\n",
    ),
    ("dialects/CMakeLists.txt", "set(XPILER_DIALECTS Xpiler", " @Name@"),
    ("dialects/cmake/Package.cmake", "foreach(name simt", " @name@"),
)


def main() -> int:
    """Writes the skeleton; exit code 2 where the name will not do."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("name", help="the platform's name: lower case letters and digits")
    parser.add_argument("--suffix", required=True, help="the suffix of its source files, without a dot")
    parser.add_argument("--arch", required=True, help="its default architecture")
    parser.add_argument("--root", type=Path, default=TREE.parents[2], help="the source tree (this one)")
    arguments = parser.parse_args()
    if not re.fullmatch(r"[a-z][a-z0-9]*", arguments.name) or (arguments.root / "dialects" / arguments.name).exists():
        parser.error(f"'{arguments.name}' is no name for a new platform")
    platform = Platform(arguments.name, arguments.suffix, arguments.arch)
    written = [*write_files(platform, arguments.root), *add_rows(platform, arguments.root)]
    print("\n".join(dict.fromkeys(written)))
    return 0


def write_files(platform: Platform, root: Path) -> list[str]:
    """Every file of `tree/`, its name and content filled; the paths written."""
    written = []
    for template in sorted(path for path in TREE.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        relative = platform.filled(str(template.relative_to(TREE)))
        (root / relative).parent.mkdir(parents=True, exist_ok=True)
        (root / relative).write_text(platform.filled(template.read_text()))
        written.append(relative)
    return written


def add_rows(platform: Platform, root: Path) -> list[str]:
    """A row in every table; the paths changed."""
    for file, opening, closing, entry in ROWS:
        edit(root / file, lambda text, o=opening, c=closing, e=entry: with_row(text, o, c, platform.filled(e)))
    for file, before, new in LINES:
        edit(root / file, lambda text, b=before, n=new: text.replace(b, b + platform.filled(n), 1))
    return [file for file, *_ in (*ROWS, *LINES)]


def edit(path: Path, change) -> None:
    """Rewrites a file; RuntimeError where the change finds nothing to change."""
    text = path.read_text()
    changed = change(text)
    if changed == text:
        raise RuntimeError(f"{path}: the table that a platform is added to has moved; docs/platform-skeleton/make.py must follow")
    path.write_text(changed)


def with_row(text: str, opening: str, closing: str, entry: str) -> str:
    """The text with an entry at the end of the list that starts with `opening`."""
    start = text.find(opening)
    if start < 0:
        return text
    depth, end = 1, start + len(opening)
    while depth:
        depth += (text[end] == opening[-1]) - (text[end] == closing)
        end += 1
    inside = text[start + len(opening) : end - 1].rstrip()
    comma = "" if inside.endswith(",") else ","
    return text[: start + len(opening)] + inside + f"{comma} {entry}" + text[end - 1 :]


if __name__ == "__main__":
    sys.exit(main())
