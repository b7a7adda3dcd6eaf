"""``python -m yikatong.site`` is the command line ``yikatong``."""

from .commands import main

main()
