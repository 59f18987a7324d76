"""One module a subcommand: `arguments(parser)` says what it takes, `run(parsed)` does it and returns the exit code."""
