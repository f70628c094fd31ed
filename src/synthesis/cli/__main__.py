"""``python -m synthesis.cli``."""

from synthesis.cli.main import main

main()
