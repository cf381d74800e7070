"""Which files hold the rows of a table, or what versions added to it, where Spark may read them without Delta.

Delta asks Spark for a table's files at every reading: a job or two, which take longer than the rows of few files.
"""

from __future__ import annotations

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError
from pyspark.sql.types import StructType

from conf.table import Table
from jobs.runtime import ddl

# A table of so little is read by its files, and so are news in so many files.
FEW_FILES, FEW_BYTES = 32, 32 * 2**20
GLOB = frozenset("{}[]*?\\")


def few(path: str, table: Table, schema: StructType, log: DeltaTable) -> list[str]:
    """Return the files of a small table; none where Delta is to find them."""
    files = _files(path, table, schema, log)
    return [] if len(files) > FEW_FILES or sum(files.values()) > FEW_BYTES else list(files)


def added(path: str, table: Table, schema: StructType, log: DeltaTable, after: int, upto: int) -> list[str]:
    """Return the few files that hold what the versions after `after` added, up to `upto`, if they did nothing else.

    There are none to be told where a file went, for rows were changed or packed together, and where Delta is to look.
    """
    try:
        log.load_as_version(after)
        before = _files(path, table, schema, log)
        log.load_as_version(upto)
    except DeltaError:
        # The log was cleaned.
        return []
    now = _files(path, table, schema, log)
    new = [file for file in now if file not in before]
    return new if before and len(new) <= FEW_FILES and before.keys() <= now.keys() else []


def _files(path: str, table: Table, schema: StructType, log: DeltaTable) -> dict[str, int]:
    """Return the sizes of a table's files; none where only Delta knows how to read them."""
    is_plain = log.protocol().min_reader_version == 1 and not ddl.partitioned_by(table)
    if not is_plain or GLOB & {*path}:
        return {}
    contract = {f.name: f.dataType for f in schema.fields}
    if any(contract.get(f.name) != f.dataType for f in ddl.fields(log.schema().to_json())):
        # Delta gives what is there, and the next write of the table says what is wrong with it.
        return {}
    actions = log.get_add_actions(flatten=True)
    names, sizes = (actions.column(name).to_pylist() for name in ("path", "size_bytes"))
    if any("/" in name for name in names):
        return {}
    return {f"{path}/{name}": size for name, size in zip(names, sizes, strict=True)}
