"""From the text of a reply to a proposal: a JSON object by the schema, or plain text with one block of MLIR."""

from __future__ import annotations

import json
import re

from xpiler.diagnostics import InvalidInput
from xpiler.propose.proposal import Kind, Proposal

LONGEST = 500_000  # characters
_BLOCK = re.compile(r"```(?:mlir)?[ \t]*\n(.*?)```", re.DOTALL)


def proposal_of(text: str, origin: str, version: str) -> Proposal:
    """The proposal in a reply. Raises InvalidInput, in words that the model can use, where there is none."""
    if len(text) > LONGEST:
        raise InvalidInput(f"the reply has {len(text)} characters; at most {LONGEST} are read")
    kind, mlir = _from_json(text) if text.lstrip().startswith("{") else _from_block(text)
    if not mlir.strip():
        raise InvalidInput("the reply holds no MLIR")
    return Proposal(kind, mlir, origin, version)


def _from_json(text: str) -> tuple[Kind, str]:
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        raise InvalidInput(f"the reply is not valid JSON: {reason}") from None
    if not isinstance(found, dict) or not isinstance(found.get("mlir"), str):
        raise InvalidInput("the reply does not follow the schema: expected an object with the string 'mlir'")
    try:
        return Kind(found.get("kind")), found["mlir"]
    except ValueError:
        raise InvalidInput(f"the reply's kind is none of {', '.join(k.value for k in Kind)}") from None


def _from_block(text: str) -> tuple[Kind, str]:
    blocks = _BLOCK.findall(text)
    if not blocks:
        raise InvalidInput("the reply holds neither JSON nor a block of MLIR")
    return _kind_of(blocks[0]), blocks[0]


def _kind_of(mlir: str) -> Kind:
    """What a block without a label is, by the words that only one kind has."""
    if "pdl.pattern" in mlir or "@before" in mlir:
        return Kind.PATTERN
    return Kind.PROGRAM if "func.func" in mlir and "xpiler.schedule" not in mlir else Kind.SCHEDULE
