"""S3, and what answers as S3 does: one address, one login and one way to fail for boto3, deltalake, Arrow and Spark.

The only home of boto3, which finds credentials, endpoint and region as every AWS tool does: in the environment, a
profile, a web identity or the machine's role. What it found is given to deltalake and Arrow anew each time, as roles
expire. Spark finds credentials itself, also on executors. Importing boto3 takes a while, which local lakes do not pay.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import IO, Any, NamedTuple

from jobs.runtime.s3_failures import S3Error as S3Error
from jobs.runtime.s3_failures import meaning

# The patience of all clients, in tries and seconds; boto3 renews the lease as well, which does not wait so long.
TRIES, CONNECT_SECONDS, READ_SECONDS, LEASE_READ_SECONDS = 5, 5, 60, 15
DEFAULT_REGION = "us-east-1"
SPARK = {
    # A session's keys, lasting keys, and where there are none in the environment what AWS tools look at: the first two
    # are what Spark copies from the driver's environment into the settings that executors get.
    "aws.credentials.provider": "org.apache.hadoop.fs.s3a.TemporaryAWSCredentialsProvider,"
    "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider,com.amazonaws.auth.DefaultAWSCredentialsProviderChain",
    "attempts.maximum": str(TRIES),
    "retry.limit": str(TRIES),
    "connection.establish.timeout": str(CONNECT_SECONDS * 1000),
    "connection.timeout": str(READ_SECONDS * 1000),
    # Parquet is read in places, not from its beginning to its end.
    "experimental.input.fadvise": "random",
    # No request is spent on removing the marks of empty folders, which nobody here looks at.
    "directory.marker.retention": "keep",
}

_ADDRESS = re.compile(r"s3a?://([^/]*)/?(.*)", re.DOTALL)


class Object(NamedTuple):
    """An object of a bucket: its address, size in bytes and the time it was written (UTC, whole seconds)."""

    path: str
    size: int
    time: datetime


class Seen(NamedTuple):
    """An object as it was read: its content, its tag, and how long ago it was written by S3's own clock, in seconds."""

    content: bytes
    tag: str
    age: float


def is_address(path: str) -> bool:
    """Tell whether a path is one of S3."""
    return _ADDRESS.match(path) is not None


def as_spark_names(path: str) -> str:
    """Return a path as Spark takes it: it calls s3a:// what others call s3://."""
    return re.sub("^s3://", "s3a://", path)


# ---- who asks whom


@cache
def _session() -> Any:
    import boto3

    with _told("AWS"):
        return boto3.Session()


@cache
def endpoint() -> str | None:
    """Return the endpoint that the environment or the profile names; None: that of AWS."""
    from botocore.configprovider import ConfiguredEndpointProvider

    own = _session()._session
    found = ConfiguredEndpointProvider(own.full_config, own.get_scoped_config(), "s3").provide()
    if found and not found.startswith(("http://", "https://")):
        raise S3Error(f"the endpoint of S3 is {found}: expected http:// or https:// before it (AWS_ENDPOINT_URL_S3)")
    return str(found).rstrip("/") if found else None


def region() -> str:
    """Return the region that the environment or the profile names."""
    # boto3 alone looks at AWS_DEFAULT_REGION only.
    return os.environ.get("AWS_REGION") or _session().region_name or DEFAULT_REGION


_making = threading.Lock()


def _client() -> Any:
    with _making:
        return _made_client()


@cache
def _made_client() -> Any:
    from botocore.config import Config

    retries = {"mode": "standard", "total_max_attempts": TRIES}
    config = Config(retries=retries, connect_timeout=CONNECT_SECONDS, read_timeout=LEASE_READ_SECONDS)
    return _session().client("s3", region_name=region(), config=config)


def _credentials(path: str) -> Any:
    from botocore.exceptions import NoCredentialsError

    with _told(path):
        found = _session().get_credentials()
        if found is None:
            raise NoCredentialsError
        return found.get_frozen_credentials()


