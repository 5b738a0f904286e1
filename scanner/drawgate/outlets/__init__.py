"""One destination for results, one file."""
