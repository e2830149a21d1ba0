"""`translate --report` where a model's proposal replaced the rules' output: what the text is made of, not what it would have been."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from xpiler import frontend
from xpiler.explanation.statements import Statements
from xpiler.explanation.text import explained
from xpiler.options import TranslateOptions
from xpiler.platforms.names import DEFAULT_ARCH, OUTPUT_SUFFIX
from xpiler.translation import Modules, Translation, translate_with_modules


def explanation(result: Translation, options: TranslateOptions) -> str:
    """The report on an improved translation: by its schedule again, or, of a program, by reading its text."""
    with tempfile.TemporaryDirectory(prefix="xpiler-report-") as folder:
        schedule = Path(folder) / "schedule.txt"
        schedule.write_text(result.schedule)
        statements = Statements(options.to)
        again = replace(options, verify="none", schedule=schedule if result.schedule else options.schedule)
        _, modules = translate_with_modules(result.source, again, statements)
        if not result.schedule:
            statements, modules = Statements(options.to), _as_written(result, options, modules, Path(folder))
    return explained(result, modules, statements)


def _as_written(result: Translation, options: TranslateOptions, modules: Modules, folder: Path) -> Modules:
    """The modules with the output that the text is."""
    file = folder / f"output{OUTPUT_SUFFIX[options.to]}"
    file.write_text(result.text)
    arch = options.target_arch or DEFAULT_ARCH[options.to]
    return replace(modules, output=frontend.read(file, options.to, frontend.ReadOptions(arch=arch), modules.shared.context))
