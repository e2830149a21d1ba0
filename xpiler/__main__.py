"""`python -m xpiler` is the `xpiler` command."""

from xpiler.tools.xpiler import main

main()
