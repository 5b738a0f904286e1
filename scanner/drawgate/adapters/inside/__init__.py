"""Code that runs inside a scanner's own process: read as text, imported by nothing of ours."""
