"""One module a command: a function of the command's name, or a mapping ``COMMANDS`` of subcommands to functions."""
