"""The types every stage passes to the next; no input, no output, no dependencies."""