def delta_options(path: str) -> dict[str, str] | None:
    """Return how deltalake reaches a path; None where it lies in a file system."""
    if not is_address(path):
        return None
    options = {"AWS_REGION": region(), "timeout": f"{READ_SECONDS}s", "connect_timeout": f"{CONNECT_SECONDS}s",
               "max_retries": str(TRIES - 1), "retry_timeout": f"{READ_SECONDS}s"}  # fmt: skip
    if at := endpoint():
        options |= {"AWS_ENDPOINT_URL": at, "AWS_ALLOW_HTTP": str(at.startswith("http:")).lower(),
                    "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "false"}  # fmt: skip
    login = _credentials(path)
    options |= {"AWS_ACCESS_KEY_ID": login.access_key, "AWS_SECRET_ACCESS_KEY": login.secret_key}
    return options | ({"AWS_SESSION_TOKEN": login.token} if login.token else {})


def arrow_folder(path: str) -> Any:
    """Return a folder as Arrow's own file system for S3 sees it."""
    from pyarrow.fs import AwsStandardS3RetryStrategy, S3FileSystem, SubTreeFileSystem

    options: dict[str, Any] = {"region": region(), "connect_timeout": CONNECT_SECONDS, "request_timeout": READ_SECONDS,
                               "retry_strategy": AwsStandardS3RetryStrategy(max_attempts=TRIES)}  # fmt: skip
    if at := endpoint():
        scheme, _, host = at.partition("://")
        options |= {"scheme": scheme, "endpoint_override": host}
    login = _credentials(path)
    options |= {"access_key": login.access_key, "secret_key": login.secret_key, "session_token": login.token}
    return SubTreeFileSystem("/".join(split(path)), S3FileSystem(**options))


def spark_options() -> dict[str, str]:
    """Return how Spark reaches S3: the same place as the others, without any credentials."""
    options = {**SPARK, "endpoint.region": region()}
    if at := endpoint():
        options |= {"endpoint": at, "path.style.access": "true",
                    "connection.ssl.enabled": str(at.startswith("https:")).lower()}  # fmt: skip
    # The Python of executors asks as this process does, for which a cluster's node has no variables.
    place = {"AWS_REGION": region(), **({"AWS_ENDPOINT_URL_S3": at} if at else {})}
    return {
        **{f"spark.hadoop.fs.s3a.{name}": value for name, value in options.items()},
        **{f"spark.executorEnv.{name}": value for name, value in place.items()},
    }


# ---- objects


def split(path: str) -> tuple[str, str]:
    """Return bucket and key of an address."""
    found = _ADDRESS.match(path)
    if found is None or not found[1]:
        raise S3Error(f"{path}: expected an address as s3a://bucket/prefix")
    return found[1], found[2]


def listed(prefix: str, most: int | None = None) -> Iterator[Object]:
    """Yield the objects whose addresses begin with a prefix, by name, `most` of them at most."""
    bucket, key = split(prefix)
    pages = _client().get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=key, PaginationConfig={"MaxItems": most, "PageSize": min(most or 1000, 1000)}
    )  # fmt: skip
    with _told(prefix):
        for page in pages:
            for one in page.get("Contents", ()):
                yield Object(f"s3a://{bucket}/{one['Key']}", one["Size"], one["LastModified"].astimezone(UTC))


def size(path: str) -> int | None:
    """Return the size of an object; None where there is none."""
    bucket, key = split(path)
    with _told(path):
        try:
            return int(_client().head_object(Bucket=bucket, Key=key)["ContentLength"])
        except _client().exceptions.ClientError as error:
            if _status(error) != 404:
                raise
            return None


def download(path: str, into: IO[bytes]) -> None:
    """Write the content of an object into an open file."""
    bucket, key = split(path)
    with _told(path):
        _client().download_fileobj(bucket, key, into)


def upload(content: IO[bytes], path: str, kind: str | None = None) -> None:
    """Make an object of what an open file has from its place on: a reader sees the whole of it or nothing."""
    bucket, key = split(path)
    with _told(path):
        _client().upload_fileobj(content, bucket, key, ExtraArgs={"ContentType": kind} if kind else None)


def remove(path: str) -> None:
    """Remove an object, should there be one."""
    bucket, key = split(path)
    with _told(path):
        _client().delete_object(Bucket=bucket, Key=key)


def look(path: str) -> Seen | None:
    """Read a small object; None where there is none."""
    bucket, key = split(path)
    with _told(path):
        try:
            found = _client().get_object(Bucket=bucket, Key=key)
        except _client().exceptions.NoSuchKey:
            return None
        now = parsedate_to_datetime(found["ResponseMetadata"]["HTTPHeaders"]["date"])
        return Seen(found["Body"].read(), found["ETag"], (now - found["LastModified"]).total_seconds())


def put_if(path: str, content: bytes, tag: str | None) -> str | None:
    """Write a small object if it is still the one of a tag, or with None if there is none; return its new tag.

    None where another came first: S3 itself compares and writes in one step.
    """
    bucket, key = split(path)
    condition = {"IfNoneMatch": "*"} if tag is None else {"IfMatch": tag}
    with _told(path):
        try:
            return str(_client().put_object(Bucket=bucket, Key=key, Body=content, **condition)["ETag"])
        except _client().exceptions.ClientError as error:
            # 412: the condition does not hold; 409: another write is under way; 404: with a tag, the object is gone.
            if _status(error) in (409, 412) or (_status(error) == 404 and _code(error) == "NoSuchKey"):
                return None
            raise


# ---- failures


@contextmanager
def _told(path: str) -> Iterator[None]:
    """Raise S3Error for what boto3 raises."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as error:
        text = f"{type(error).__name__} {error}"
        raise S3Error(f"{path}: {meaning(text) or text}") from error


def _status(error: Any) -> int:
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"])


def _code(error: Any) -> str:
    return str(error.response["Error"]["Code"])
