"""The command-line tools: xpiler, xpiler-opt, xpiler-translate."""
