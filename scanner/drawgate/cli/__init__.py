"""One command, one file; results go to stdout, everything else to stderr."""
