"""The same work without the project, each a process: `python -m tests.bench.yardsticks NAME INBOX OUT`."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

COLUMNS = ("Date received", "Product", "Sub-product", "Issue", "Sub-issue", "Consumer complaint narrative",
           "Company public response", "Company", "State", "ZIP code", "Tags", "Consumer consent provided?",
           "Submitted via", "Date sent to company", "Company response to consumer", "Timely response?",
           "Consumer disputed?", "Complaint ID")  # fmt: skip
RECEIVED, SENT = "try_cast(`Date received` AS date)", "try_cast(`Date sent to company` AS date)"
RESPONSE, NARRATIVE = "`Company response to consumer`", "`Consumer complaint narrative`"
ID = "concat('cfpb:', `Complaint ID`)"
# The tables that the description of the source gives, with the columns it fills; no rule, no key, no version.
TARGETS = {
    "complaint": f"""SELECT {ID} AS complaint_id, 'complaint' AS kind, lower(`Submitted via`) AS channel,
        `Product` AS product, `Sub-product` AS subproduct, `Issue` AS cause, `Sub-issue` AS subcause,
        `Company` AS provider, `State` AS place, {RESPONSE} AS status, {RECEIVED} AS received_on,
        `Timely response?` = 'Yes' AS is_timely, `Consumer disputed?` = 'Yes' AS is_disputed FROM records""",
    "complaint_status_history": f"""SELECT {ID} AS complaint_id, item.* FROM records LATERAL VIEW explode(array(
        named_struct('to_status', 'received', 'at', {RECEIVED}), named_struct('to_status', 'assigned', 'at', {SENT}),
        named_struct('to_status', if({RESPONSE} <> 'In progress', 'closed', null), 'at', cast(null AS date)))) AS item
        WHERE item.to_status IS NOT NULL""",
    "complaint_redress": f"""SELECT {ID} AS complaint_id, 1 AS seq, {RESPONSE} AS redress_type FROM records
        WHERE {RESPONSE} IN ('Closed with monetary relief', 'Closed with non-monetary relief')""",
    "document": f"""SELECT {ID} AS complaint_id, {RECEIVED} AS written_at, length({NARRATIVE}) AS length FROM records
        WHERE {NARRATIVE} <> ''""",
    "document_text": f"SELECT {ID} AS document_id, {NARRATIVE} AS text FROM records WHERE {NARRATIVE} <> ''",
}  # fmt: skip


def bare(inbox: Path, out: Path) -> None:
    """Do as many parses and Delta writes of the same bytes as landing and refining do, by Spark, without a rule.

    Each file is read twice (verified, landed), and bronze is parsed once for each of the four jobs that read it.
    """
    spark = _session(inbox)
    files = _files(spark, inbox)
    files.write.format("noop").mode("overwrite").save()
    records = files.select(F.input_file_name().alias("_source_object"), F.col("`Complaint ID`").alias("_record_key"),
                           F.to_json(F.struct(*(f"`{name}`" for name in COLUMNS))).alias("payload"))  # fmt: skip
    records.withColumn("_record_hash", F.sha2("payload", 256)).write.format("delta").save(f"{out}/bronze")
    schema = ", ".join(f"`{name}` STRING" for name in COLUMNS)
    for name, sql in TARGETS.items():
        bronze = spark.read.format("delta").load(f"{out}/bronze")
        parsed = bronze.select(F.from_json("payload", schema).alias("record")).select("record.*")
        parsed.createOrReplaceTempView("records")
        spark.sql(sql).write.format("delta").save(f"{out}/{name}")


def parquet(inbox: Path, out: Path) -> None:
    """Read the files by Spark and write them as parquet."""
    _files(_session(inbox), inbox).write.parquet(f"{out}/parquet")


def by_duckdb(inbox: Path, out: Path) -> None:
    """Cast, key, take the newest version of each key and write a parquet file per target, by DuckDB."""
    out.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(config={"threads": 2, "memory_limit": "4GB", "temp_directory": str(out / "spilled")})
    con.sql("SET preserve_insertion_order = false")
    con.sql(f"""CREATE TABLE records AS SELECT * FROM read_csv('{inbox}/cfpb/complaints*.csv', all_varchar = true,
        header = true, quote = '"', escape = '"', filename = true)
        QUALIFY row_number() OVER (PARTITION BY "Complaint ID" ORDER BY filename DESC) = 1""")
    for name, sql in TARGETS.items():
        con.sql(f"COPY ({DUCKDB.get(name, _to_duckdb(sql))}) TO '{out}/{name}.parquet' (FORMAT parquet)")


# The one statement whose words DuckDB has not.
DUCKDB = {
    "complaint_status_history": """SELECT 'cfpb:' || "Complaint ID" AS complaint_id, 'received' AS to_status,
        try_cast("Date received" AS date) AS at FROM records UNION ALL
        SELECT 'cfpb:' || "Complaint ID", 'assigned', try_cast("Date sent to company" AS date) FROM records UNION ALL
        SELECT 'cfpb:' || "Complaint ID", 'closed', null FROM records
        WHERE "Company response to consumer" <> 'In progress'""",
}


def _to_duckdb(sql: str) -> str:
    return sql.replace("`", '"')


def _session(inbox: Path) -> SparkSession:
    from datetime import date

    from conf import settings
    from jobs.runtime import session

    return session.create(settings.load("local", date(2026, 3, 31), []).spark, is_small=session.is_small(str(inbox)))


def _files(spark: SparkSession, inbox: Path) -> DataFrame:
    schema = ", ".join(f"`{name}` STRING" for name in COLUMNS)
    return spark.read.csv(f"{inbox}/cfpb", schema=schema, header=True, multiLine=True, quote='"', escape='"')


def empty(inbox: Path, out: Path) -> None:
    """Add up in Python: how fast the machine is just now."""
    s = 0
    for i in range(20_000_000):
        s += i * i


ALL = {"bare": bare, "parquet": parquet, "duckdb": by_duckdb, "python": empty}

if __name__ == "__main__":
    ALL[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
