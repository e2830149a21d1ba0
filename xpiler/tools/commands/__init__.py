"""The subcommands of `xpiler`, one module each: `add_arguments(parser)` and `execute(arguments) -> exit code`."""
