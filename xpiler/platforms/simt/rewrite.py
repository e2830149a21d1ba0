"""From a user's file to C++: launches, `__shared__` declarations, entries for callers from outside, local includes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from xpiler.diagnostics import InvalidInput, Place
from xpiler.platforms.simt.allocation_names import name_allocations
from xpiler.platforms.simt.barrier_sites import mark_barrier_sites
from xpiler.platforms.simt.device_variables import mark_device_variables
from xpiler.platforms.simt.early_returns import mark_early_returns
from xpiler.platforms.simt.inline_assembly import rewrite_assembly
from xpiler.platforms.simt.kernels import Kernel, find_kernels
from xpiler.platforms.simt.launches import rewrite_instances, rewrite_launches
from xpiler.platforms.simt.shared_declarations import rewrite_shared
from xpiler.platforms.simt.tokens import Token, tokenise
from xpiler.platforms.simt.vector_attributes import rewrite_vector_attributes

_INCLUDE = re.compile(r'^([ \t]*#[ \t]*include[ \t]*)"([^"\n]+)"', re.MULTILINE)
# Words g++ reads otherwise than the platforms' compilers; macros would break the standard library's own use of them.
_WORDS = {"__noinline__": "__attribute__((noinline))", "__inline__": "inline"}
# Words by which blocks may talk to each other unseen by a runtime without checks.
_TALK = re.compile(r"volatile$|__atomic_|__sync_|__scoped_atomic|atomic(_ref|_flag)?$|asm$|__asm__$")
# Words of accesses in which a thread may look for what another one is to do; `asm volatile` is none.
_POLL = re.compile(r"volatile$|__atomic_|__scoped_atomic|atomic(_ref|_flag)?$")


@dataclass
class Rewriter:
    """Rewrites a file and the local headers it includes into `folder`."""

    folder: Path
    include_dirs: tuple[Path, ...] = ()
    kernels: list[Kernel] = field(default_factory=list)
    done: dict[Path, Path] = field(default_factory=dict)
    blocks_talk: bool = False
    polls: bool = False

    def rewrite_file(self, source: Path) -> Path:
        """The rewritten copy of `source`, with an entry for every kernel."""
        text = self._rewritten(source)
        target = self.folder / f"{source.stem}.simt.cpp"
        target.write_text(text + "\n" + kernel_entries(self.kernels))
        return target

    def _rewritten(self, source: Path) -> str:
        text = _read(source)
        text = _INCLUDE.sub(lambda match: self._include(match, source), text)
        tokens = tokenise(text)
        self.blocks_talk |= any(token.kind == "word" and _TALK.match(token.text) for token in tokens)
        self.polls |= _polls(tokens)
        self.kernels += find_kernels(tokens)
        mark_device_variables(tokens)
        name_allocations(tokens)
        rewrite_shared(tokens, str(source))
        rewrite_instances(tokens, self.kernels)
        rewrite_launches(tokens, self.kernels, str(source))
        rewrite_vector_attributes(tokens, str(source))
        mark_barrier_sites(tokens)
        mark_early_returns(tokens)
        rewrite_assembly(tokens, str(source))
        _replace_words(tokens)
        return f'#line 1 "{source}"\n' + "".join(token.text for token in tokens)

    def _include(self, match: re.Match[str], source: Path) -> str:
        """A header beside the file or in an include directory is rewritten too; any other is left to the compiler."""
        for folder in (source.parent, *self.include_dirs):
            header = (folder / match.group(2)).resolve()
            if header.is_file():
                return f'{match.group(1)}"{self._header(header)}"'
        return match.group(0)

    def _header(self, header: Path) -> Path:
        if header not in self.done:
            target = self.folder / f"{len(self.done)}_{header.name}"
            self.done[header] = target
            # `#pragma once` would be judged by the copy, which is the same file each time.
            target.write_text(self._rewritten(header))
        return self.done[header]


def _read(source: Path) -> str:
    try:
        return source.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"cannot read the file: {error}", Place(str(source))) from error


def _polls(tokens: list[Token]) -> bool:
    words = [token.text for token in tokens if token.kind == "word"]
    return any(_POLL.match(word) and before not in ("asm", "__asm__") for before, word in zip(["", *words], words, strict=False))


def _replace_words(tokens: list[Token]) -> None:
    for token in tokens:
        if token.kind == "word" and token.text in _WORDS:
            token.text = _WORDS[token.text]


def kernel_entries(kernels: list[Kernel]) -> str:
    """A C function for each kernel that takes the launch's shape and pointers to the arguments."""
    entries, seen = [], set()
    for kernel in kernels:
        if kernel.template or kernel.name in seen:
            continue
        seen.add(kernel.name)
        cast = f"static_cast<void (*)({_without_defaults(kernel.parameters)})>(&{kernel.qualified})"
        opening = f"namespace {kernel.scope[:-2]} {{ " if kernel.scope else ""
        entries.append(
            f'{opening}extern "C" __attribute__((visibility("default"))) int xpiler_sim_launch_{kernel.name}'
            f"(unsigned *grid, unsigned *block, unsigned shared_bytes, void **arguments) {{ "
            f'return ::xpiler_simt::packed_entry("{kernel.name}", grid, block, shared_bytes, {cast}, arguments); }} '
            f"static const bool xpiler_sim_registered_{kernel.name} = ::xpiler_simt::register_kernel("
            f"reinterpret_cast<const void *>({cast}), &xpiler_sim_launch_{kernel.name});" + (" }" if opening else "")
        )
    return "\n".join(entries) + "\n"


def _without_defaults(parameters: str) -> str:
    """A parameter list without `= value`, on one line."""
    kept, depth, skipping = [], 0, False
    for token in tokenise(parameters):
        text = token.text
        depth += (text in "([{<") - (text in ")]}>") if len(text) == 1 else 0
        if text == "," and depth == 0:
            skipping = False
        elif text == "=" and depth == 0:
            skipping = True
        if not skipping and token.kind != "comment":
            kept.append(" " if token.kind == "newline" else text)
    return "".join(kept)
