"""The shape of a CEL expression in a pack; a mistake in it is told with its line and column."""

from drawgate.core.errors import PolicyError
from drawgate.policy import cel
from drawgate.policy.cel import ExpressionError
from drawgate.strict import Node, Shape, inside, text


def _read(node: Node) -> str:
    expression = text(node)
    try:
        cel.compiled(expression)
    except ExpressionError as error:
        place = inside(node, error.line, error.column)
        what = f"this expression can't be read: {error.reason}"
        raise node.wrong(what, place=place, hint=error.hint or _HINT) from error
    except PolicyError as error:  # the library is missing
        raise node.wrong(error.what, hint=error.hint) from error
    return expression


_HINT = 'see docs/policies.md, "Expressions"'
EXPRESSION: Shape[str] = Shape(read=_read, schema=text.schema)
"""An expression that has been compiled once."""
