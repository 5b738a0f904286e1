"""Where in a file a place inside of a text of YAML is: an expression has lines of its own."""

from drawgate.strict.node import Node, Place


def inside(node: Node, line: int, column: int) -> Place:
    """Give the place of a line and column (from 1) of a text's value.

    Folded and escaped texts have no lines of their own in the file: of these it is the start.
    """
    lines = node.source.splitlines()
    start = node.place
    if not 1 <= start.line <= len(lines):
        return start
    rest = lines[start.line - 1][start.column - 1 :]
    if rest.startswith("|"):
        return _in_block(lines, start, line, column)
    text = str(node.value)
    quoted = rest[:1] in ("'", '"')
    if line == 1 and rest[quoted:].startswith(text):
        return Place(file=start.file, line=start.line, column=start.column + quoted + column - 1)
    return start


def _in_block(lines: list[str], start: Place, line: int, column: int) -> Place:
    below = lines[start.line :]
    first = next((each for each in below if each.strip()), "")
    indent = len(first) - len(first.lstrip(" "))
    return Place(file=start.file, line=start.line + line, column=indent + column)
