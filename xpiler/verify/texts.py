"""`verify` on two files: read both, prove, and replay what the proof stumbles over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from xpiler.platforms.names import DEFAULT_ARCH, platform_of
from xpiler.verify import signature
from xpiler.verify.differential import Text
from xpiler.verify.replay import Replay
from xpiler.verify.validator import Limits, validate
from xpiler.verify.verdict import Answer, Verdict


@dataclass(frozen=True)
class VerifyOptions:
    """How to read both files and what to spend."""

    sizes: dict[str, int]
    platforms: tuple[str, str] = ("", "")
    archs: tuple[str, str] = ("", "")
    include_dirs: tuple[Path, ...] = ()
    defines: tuple[str, ...] = ()
    seconds: float = 60.0
    run: bool = True


def verify_files(source: str, target: str, options: VerifyOptions) -> Answer:
    """The verdict on `target` as a translation of `source`. Raises XpilerError where a file cannot be read."""
    from xpiler import frontend
    from xpiler.translation import read_text

    texts, modules = [], []
    for path, platform, arch in zip((source, target), options.platforms, options.archs, strict=True):
        platform = platform or platform_of(path, read_text(path))
        text = Text(Path(path), platform, arch or DEFAULT_ARCH[platform], options.include_dirs)
        reading = frontend.ReadOptions(arch=text.arch, include_dirs=options.include_dirs, defines=options.defines)
        texts.append(text)
        modules.append(frontend.read(text.path, platform, reading))
    function = signature.host_launcher(modules[0])
    replay = Replay(*texts, function, options.sizes) if function is not None and options.run else None
    answer = validate(*modules, options.sizes, replay or (lambda: None), Limits(options.seconds))
    return _run_once(answer, replay) if replay is not None and answer.verdict is Verdict.PROVED else answer


def _run_once(answer: Answer, replay: Replay) -> Answer:
    """A proved output is run as well: what floats do that reals do not demotes it."""
    witness = replay()
    if witness:
        return replace(answer, verdict=Verdict.UNSUPPORTED, reason=f"equal over the reals, but a run differs: {witness}")
    return answer
