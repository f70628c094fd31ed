"""The command line: the same verbs as the pipelines and the app, on the same actions."""

from synthesis.cli.main import app, main

__all__ = ["app", "main"]
