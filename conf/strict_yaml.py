"""YAML as PyYAML reads it, but for keys: they are text as written, and one written twice is refused."""

from __future__ import annotations

from io import StringIO
from typing import Any

import yaml

_TEXT, _MERGE = "tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"


class DuplicateKeyError(yaml.YAMLError):
    """A key that stands twice in one mapping; the message names the key and both lines."""


class _Loader(yaml.SafeLoader):
    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        # Here and not where values are made: by then the keys of `<<` stand among the mapping's own.
        node = super().compose_mapping_node(anchor)
        lines: dict[str, int] = {}
        for at, (key, value) in enumerate(node.value):
            if not isinstance(key, yaml.ScalarNode) or key.tag == _MERGE:
                continue
            line = key.start_mark.line + 1
            if first := lines.get(key.value):
                raise DuplicateKeyError(f"line {line}: the key {key.value!r} stands in line {first} as well; keep one")
            lines[key.value] = line
            # YAML reads the keys on, yes and 2019 as true and a number: to us they are names.
            node.value[at] = (yaml.ScalarNode(_TEXT, key.value, key.start_mark, key.end_mark), value)
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError as error:
            # What looks like a date and is none, as 2026-02-30.
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from error


def load(text: str) -> Any:
    """Read one YAML document; raise yaml.YAMLError for what is none, DuplicateKeyError for a key written twice."""
    # Of a stream, PyYAML's messages quote no line: it may hold a secret.
    return yaml.load(StringIO(text), Loader=_Loader)
