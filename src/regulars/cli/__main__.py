"""``python -m regulars.cli``: the command line where the script `regulars` is not on the path."""

from __future__ import annotations

from regulars.cli import main

main()
