"""The command line: parses, calls a service, prints. One module per command family."""
