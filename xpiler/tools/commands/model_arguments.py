"""The `--llm*` options: where the language model is, what may be spent, where its replies are logged or come from."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xpiler.propose.llm.session import LlmOptions


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of every command that may ask a language model; the key comes from the environment alone."""
    group = parser.add_argument_group(
        "language model", "off unless --llm or --llm-replay is given; the key is read from XPILER_LLM_API_KEY"
    )
    group.add_argument("--llm", action="store_true", help="let a language model propose; what it proposes counts only when it is proved")
    group.add_argument("--llm-base-url", default="", metavar="URL", help="any OpenAI-compatible endpoint (or XPILER_LLM_BASE_URL)")
    group.add_argument("--llm-model", default="", metavar="NAME", help="the model's name there (or XPILER_LLM_MODEL)")
    group.add_argument("--llm-log", default="", metavar="FILE", help="append every exchange and verdict to this file")
    group.add_argument("--llm-replay", default="", metavar="FILE", help="answer from such a log instead of an endpoint")
    group.add_argument("--llm-proposals", type=int, default=16, metavar="N", help="how many proposals to try (default 16)")
    group.add_argument(
        "--llm-prompts", type=lambda text: tuple(text.split(",")), default=(), metavar="NAME,...", help="the tasks asked for, in order"
    )
    group.add_argument("--llm-concurrency", type=int, default=1, metavar="N", help="how many prompts to ask at the same time (default 1)")
    group.add_argument("--llm-tokens", type=int, default=200_000, metavar="N", help="tokens to spend in all")
    group.add_argument("--llm-usd", type=float, default=1.0, metavar="USD", help="money to spend in all, by the two prices")
    group.add_argument("--llm-seconds", type=float, default=300.0, metavar="S", help="time for all requests together")
    group.add_argument("--llm-call-tokens", type=int, default=4_096, metavar="N", help="tokens of one reply")
    group.add_argument("--llm-call-usd", type=float, default=1.0, metavar="USD", help="money for one request")
    group.add_argument("--llm-call-seconds", type=float, default=60.0, metavar="S", help="time for one request")
    group.add_argument("--llm-input-price", type=float, default=0.0, metavar="USD", help="of a million tokens sent")
    group.add_argument("--llm-output-price", type=float, default=0.0, metavar="USD", help="of a million tokens received")


def model_options(arguments: argparse.Namespace) -> LlmOptions:
    """What the command line says about the model."""
    from xpiler.propose.llm.session import LlmOptions
    from xpiler.propose.llm.settings import Limits

    return LlmOptions(
        base_url=arguments.llm_base_url,
        model=arguments.llm_model,
        log=arguments.llm_log,
        replay=arguments.llm_replay,
        proposals=arguments.llm_proposals,
        prompts=arguments.llm_prompts,
        limits=Limits(
            tokens=arguments.llm_tokens,
            usd=arguments.llm_usd,
            seconds=arguments.llm_seconds,
            call_tokens=arguments.llm_call_tokens,
            call_usd=arguments.llm_call_usd,
            call_seconds=arguments.llm_call_seconds,
            concurrency=arguments.llm_concurrency,
        ),
        input_price=arguments.llm_input_price,
        output_price=arguments.llm_output_price,
    )
