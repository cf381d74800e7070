"""Settings: typed, frozen, read once from base.yaml, one environment's file and the command line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from datetime import date
from importlib import resources
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from conf import secret, strict_yaml


class SettingsError(Exception):
    """Settings that cannot be used; the message names the key, what is wrong and what to write."""


class _Strict(BaseModel):
    # A value may be a secret, also one that cannot be used.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Landing(_Strict):
    """Limits of what may land."""

    max_file_gib: float = Field(gt=0)
    max_ratio: float = Field(gt=1)
    max_field_mib: float = Field(gt=0)
    max_record_mib: float = Field(gt=0)
    files_per_batch: int = Field(ge=1, le=10_000)
    shrink_warning: float = Field(ge=0, le=1)


class Maintenance(_Strict):
    """What is worth the work of keeping tables in shape."""

    target_file_mib: int = Field(ge=1, le=1024)
    min_spare_files: int = Field(ge=1)
    cluster_from_mib: float = Field(ge=0)
    past_consumers: bool


class Alert(_Strict):
    """What is worth an alert, and who receives it; the address is not shown, for it may be a secret."""

    command: tuple[str, ...]
    webhook: SecretStr
    timeout_seconds: float = Field(gt=0)
    quarantine_share: float = Field(ge=0, le=1)
    quarantine_rise: float = Field(ge=1)
    quarantine_items: int = Field(ge=1)

    @field_validator("webhook")
    @classmethod
    def _is_http(cls, address: SecretStr) -> SecretStr:
        if address.get_secret_value() and not re.match(r"https?://[^/\s]+\S*$", address.get_secret_value()):
            raise ValueError("expected an address that begins with http:// or https:// and has no spaces")
        return address

    @model_validator(mode="after")
    def _has_one_receiver(self) -> Alert:
        if self.command and self.webhook.get_secret_value():
            raise ValueError("give alert.command or alert.webhook, not both")
        return self


class Spark(_Strict):
    """How the session is made."""

    master: str
    driver_memory: str
    shuffle_partitions: int = Field(ge=1)
    conf: dict[str, str]


class Settings(_Strict):
    """Everything a run needs to know; `as_of` is fixed once per run, so no job asks the clock."""

    env: str
    as_of: date
    lake: str
    inbox: str
    sources: tuple[str, ...]
    rebuild: Literal["auto", "never"]
    replay: bool
    retries: int = Field(ge=0, le=10)
    jobs_at_a_time: int = Field(ge=1, le=32)
    lock_wait_seconds: float = Field(ge=0)
    log_format: Literal["text", "json"]
    lease_seconds: float = Field(ge=4)
    landing: Landing
    maintenance: Maintenance
    alert: Alert
    spark: Spark

    @field_validator("lake", "inbox")
    @classmethod
    def _as_spark_names_s3(cls, path: str) -> str:
        if re.match(r"s3[an]?:(?!//[^/])", path):
            raise ValueError("expected s3://BUCKET/PREFIX")
        # Other tools say s3://, and one slash more means nothing.
        return "s3a://" + path.split("://", 1)[1].rstrip("/") if path.startswith(("s3://", "s3a://")) else path


def load(env: str, as_of: date, overrides: Iterable[str] = ()) -> Settings:
    """Read the settings of an environment; `overrides` are `key=value` with dots for nested keys.

    Raises SettingsError for an unknown key or value, SecretError for a secret in plain text.
    """
    values = _file("base")
    if env != "base":
        _merge(values, _file(env))
    for override in overrides:
        _merge(values, _as_values(override))
    secret.refuse_literals(values, f"conf/{env}.yaml or --set")
    try:
        return Settings(**secret.resolved(values), env=env, as_of=as_of)
    except ValidationError as error:
        raise SettingsError("settings:\n" + "\n".join(_mistakes(error))) from error


def _file(env: str) -> dict[str, Any]:
    file = resources.files("conf").joinpath(f"{env}.yaml")
    if not file.is_file():
        known = sorted(
            f.name.removesuffix(".yaml") for f in resources.files("conf").iterdir() if f.name.endswith(".yaml")
        )
        raise SettingsError(f"no settings for --env {env}: conf/{env}.yaml does not exist; there are {known}")
    try:
        values = strict_yaml.load(file.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise SettingsError(f"conf/{env}.yaml: {' '.join(str(error).split())}") from error
    if not isinstance(values, dict):
        raise SettingsError(f"conf/{env}.yaml: expected keys and values")
    return values


def _as_values(override: str) -> dict[str, Any]:
    key, equals, value = override.partition("=")
    if not equals or not key:
        raise SettingsError(f"--set {override!r}: expected key=value, as landing.files_per_batch=100")
    if key in ("env", "as_of"):
        raise SettingsError(f"--set {key}: give it as --{key.replace('_', '-')}")
    try:
        nested: Any = strict_yaml.load(value) if value else ""
    except strict_yaml.DuplicateKeyError as error:
        raise SettingsError(f"--set {key}: {error}") from error
    except yaml.YAMLError:
        nested = value
    # Spark's own setting names have dots in them: what follows spark.conf. is one key.
    parts = ["spark", "conf", key.removeprefix("spark.conf.")] if key.startswith("spark.conf.") else key.split(".")
    if parts[:2] == ["spark", "conf"]:
        nested = value
    for part in reversed(parts):
        nested = {part: nested}
    return dict(nested)


def _merge(values: dict[str, Any], changes: dict[str, Any]) -> None:
    for key, change in changes.items():
        if isinstance(change, dict) and isinstance(values.get(key), dict):
            _merge(values[key], change)
        else:
            values[key] = change


def _mistakes(error: ValidationError) -> Iterator[str]:
    for item in error.errors():
        place = ".".join(str(part) for part in item["loc"])
        if item["type"] == "extra_forbidden":
            section: Any = Settings
            for part in item["loc"][:-1]:
                section = section.model_fields[str(part)].annotation
            close = difflib.get_close_matches(str(item["loc"][-1]), list(section.model_fields), n=1)
            hint = f"did you mean {close[0]}?" if close else f"known here: {', '.join(section.model_fields)}"
            yield f"  {place}: no such setting; {hint} (conf/base.yaml lists them all)"
        else:
            # The value is not shown: it may be a secret that came by reference.
            yield f"  {place}: {item['msg']}"
