"""lit's configuration: `lit test`; tools come from the installed wheels, none from PATH."""

import importlib.util
import shutil
import sys
from pathlib import Path

import lit.formats

config.name = "xpiler"
config.test_format = lit.formats.ShTest()
config.suffixes = [".mlir", ".test"]
config.excludes = ["unit", "Output"]
config.test_source_root = str(Path(__file__).parent)
config.test_exec_root = str(Path(__file__).parent.parent / "build" / "test")


def wheel_bin(package):
    """The `bin` folder of an installed wheel; None where the wheel is not there."""
    spec = importlib.util.find_spec(package)
    folders = list(spec.submodule_search_locations) if spec else []
    return next((Path(folder) / "bin" for folder in folders if (Path(folder) / "bin").is_dir()), None)


def tool(package, name):
    """A tool's path, from its wheel or else from PATH."""
    folder = wheel_bin(package)
    return str(folder / name) if folder and (folder / name).exists() else shutil.which(name) or name


python = f"{sys.executable} -I"  # not from the current folder: the installed package, not the source tree
native = importlib.util.find_spec("xpiler._mlir_libs._xpiler")
plugin = Path(native.origin).parent / "libXpilerDialects.so"
config.substitutions += [
    ("%xpiler-opt", f"{python} -m xpiler.tools.xpiler_opt"),
    ("%xpiler-translate", f"{python} -m xpiler.tools.xpiler_translate"),
    ("%xpiler", f"{python} -m xpiler.tools.xpiler"),
    ("%mlir-opt-plugin", f"{tool('mlir', 'mlir-opt')} --load-dialect-plugin={plugin} --load-pass-plugin={plugin}"),
    ("%mlir-opt", tool("mlir", "mlir-opt")),
    ("%FileCheck", f"{tool('llvm', 'FileCheck')} --enable-var-scope"),
    ("%not", tool("llvm", "not")),
    ("%split-file", tool("llvm", "split-file")),
    ("%python", python),
    ("%kernels", str(Path(__file__).parent.parent / "kernels")),
]
config.environment["XPILER_OPT"] = str(Path(sys.executable).parent / "xpiler-opt")  # what the pass plugin runs
if Path(tool("mlir", "mlir-opt")).exists():
    config.available_features.add("mlir-opt")
