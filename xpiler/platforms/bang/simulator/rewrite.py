"""BANG C to C++17: the few constructs a C++ compiler does not know, rewritten on preprocessed text.

Memory-space declarations, `<<<dim, type, queue>>>` launches, kernel attributes and one-word assembly syncs. Every edit keeps the
number of lines, so that compiler messages and the simulator's findings show the user's lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from xpiler.diagnostics import InvalidInput

from . import declarations
from .tokens import adjacent, angle_opening, closing, opening, tokenize

_KERNEL = ("__mlu_entry__", "__mlu_global__")
_HERE = "{__builtin_FILE(), __builtin_LINE()}"


@dataclass
class Kernel:
    """A `__mlu_global__` function found in the file."""

    name: str
    namespaces: tuple[str, ...]
    is_template: bool
    has_body: bool
    parameters: str = ""  # as written, in parentheses


@dataclass
class Rewritten:
    """The C++ text and what was seen on the way."""

    text: str
    kernels: list[Kernel] = field(default_factory=list)
    uses_sram: bool = False


@dataclass(frozen=True)
class Edit:
    start: int
    end: int
    text: str


class Rewriter:
    """One pass over the tokens; `edits` are applied at the end."""

    def __init__(self, text: str):
        self.text = text
        self.tokens = tokenize(text)
        self.edits: list[Edit] = []
        self.kernels: list[Kernel] = []
        self.uses_sram = False
        self.scopes: list[str | None] = []  # a namespace's name, "" for extern "C", None for any other block
        self.parentheses = 0

    def run(self) -> Rewritten:
        """Rewrites the whole text and adds the entry points of its kernels."""
        i = 0
        while i < len(self.tokens):
            i = self._step(i)
        return Rewritten(self._apply() + self._entry_points(), self.kernels, self.uses_sram)

    def _step(self, i: int) -> int:
        token = self.tokens[i]
        if token.kind == "punctuation":
            self._track(i)
            if token.text == "<" and adjacent(self.tokens, i, "<<<"):
                return self._launch(i)
        elif token.text in _KERNEL:
            self._kernel(i)
        elif token.text in declarations.SPACES:
            return self._space(i)
        elif token.text in ("asm", "__asm__", "__asm"):
            return self._assembly(i)
        elif token.text == "cnrtMalloc" and self.scopes and self.tokens[i + 1].text == "(":
            return self._allocation(i)
        return i + 1

    def _track(self, i: int) -> None:
        text = self.tokens[i].text
        if text == "(":
            self.parentheses += 1
        elif text == ")":
            self.parentheses -= 1
        elif text == "{":
            self.scopes.append(self._scope_name(i))
        elif text == "}" and self.scopes:
            self.scopes.pop()

    def _scope_name(self, i: int) -> str | None:
        before = [token.text for token in self.tokens[max(0, i - 3) : i]]
        if before[-1:] == ["namespace"] or before[-2:-1] == ["namespace"]:
            return "" if before[-1] == "namespace" else before[-1]
        if before[-2:-1] == ["extern"] or before[-1:] == ["extern"]:
            return ""
        return None

    def _replace(self, first: int, last: int, text: str) -> None:
        """Replaces tokens first..last, keeping the lines of what follows: newlines, or the last line marker between them."""
        end = self.tokens[last].end
        markers = [token for token in self.tokens[first : last + 1] if token.kind == "directive"]
        tail = "\n" + markers[-1].text if markers else ""
        counted_from = markers[-1].end if markers else self.tokens[first].start
        self.edits.append(Edit(self.tokens[first].start, end, text + tail + "\n" * self.text.count("\n", counted_from, end)))

    def _statement_start(self, i: int) -> int:
        while i > 0 and self.tokens[i - 1].text not in (";", "{", "}", ":") and self.tokens[i - 1].kind != "directive":
            i -= 1
        return i

    def _statement_end(self, i: int) -> int:
        while i < len(self.tokens) and self.tokens[i].text != ";":
            i = closing(self.tokens, i) + 1 if self.tokens[i].text in ("(", "[", "{") else i + 1
        return min(i, len(self.tokens) - 1)

    def _space(self, i: int) -> int:
        """A memory-space qualifier: of a parameter or cast it is dropped, a declaration is placed."""
        if self.tokens[i].text == "__mlu_shared__":
            self.uses_sram = True
        first, last = self._statement_start(i), self._statement_end(i)
        declaration = declarations.parse(self.tokens[first:last]) if self.parentheses == 0 else None
        if declaration is None:
            self._replace(i, i, "")
            return i + 1
        at_file_scope = all(scope is not None for scope in self.scopes)
        self._replace(first, last, declarations.render(declaration, at_file_scope=at_file_scope))
        return last + 1

    def _kernel(self, i: int) -> None:
        """A kernel gets C++ linkage, so that one may be called `sin` or `select`; its launchers keep theirs."""
        tokens = self.tokens
        start = self._statement_start(i)
        named_c = next((k for k in range(start, i) if tokens[k].text == "extern" and tokens[k + 1].text == '"C"'), None)
        if named_c is not None:
            self._replace(named_c, named_c + 1, "")
        is_template = any(token.text == "template" for token in tokens[start:i])
        self._replace(i, i, 'extern "C++"' if "" in self.scopes and not is_template and i == start else "")
        j = self._declared_function(i + 1)
        if j is None:
            return
        end = closing(tokens, j + 1)
        has_body = end + 1 < len(tokens) and tokens[end + 1].text == "{"
        if has_body:
            self.edits.append(Edit(tokens[end + 1].end, tokens[end + 1].end, " ::xpiler_sim::begin_kernel();"))
        parameters = " ".join(declarations.spell(tokens[j + 1 : end + 1]).split())
        namespaces = tuple(scope for scope in self.scopes if scope)
        self.kernels.append(Kernel(tokens[j].text, namespaces, is_template, has_body, parameters))

    def _declared_function(self, i: int) -> int | None:
        """Index of the name that is declared as a function from token `i` on."""
        tokens = self.tokens
        while i + 1 < len(tokens):
            if tokens[i].text in ("__attribute__", "__launch_bounds__"):
                i = closing(tokens, i + 1)
            elif tokens[i].kind == "name" and tokens[i + 1].text == "(":
                return i
            i += 1
        return None

    def _launch(self, i: int) -> int:
        """`name<T><<<dim, type, queue>>>(arguments)`."""
        tokens = self.tokens
        first = self._callee_start(i - 1)
        close = i + 3
        while close < len(tokens) and not adjacent(tokens, close, ">>>"):
            close = closing(tokens, close) + 1 if tokens[close].text in ("(", "[", "{") else close + 1
        if close >= len(tokens) or tokens[close + 3].text != "(":
            raise InvalidInput("a launch needs '>>>' and its arguments")
        end = closing(tokens, close + 3)
        callee, configuration, arguments = (declarations.spell(tokens[a:b]) for a, b in ((first, i), (i + 3, close), (close + 3, end + 1)))
        name = callee.split("<")[0].replace(" ", "")
        self._replace(first, end, f'::xpiler_sim::Launch("{name}", {_HERE}, {configuration}).run([&] {{ {callee}{arguments}; }})')
        return end + 1

    def _callee_start(self, i: int) -> int:
        tokens = self.tokens
        if tokens[i].text == ">":
            i = angle_opening(tokens, i) - 1
        elif tokens[i].text == ")":
            return opening(tokens, i)
        while i >= 2 and tokens[i - 1].text == "::":
            i -= 2
        return i

    def _allocation(self, i: int) -> int:
        """`cnrtMalloc((void **)&dA, n)` tells the runtime what the program calls this memory."""
        end, depth, name = closing(self.tokens, i + 1), 0, ""
        for token in self.tokens[i + 2 : end]:
            depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
            if token.text == "," and depth == 0:
                break
            if token.kind == "name" and token.text != "void":
                name = token.text
        call = f'(::xpiler_sim::name_next_allocation("{name}"), cnrtMalloc' if name else "cnrtMalloc"
        self._replace(i, i, call)
        if name:
            self.edits.append(Edit(self.tokens[end].end, self.tokens[end].end, ")"))
        return i + 1

    def _assembly(self, i: int) -> int:
        """One-word assembly is a sync of the whole core; other device assembly has no meaning here."""
        j = i + 1
        while self.tokens[j].text in ("volatile", "__volatile__"):
            j += 1
        if self.tokens[j].text != "(":
            return i + 1
        end = closing(self.tokens, j)
        words = "".join(token.text.strip('"') for token in self.tokens[j + 1 : end] if token.kind == "string")
        if words.replace("\\n", "").replace("\\t", "").strip(" ;") == "sync":
            self._replace(i, end, "__sync()")
        return end + 1

    def _apply(self) -> str:
        pieces, position = [], 0
        for edit in sorted(self.edits, key=lambda edit: edit.start):
            pieces += [self.text[position : edit.start], edit.text]
            position = edit.end
        return "".join(pieces) + self.text[position:]

    def _entry_points(self) -> str:
        """`xpiler_sim_launch_<kernel>` for each kernel that is neither a template nor overloaded."""
        lines = ["\n"]
        for kernel in {kernel.name: kernel for kernel in self.kernels}.values():
            same = [other for other in self.kernels if other.name == kernel.name]
            if any(other.is_template for other in same) or sum(other.has_body for other in same) != 1:
                continue
            path = "&" + "::".join(("", *kernel.namespaces, kernel.name))
            if not kernel.namespaces:  # the name may be overloaded by a library function
                path = f"static_cast<void (*){kernel.parameters}>({path})"
            lines.append(
                f'extern "C" int xpiler_sim_launch_{kernel.name}(unsigned *dim, unsigned type, unsigned, void **arguments) '
                f'{{ return ::xpiler_sim::launch_packed("{kernel.name}", {_HERE}, {path}, dim, type, arguments); }}\n'
            )
        return "".join(lines)


def rewrite(text: str) -> Rewritten:
    """Preprocessed BANG C as C++17 over the simulator's headers."""
    return Rewriter(text).run()
