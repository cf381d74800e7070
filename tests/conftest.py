"""One Spark session per test process, rows by contract, and a small company to run the whole pipeline over."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from conf import settings as settings_module
from conf.settings import Settings
from conf.source import load_sources
from conf.table import Table
from conf.tables import ALL
from jobs.runtime import lease, pipeline, registry, session
from jobs.runtime.lake import Lake
from jobs.runtime.pipeline import Outcome

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SOURCES = Path(__file__).parent / "real" / "sources"
# Test frames are tiny: compiling code for them takes longer than interpreting them.
SPARK = ("spark.master=local[2]", "spark.shuffle_partitions=2", "spark.driver_memory=2g",
         "spark.conf.spark.sql.codegen.wholeStage=false",
         "spark.conf.spark.sql.codegen.factoryMode=NO_CODEGEN",
         # A test process plans for ten minutes: both compilers pay off, unlike in a laptop's run.
         f"spark.conf.spark.driver.extraJavaOptions=-XX:+UseSerialGC -XX:ReservedCodeCacheSize=256m {session.QUIET}",
)  # fmt: skip


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their argument: a zip holds the second it was made in, and workers must collect the same tests."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[SparkSession]:
    # Tests are small, as a small lake is; the slow ones, with the real sets, run as a large one does.
    is_small = pytestconfig.getoption("markexpr") != "slow"
    warehouse = tmp_path_factory.mktemp("warehouse")
    overrides = [*SPARK, f"spark.conf.spark.sql.warehouse.dir={warehouse}"]
    made = session.create(settings_module.load("local", date(2026, 1, 1), overrides).spark, is_small=is_small)
    yield made
    made.stop()


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real public data; tests that need it skip where it is not there."""
    if not DATA.is_dir():
        pytest.skip(f"the real data is not here: expected {DATA.parent.name}/{DATA.name} beside the checkout")
    return DATA


@pytest.fixture
def frame(spark: SparkSession) -> Callable[..., DataFrame]:
    """Build rows of a contract; unnamed columns are null, so a test shows only what it is about."""
    lake = Lake("unused", lambda: spark)

    def build(table: Table, *rows: dict[str, Any]) -> DataFrame:
        values = [tuple(row.get(column) for column in table.column_names) for row in rows]
        return spark.createDataFrame(values, lake.schema(table))

    return build


@dataclass
class Company:
    """An inbox, source descriptions and a lake in a scratch folder, and the pipeline over them."""

    folder: Path
    spark: SparkSession
    sources: list[Path] = field(default_factory=list)
    as_of: date = date(2026, 1, 31)
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    @property
    def lake(self) -> Lake:
        return Lake(str(self.folder / "lake"), lambda: self.spark)

    def source(self, text: str, name: str = "feed") -> Company:
        folder = self.folder / "sources"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        self.sources = [folder, *[s for s in self.sources if s != folder]]
        return self

    def deliver(self, name: str, content: str | bytes) -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        raw = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(raw, mtime=0) if name.endswith(".gz") and raw[:2] != b"\x1f\x8b" else raw)
        return path

    def settings(self, *overrides: str) -> Settings:
        paths = [f"lake={self.folder / 'lake'}", f"inbox={self.inbox}"]
        listed = ", ".join(str(source) for source in self.sources)
        return settings_module.load("local", self.as_of, [*SPARK, *paths, f"sources=[{listed}]", *overrides])

    def run(self, *names: str, rebuild: bool = False, overrides: tuple[str, ...] = ()) -> dict[str, Outcome]:
        """Run the named jobs (all but validation where none are named); fail where one fails unexpectedly."""
        self.inbox.mkdir(parents=True, exist_ok=True)
        settings = self.settings(*overrides)
        sources = load_sources(tuple(Path(s) for s in settings.sources))
        jobs = registry.load(sources)
        wanted = [j for j in jobs if (j.name in names if names else j.name != "validate_tables" and not j.by_name)]
        lake = self.lake
        with lease.hold(settings.lake, 0) as held:
            lake.hold(held)
            runner = pipeline.Pipeline(lake, settings, sources, Silent(), rebuild=rebuild)
            self.outcomes = runner.run(wanted)
        return {outcome.job: outcome for outcome in self.outcomes}

    def rows(self, table: str, where: str = "true", without: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
        found = self.lake.read(ALL[table]).where(where)
        columns = [c for c in found.columns if c not in without]
        return sorted((tuple(row) for row in found.select(*columns).collect()), key=repr)

    def versions(self) -> dict[str, int]:
        return {name: self.lake.pin(table).version for name, table in ALL.items()}


class Silent:
    """Progress that nobody watches."""

    def start(self, job: str) -> None: ...

    def end(self, outcome: Outcome) -> None: ...


@pytest.fixture
def company(tmp_path: Path, spark: SparkSession) -> Iterator[Company]:
    yield Company(tmp_path, spark)
    # Delta keeps the state of every table it saw for an hour; hundreds of lakes would fill the heap.
    assert spark._jvm is not None
    spark._jvm.org.apache.spark.sql.delta.DeltaLog.clearCache()


@pytest.fixture(scope="session")
def make_company(spark: SparkSession) -> Callable[[Path], Company]:
    return lambda folder: Company(folder, spark)
