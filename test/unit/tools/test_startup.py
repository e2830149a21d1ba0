"""The command line answers at once: nothing heavy is imported before there is work."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("mlir", "clang", "z3", "islpy", "numpy", "xpiler.frontend", "xpiler.lowering")


def test_the_parser_imports_nothing_heavy():
    code = f"""
import sys
from xpiler.tools.xpiler import parser
parser().parse_args(["translate", "a.cu", "--to", "bang"])
print([name for name in {HEAVY} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_rooms_are_imported_by_one_name():
    code = "import sys, xpiler.frontend, xpiler.raising, xpiler.lowering; print({'lowering', 'dialects', 'prompts'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
