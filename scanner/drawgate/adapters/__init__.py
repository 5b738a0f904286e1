"""One scanner, one file; each is a value that drawgate.registry knows by name."""
