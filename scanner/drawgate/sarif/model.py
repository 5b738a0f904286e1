"""The parts of SARIF 2.1.0 that Drawgate reads and writes itself, as msgspec structs.

A struct knows only the properties named here, so a log that only passes through (merge,
validate, sarif_om) never goes through these classes: those modules work on plain JSON values
and keep every property they don't know. These classes write our own logs and read anybody's.

`level` has no default anywhere: a level that the tool did not give is looked up by §3.27.10,
and a written default would overrule that.
"""

from typing import Any, Final, Literal

from msgspec import Struct, field

VERSION: Final = "2.1.0"
SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

Level = Literal["none", "note", "warning", "error"]
Properties = dict[str, Any]


class Sarif(Struct, omit_defaults=True, rename="camel", gc=False, kw_only=True):
    """What all objects share: camel-case names, nothing written that was not set.

    No object here can be part of a cycle, so the garbage collector need not look (`gc=False`).
    """


class Message(Sarif):
    """§3.11: plain text, or the id of one of the rule's messageStrings with arguments."""

    text: str | None = None
    markdown: str | None = None
    id: str | None = None
    arguments: list[str] = field(default_factory=list)


class Multiformat(Sarif):
    """§3.12, multiformatMessageString."""

    text: str = ""
    markdown: str | None = None


class ArtifactLocation(Sarif):
    """§3.4: a URI, relative to `uri_base_id`, or an index into the run's artifacts."""

    uri: str | None = None
    uri_base_id: str | None = None
    index: int = -1


class ArtifactContent(Sarif):
    """§3.3."""

    text: str | None = None


class Region(Sarif):
    """§3.30: lines from 1; columns as the run's columnKind says."""

    start_line: int | None = None
    start_column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    snippet: ArtifactContent | None = None


class PhysicalLocation(Sarif):
    """§3.29."""

    artifact_location: ArtifactLocation | None = None
    region: Region | None = None


class LogicalLocation(Sarif):
    """§3.33: something with a name, such as a function or a package."""

    name: str | None = None
    fully_qualified_name: str | None = None
    kind: str | None = None
    index: int = -1


class Location(Sarif):
    """§3.28."""

    physical_location: PhysicalLocation | None = None
    logical_locations: list[LogicalLocation] = field(default_factory=list)


class ComponentReference(Sarif):
    """§3.54, toolComponentReference."""

    name: str | None = None
    index: int = -1
    guid: str | None = None


class DescriptorReference(Sarif):
    """§3.52, reportingDescriptorReference."""

    id: str | None = None
    index: int = -1
    guid: str | None = None
    tool_component: ComponentReference | None = None


class Relationship(Sarif):
    """§3.53, reportingDescriptorRelationship."""

    target: DescriptorReference
    kinds: list[str] = field(default_factory=list)


class Configuration(Sarif):
    """§3.50, reportingConfiguration."""

    level: Level | None = None
    properties: Properties = field(default_factory=dict)


class Override(Sarif):
    """§3.51, configurationOverride."""

    descriptor: DescriptorReference
    configuration: Configuration


class Descriptor(Sarif):
    """§3.49, reportingDescriptor: a rule, a taxon or a kind of notification."""

    id: str
    guid: str | None = None
    name: str | None = None
    short_description: Multiformat | None = None
    full_description: Multiformat | None = None
    message_strings: dict[str, Multiformat] = field(default_factory=dict)
    default_configuration: Configuration | None = None
    help_uri: str | None = None
    help: Multiformat | None = None
    relationships: list[Relationship] = field(default_factory=list)
    properties: Properties = field(default_factory=dict)


class Component(Sarif):
    """§3.19, toolComponent: the tool's driver, an extension or a taxonomy.

    `rules` is None where a component has no place for rules: a taxonomy (§3.19.3).
    """

    name: str
    guid: str | None = None
    organization: str | None = None
    version: str | None = None
    semantic_version: str | None = None
    information_uri: str | None = None
    short_description: Multiformat | None = None
    rules: list[Descriptor] | None = None
    notifications: list[Descriptor] = field(default_factory=list)
    taxa: list[Descriptor] = field(default_factory=list)
    global_message_strings: dict[str, Multiformat] = field(default_factory=dict)
    supported_taxonomies: list[ComponentReference] = field(default_factory=list)
    properties: Properties = field(default_factory=dict)


