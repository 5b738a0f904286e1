"""What references of a log lead to: descriptors by index, guid or id (§3.52.3, §3.54).

An index that leads nowhere is an error (§3.7.4: it SHALL point into the array). The log then
contradicts itself, and nobody knows which rule, place or level it means.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TypeVar

import msgspec

from drawgate.sarif.model import (
    Component,
    ComponentReference,
    Configuration,
    Descriptor,
    DescriptorReference,
    Message,
    Override,
    Run,
)

T = TypeVar("T")

_PLACEHOLDER: Final = re.compile(r"\{\{|\}\}|\{(\d+)\}")
_NONE: Final = -1
"""An index that says "not set" (§3.7.4)."""


def at(items: Sequence[T], index: int, what: str, path: str) -> T | None:
    """Give what an index points to, or None where it is not set.

    ValidationError: it points to nothing. `path` is where the index stands, below the object
    that is read; `what` names the array.
    """
    if index == _NONE:
        return None
    if 0 <= index < len(items):
        return items[index]
    message = f"index {index} points to none of the {len(items)} {what} - at `$.{path}`"
    raise msgspec.ValidationError(message)


@contextmanager
def below(path: str) -> Iterator[None]:
    """Say of what is wrong inside where it stands: `path` comes before the path it has."""
    try:
        yield
    except msgspec.ValidationError as error:
        what, mark, rest = str(error).partition(" - at `$")
        raise msgspec.ValidationError(f"{what} - at `$.{path}{rest if mark else '`'}") from error


def is_part_of(identifier: str, rule: str) -> bool:
    """Tell whether an id is the rule's, or that of a part of it (§3.27.5)."""
    return identifier == rule or identifier.startswith(f"{rule}/")


class Descriptors:
    """The descriptors of one sort in all components of a run: rules, notifications or taxa."""

    def __init__(
        self, run: Run, what: str, read: Callable[[Component], Sequence[Descriptor] | None]
    ) -> None:
        tool = run.tool
        self._what = what
        self.driver = tool.driver
        self._extensions = tool.extensions
        self._taxonomies = run.taxonomies if what == "taxa" else []
        self._named_taxonomies = {one.name: one for one in reversed(self._taxonomies)}
        components = (tool.driver, *tool.extensions, *self._taxonomies)
        self._lists = {id(one): read(one) or () for one in components}
        self._components: dict[str, Component] = {}
        self._by_id: dict[str, Descriptor] = {}
        self._by_guid: dict[tuple[int, str], Descriptor] = {}
        for component in components:
            self._index(component)

    def find(
        self, reference: DescriptorReference, path: str, index_path: str = ""
    ) -> Descriptor | None:
        """Give the descriptor, or None when the reference names none that the log describes."""
        component = self._component(reference.tool_component, path)
        items = self._lists[id(component)] if component else ()
        found = at(items, reference.index, self._what, index_path or f"{path}.index")
        if found is None and component and reference.guid is not None:
            found = self._by_guid.get((id(component), reference.guid))
        return found or self._named(reference.id)

    def holds(self, reference: DescriptorReference) -> bool:
        """Tell whether there is something at the index of a reference."""
        component = self._component(reference.tool_component, "")
        return component is not None and 0 <= reference.index < len(self._lists[id(component)])

    def component(self, reference: DescriptorReference) -> Component:
        """Give the component a reference names; the driver when the log does not have it."""
        return self._component(reference.tool_component, "") or self.driver

    def component_name(self, reference: DescriptorReference) -> str:
        """Give the name of the component that is meant; a log may name one it does not hold."""
        said = reference.tool_component.name if reference.tool_component else None
        return said or self.component(reference).name

    def _index(self, component: Component) -> None:
        if component.guid is not None:
            self._components.setdefault(component.guid, component)
        for descriptor in self._lists[id(component)]:
            self._by_id.setdefault(descriptor.id, descriptor)
            if descriptor.guid is not None:
                self._by_guid.setdefault((id(component), descriptor.guid), descriptor)

    def _component(self, reference: ComponentReference | None, path: str) -> Component | None:
        """Find the driver or an extension (§3.54.2), or among taxa a taxonomy.

        An index counts extensions (§3.54.4), but for taxa many producers mean run.taxonomies.
        """
        if reference is None:
            return self.driver
        if reference.index != _NONE:
            return self._numbered(reference, path)
        if reference.guid is not None:
            return self._components.get(reference.guid)
        return self._named_taxonomies.get(reference.name or "", self.driver)

    def _numbered(self, reference: ComponentReference, path: str) -> Component | None:
        index = reference.index
        taxonomy = self._taxonomies[index : index + 1] if index >= 0 else []
        if taxonomy and reference.name in (None, taxonomy[0].name):
            return taxonomy[0]
        return at(self._extensions, index, "extensions", f"{path}.toolComponent.index")

    def _named(self, identifier: str | None) -> Descriptor | None:
        """Find by id; a result may name a part of a rule, `CA1000/1` of `CA1000` (§3.27.5)."""
        while identifier:
            if identifier in self._by_id:
                return self._by_id[identifier]
            identifier = identifier.rpartition("/")[0]
        return None


def configured(
    descriptors: Descriptors, overrides: list[Override], path: str
) -> dict[int, Configuration]:
    """Give what an invocation sets (§3.51), by the identity of the descriptor."""
    found = {}
    for number, one in enumerate(overrides):
        where = f"{path}ConfigurationOverrides[{number}].descriptor"
        if descriptor := descriptors.find(one.descriptor, where):
            found[id(descriptor)] = one.configuration
    return found


def text_of(message: Message, descriptor: Descriptor | None, component: Component) -> str:
    """Give a message's text, looked up by id where the log keeps it apart, arguments filled in.

    An id is looked for in the descriptor, then in its component (§3.11.7); one that leads
    nowhere is all there is to show.
    """
    text = message.text or message.markdown
    if text is None and message.id is not None:
        mine = descriptor.message_strings if descriptor else {}
        found = mine.get(message.id) or component.global_message_strings.get(message.id)
        text = found.text or found.markdown if found else message.id
    return _filled(text or "", message.arguments)


def _filled(text: str, arguments: list[str]) -> str:
    """Fill `{0}`, `{1}` (§3.11.5); a text without arguments keeps the braces of its code."""
    if not arguments:
        return text

    def fill(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][0]
        number = int(match[1])
        return arguments[number] if number < len(arguments) else match[0]

    return _PLACEHOLDER.sub(fill, text)
