"""Prompts are files under `prompts/<task>/<role>.md`: front matter, a section for the system's message, one for the user's.

    ---
    version: 1
    reply: schedule
    facts: loop split tile nram        (words that the target's facts are retrieved by)
    facts_tokens: 500
    ---
    # system
    ...
    # user
    ... {{shared}} ...

What comes from a user's file enters only through `{{name}}`, once: a value that holds `{{other}}` is not expanded again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from xpiler.diagnostics import InvalidInput, Place
from xpiler.propose.llm.request import Request

_FORM = re.compile(r"\A---\n(?P<front>.*?)\n---\n# system\n(?P<system>.*?)\n# user\n(?P<user>.*)\Z", re.DOTALL)
_SLOT = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True)
class Prompt:
    """A prompt file: its name (`tensorize/propose`), front matter and two texts with slots."""

    name: str
    front: Mapping[str, str]
    system: str
    user: str

    @property
    def version(self) -> str:
        """Counts the changes of the file's meaning; part of every record."""
        return self.front["version"]

    def slots(self) -> set[str]:
        """The names of what the texts want filled in."""
        return set(_SLOT.findall(self.system + self.user))

    def filled(self, values: Mapping[str, str]) -> Request:
        """The request with every slot filled. Raises InvalidInput for a slot nobody fills."""
        missing = sorted(self.slots() - set(values))
        if missing:
            raise InvalidInput(f"the prompt '{self.name}' wants '{missing[0]}', which nobody gives")
        system, user = (_SLOT.sub(lambda match: values[match[1]], text).strip() for text in (self.system, self.user))
        return Request(self.name, self.version, system, user)


def load(name: str) -> Prompt:
    """The prompt of a name. Raises InvalidInput where the file is not there or has not the form."""
    task, _, role = name.partition("/")
    file = resources.files("xpiler") / "prompts" / task / f"{role}.md"
    try:
        return parsed(name, file.read_text(encoding="utf-8"))
    except OSError:
        raise InvalidInput(f"there is no prompt '{name}'", Place(f"prompts/{name}.md")) from None


def parsed(name: str, text: str) -> Prompt:
    """A prompt from its file's text."""
    match = _FORM.match(text)
    front = dict(_pairs(match["front"])) if match else {}
    if "version" not in front:
        raise InvalidInput(
            "a prompt has a version in its front matter, and the sections '# system' and '# user'", Place(f"prompts/{name}.md")
        )
    return Prompt(name, front, match["system"], match["user"])


def _pairs(front: str) -> list[tuple[str, str]]:
    return [(key.strip(), value.strip()) for key, _, value in (line.partition(":") for line in front.splitlines()) if key.strip()]