class Tool(Sarif):
    """§3.18."""

    driver: Component
    extensions: list[Component] = field(default_factory=list)


class Notification(Sarif):
    """§3.58: something a tool says about its own run."""

    message: Message
    descriptor: DescriptorReference | None = None
    level: Level | None = None
    locations: list[Location] = field(default_factory=list)
    exception: dict[str, Any] | None = None
    """§3.59; what is read of it is its text."""
    properties: Properties = field(default_factory=dict)


class Invocation(Sarif):
    """§3.20."""

    execution_successful: bool
    exit_code: int | None = None
    exit_code_description: str | None = None
    exit_signal_name: str | None = None
    exit_signal_number: int | None = None
    process_start_failure_message: str | None = None
    working_directory: ArtifactLocation | None = None
    rule_configuration_overrides: list[Override] = field(default_factory=list)
    notification_configuration_overrides: list[Override] = field(default_factory=list)
    tool_execution_notifications: list[Notification] = field(default_factory=list)
    tool_configuration_notifications: list[Notification] = field(default_factory=list)


class Artifact(Sarif):
    """§3.24."""

    location: ArtifactLocation | None = None
    roles: list[str] = field(default_factory=list)
    length: int | None = None
    """Bytes (§3.24.9); -1 or absent: not known."""


class Suppression(Sarif):
    """§3.35; an absent status means accepted (§3.35.3)."""

    kind: Literal["inSource", "external"]
    status: Literal["accepted", "underReview", "rejected"] | None = None
    justification: str | None = None
    properties: Properties = field(default_factory=dict)


class Provenance(Sarif):
    """§3.48, resultProvenance."""

    invocation_index: int = -1
    first_detection_time_utc: Any = None  # §3.48.3; a log may hold anything


class Result(Sarif):
    """§3.27."""

    message: Message
    rule_id: str | None = None
    rule_index: int = -1
    rule: DescriptorReference | None = None
    kind: Literal["pass", "open", "informational", "notApplicable", "review", "fail"] | None = None
    level: Level | None = None
    locations: list[Location] = field(default_factory=list)
    taxa: list[DescriptorReference] = field(default_factory=list)
    correlation_guid: str | None = None
    partial_fingerprints: dict[str, str] = field(default_factory=dict)
    suppressions: list[Suppression] | None = None
    baseline_state: Literal["new", "unchanged", "updated", "absent"] | None = None
    provenance: Provenance | None = None
    properties: Properties = field(default_factory=dict)


class Named(Sarif):
    """What of a result says which rule and weaknesses it is about, and nothing else (§3.27.5-8)."""

    rule_id: str | None = None
    rule_index: int = -1
    rule: DescriptorReference | None = None
    taxa: list[DescriptorReference] = field(default_factory=list)


class AutomationDetails(Sarif):
    """§3.17, runAutomationDetails."""

    id: str | None = None


class ExternalFiles(Sarif):
    """§3.15: parts of the run in other files; named are those that a reader of results needs."""

    results: list[Any] = field(default_factory=list)
    invocations: list[Any] = field(default_factory=list)
    driver: Any = None
    extensions: list[Any] = field(default_factory=list)
    artifacts: list[Any] = field(default_factory=list)
    logical_locations: list[Any] = field(default_factory=list)
    taxonomies: list[Any] = field(default_factory=list)
    policies: list[Any] = field(default_factory=list)


class Run(Sarif):
    """§3.14. `results` is None where the tool did not get as far as analysing (§3.14.23)."""

    tool: Tool
    automation_details: AutomationDetails | None = None
    invocations: list[Invocation] = field(default_factory=list)
    column_kind: Literal["utf16CodeUnits", "unicodeCodePoints"] | None = None
    original_uri_base_ids: dict[str, ArtifactLocation] = field(default_factory=dict)
    artifacts: list[Artifact] = field(default_factory=list)
    logical_locations: list[LogicalLocation] = field(default_factory=list)
    taxonomies: list[Component] = field(default_factory=list)
    external_property_file_references: ExternalFiles | None = None
    results: list[Result] | None = None
    properties: Properties = field(default_factory=dict)


class Log(Sarif, kw_only=True):
    """§3.13. `runs` may be null: somebody looked for runs and there were none (§3.13.4)."""

    schema: str | None = field(name="$schema", default=None)
    version: str
    runs: list[Run] | None
    inline_external_properties: list[Any] = field(default_factory=list)
