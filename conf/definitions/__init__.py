"""Business knowledge as data: one YAML file a subject, read the same from a folder and from inside a zip."""

from __future__ import annotations

from importlib import resources
from typing import Any

from conf import strict_yaml


def load(name: str) -> dict[str, Any]:
    """Read `<name>.yaml` of this package as a mapping; an unknown name is a FileNotFoundError that lists the known."""
    folder = resources.files(__name__)
    file = folder / f"{name}.yaml"
    if not file.is_file():
        known = sorted(path.name.removesuffix(".yaml") for path in folder.iterdir() if path.name.endswith(".yaml"))
        raise FileNotFoundError(f"conf/definitions has no {name}.yaml; it has {', '.join(known)}")
    content = strict_yaml.load(file.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError(f"conf/definitions/{name}.yaml: expected a mapping at the top, found {type(content).__name__}")
    return content
