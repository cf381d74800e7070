from datetime import date
from importlib import resources

import pytest
import yaml
from pydantic import ValidationError

from conf import secret, settings
from conf.secret import SecretError
from conf.settings import SettingsError

AS_OF = date(2026, 1, 31)


def load(*overrides, env="local"):
    return settings.load(env, AS_OF, overrides)


def message(*overrides, error=SettingsError, env="local"):
    with pytest.raises(error) as raised:
        load(*overrides, env=env)
    return str(raised.value)


def test_an_environment_changes_only_what_it_lists():
    base, local, cluster = (load(env=env) for env in ("base", "local", "cluster"))
    assert (base.rebuild, local.rebuild, cluster.rebuild) == ("never", "auto", "never")
    assert (base.spark.master, cluster.spark.master) == ("local[*]", "")
    assert (base.spark.shuffle_partitions, cluster.spark.shuffle_partitions) == (8, 200)
    assert cluster.spark.driver_memory == base.spark.driver_memory == "4g"
    assert (local.env, local.as_of) == ("local", AS_OF)


def test_an_unknown_environment_names_the_known_ones():
    assert message(env="prod") == (
        "no settings for --env prod: conf/prod.yaml does not exist; there are ['base', 'cluster', 'local']"
    )


def test_settings_are_frozen():
    with pytest.raises(ValidationError):
        load().retries = 3


@pytest.mark.parametrize(
    ("override", "read", "expected"),
    [
        ("lake=s3a://bucket/lake", lambda s: s.lake, "s3a://bucket/lake"),
        ("lake=a=b", lambda s: s.lake, "a=b"),
        ("lake=", lambda s: s.lake, ""),
        ("replay=true", lambda s: s.replay, True),
        ("retries=2", lambda s: s.retries, 2),
        ("lock_wait_seconds=1.5", lambda s: s.lock_wait_seconds, 1.5),
        ("sources=[a, b/c]", lambda s: s.sources, ("a", "b/c")),
        ("landing.files_per_batch=7", lambda s: s.landing.files_per_batch, 7),
        ("landing={max_ratio: 9}", lambda s: (s.landing.max_ratio, s.landing.files_per_batch), (9, 10_000)),
        ("spark.master=local[2]", lambda s: s.spark.master, "local[2]"),
    ],
)
def test_set_takes_text_numbers_lists_and_nested_keys(override, read, expected):
    assert read(load(override)) == expected


def test_of_two_set_the_last_wins_and_others_stay():
    made = load("retries=1", "landing.max_ratio=5", "retries=2")
    assert (made.retries, made.landing.max_ratio, made.landing.max_file_gib) == (2, 5, 50)


def test_what_follows_spark_conf_is_one_key_and_its_value_stays_text():
    made = load("spark.conf.spark.sql.ansi.enabled=true", "spark.conf.spark.x=1.10", "spark.conf.spark.y=a=b")
    assert made.spark.conf == {"spark.sql.ansi.enabled": "true", "spark.x": "1.10", "spark.y": "a=b"}


@pytest.mark.parametrize("override", ["retries", "=3", ""])
def test_a_set_without_key_or_value_shows_the_form(override):
    assert message(override) == f"--set {override!r}: expected key=value, as landing.files_per_batch=100"


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("retrys=1", "  retrys: no such setting; did you mean retries? (conf/base.yaml lists them all)"),
        (
            "landing.max_file_gb=1",
            "  landing.max_file_gb: no such setting; did you mean max_file_gib? (conf/base.yaml lists them all)",
        ),
        (
            "spark.qqq=1",
            (
                "  spark.qqq: no such setting; known here: master, driver_memory, shuffle_partitions, conf "
                "(conf/base.yaml lists them all)"
            ),
        ),
    ],
)
def test_an_unknown_key_gets_a_suggestion_or_the_list(override, expected):
    assert message(override).splitlines() == ["settings:", expected]


@pytest.mark.parametrize(
    ("override", "place", "found"),
    [
        ("retries=11", "retries", "11"),
        ("retries=many", "retries", "'many'"),
        ("rebuild=always", "rebuild", "'always'"),
        ("lake=2026", "lake", "2026"),
        ("sources=conf/sources", "sources", "'conf/sources'"),
        ("landing=5", "landing", "5"),
        ("landing.max_ratio=1", "landing.max_ratio", "1"),
        ("landing.files_per_batch=0", "landing.files_per_batch", "0"),
        ("landing.shrink_warning=1.5", "landing.shrink_warning", "1.5"),
        ("spark.shuffle_partitions=0", "spark.shuffle_partitions", "0"),
    ],
)
def test_a_bad_value_is_named_with_its_place(override, place, found):
    (line,) = message(override).splitlines()[1:]
    assert line.startswith(f"  {place}: Input should be")
    # The value is not shown: it may be a secret that came by reference.
    assert f"found {found}" not in line


def test_alerts_have_one_receiver_whose_address_is_never_shown(monkeypatch):
    monkeypatch.setenv("RECLAMO_TEST_HOOK", "https://chat.example/hooks/S3CR3T")
    made = load("alert.webhook=${env:RECLAMO_TEST_HOOK}")
    assert made.alert.webhook.get_secret_value() == "https://chat.example/hooks/S3CR3T"
    assert "S3CR3T" not in repr(made)
    both = message("alert.webhook=${env:RECLAMO_TEST_HOOK}", "alert.command=[tell]")
    assert both.splitlines()[1:] == ["  alert: Value error, give alert.command or alert.webhook, not both"]
    for address in ("chat.example/hooks/S3CR3T", "ftp://chat.example/S3CR3T", "https://chat.example/S3C R3T"):
        said = message(f"alert.webhook={address}")
        assert "expected an address that begins with http:// or https:// and has no spaces" in said
        assert "S3C" not in said


def test_every_mistake_is_told_at_once():
    lines = message("retries=-1", "landing.max_ration=3").splitlines()
    assert len(lines) == 3
    assert any("landing.max_ration: no such setting; did you mean max_ratio?" in line for line in lines)
    assert any(line.startswith("  retries: ") for line in lines)


@pytest.mark.parametrize(
    ("override", "place"),
    [
        ("spark.conf.spark.hadoop.fs.s3a.secret.key=hunter2", "spark.conf.spark.hadoop.fs.s3a.secret.key"),
        ("spark.conf.spark.hadoop.fs.s3a.access.key=hunter2", "spark.conf.spark.hadoop.fs.s3a.access.key"),
        ("spark.conf.javax.jdo.option.ConnectionPassword=hunter2", "spark.conf.javax.jdo.option.ConnectionPassword"),
        ("landing.api_token=hunter2", "landing.api_token"),
        ("password=hunter2", "password"),
    ],
)
def test_a_literal_secret_is_refused_and_never_shown(override, place):
    text = message(override, error=SecretError)
    assert text == (
        f"conf/local.yaml or --set: {place} holds a secret in plain text; "
        "write ${env:NAME} or ${file:PATH} and keep the value outside"
    )


def test_a_secret_comes_from_the_environment_or_a_file(monkeypatch, tmp_path):
    monkeypatch.setenv("RECLAMO_TEST_KEY", "from the environment")
    (tmp_path / "key").write_text("from a file\n", encoding="utf-8")
    made = load(
        "spark.conf.spark.a.secret=${env:RECLAMO_TEST_KEY}",
        f"spark.conf.spark.b.password=${{file:{tmp_path / 'key'}}}",
        "lake=s3a://${env:RECLAMO_TEST_KEY}/lake",
    )
    assert made.spark.conf == {"spark.a.secret": "from the environment", "spark.b.password": "from a file"}
    assert made.lake == "s3a://from the environment/lake"


def test_a_reference_that_leads_nowhere_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.delenv("RECLAMO_TEST_KEY", raising=False)
    assert message("lake=${env:RECLAMO_TEST_KEY}", error=SecretError) == (
        "${env:RECLAMO_TEST_KEY}: the environment has no variable RECLAMO_TEST_KEY; export it and try again"
    )
    assert message(f"lake=${{file:{tmp_path}/gone}}", error=SecretError) == (
        f"${{file:{tmp_path}/gone}}: there is no such file; put the secret there, readable by this user only"
    )


def test_secrets_are_found_at_any_depth_and_resolved_without_changing_the_rest(monkeypatch):
    monkeypatch.setenv("RECLAMO_TEST_KEY", "v")
    values = {"a": [{"Private-Key": "x"}, 3], "token": "${env:RECLAMO_TEST_KEY}", "password": "", "name": "x"}
    assert list(secret.literal_secrets(values)) == ["a[0].Private-Key"]
    assert secret.resolved(values) == {"a": [{"Private-Key": "x"}, 3], "token": "v", "password": "", "name": "x"}
    assert values["token"] == "${env:RECLAMO_TEST_KEY}"


def test_a_file_with_an_unknown_key_or_a_literal_secret_is_refused(monkeypatch, tmp_path):
    (tmp_path / "base.yaml").write_text("retrys: 1\n", encoding="utf-8")
    monkeypatch.setattr(resources, "files", lambda package: tmp_path)
    assert "  retrys: no such setting; did you mean retries?" in message(env="base")
    (tmp_path / "base.yaml").write_text("spark: {conf: {spark.x.password: hunter2}}\n", encoding="utf-8")
    assert "spark.conf.spark.x.password holds a secret" in message(env="base", error=SecretError)
    (tmp_path / "base.yaml").write_text("- a list\n", encoding="utf-8")
    assert message(env="base") == "conf/base.yaml: expected keys and values"


def test_base_yaml_lists_every_setting_but_those_of_a_run():
    listed = yaml.safe_load(resources.files("conf").joinpath("base.yaml").read_text(encoding="utf-8"))
    assert set(listed) | {"env", "as_of"} == set(settings.Settings.model_fields)
    assert set(listed["landing"]) == set(settings.Landing.model_fields)
    assert set(listed["spark"]) == set(settings.Spark.model_fields)


@pytest.mark.parametrize("override", ["env=prod", "as_of=2020-01-01"])
def test_what_a_run_fixes_cannot_be_set(override):
    message(override)


@pytest.mark.parametrize("value", ["[x", "@x", "%x"])
def test_a_value_that_is_not_yaml_is_a_text(value):
    assert load(f"lake={value}").lake == value


@pytest.mark.parametrize(
    "override",
    [
        "spark={conf: {spark.x.password: 90125}}",
        "spark.conf={spark.x.password: 90125}",
        "landing.max_ratio=${env:RECLAMO_TEST_KEY}",
    ],
)
def test_a_secret_of_the_wrong_type_is_never_shown(override, monkeypatch):
    monkeypatch.setenv("RECLAMO_TEST_KEY", "word 90125")
    with pytest.raises((SettingsError, SecretError)) as raised:
        load(override)
    assert "90125" not in str(raised.value)


@pytest.mark.parametrize("value", [90125, ["hunter2"], "hunter2${env:NAME}"])
def test_a_literal_secret_is_one_in_any_form(value):
    assert list(secret.literal_secrets({"password": value})) != []


@pytest.mark.parametrize(
    "key",
    [
        "spark.hadoop.fs.azure.account.key.shop.dfs.core.windows.net",
        "fs.azure.account.key",
        "spark.hadoop.fs.azure.account.oauth2.client.secret.shop.dfs.core.windows.net",
        "fs.azure.account.oauth2.refresh.token",
        "fs.azure.sas.fixed.token.shop.dfs.core.windows.net",
        "fs.azure.sas.box.shop.blob.core.windows.net",
        "fs.s3.awsAccessKeyId",
        "aws_access_key_id",
        "aws_secret_access_key",
        "fs.s3a.session.token",
        "fs.gs.auth.service.account.private.key",
        "spark.x.accessToken",
        "sas_token",
        "connectionString",
        "connection_string",
        "api_key",
        "AccountKey",
        "pwd",
    ],
)
def test_the_names_that_storage_and_databases_give_secrets_are_known(key):
    assert list(secret.literal_secrets({key: "hunter2"})) == [key]
    assert list(secret.literal_secrets({key: "${env:NAME}"})) == []


@pytest.mark.parametrize(
    "key",
    [
        "fs.azure.account.keyprovider.shop.dfs.core.windows.net",
        "fs.azure.account.oauth2.refresh.token.endpoint",
        "fs.azure.account.oauth2.client.id",
        "fs.azure.sas.token.provider.type.shop.dfs.core.windows.net",
        "fs.s3a.aws.credentials.provider",
        "spark.authenticate.secretBitLength",
        "spark.kubernetes.authenticate.oauthTokenFile",
        "record_key",
        "key_space",
        "null_tokens",
    ],
)
def test_names_that_only_look_like_secrets_pass(key):
    assert list(secret.literal_secrets({key: "harmless"})) == []


@pytest.mark.parametrize(
    "text",
    [
        "jdbc:mysql://host/db?user=me&password=hunter2",
        "jdbc:sqlserver://host:1433;databaseName=db;user=sa;password={hun;ter2}",
        "jdbc:postgresql://me:hunter2@host/db",
        "jdbc:oracle:thin:me/hunter2@//host:1521/db",
        "mongodb://${env:USER}:hunter2@host",
        "s3a://key:hunter2@bucket/lake",
        "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=hunter2==",
        "Endpoint=sb://x;SharedAccessKeyName=n;SharedAccessKey=hunter2",
        "https://shop.blob.core.windows.net/box?sv=2024-01-01&sig=hunter2",
        "-Djavax.net.ssl.trustStorePassword=hunter2",
        "Server=host;Uid=me;Pwd=hunter2",
        "host?password=${env:NAME}hunter2",
    ],
)
def test_a_secret_inside_a_text_is_found(text):
    assert list(secret.literal_secrets({"place": [text]})) == ["place[0]"]
    assert "hunter2" not in message(f"lake={text}", error=SecretError)


@pytest.mark.parametrize(
    "text",
    [
        "jdbc:postgresql://host:5432/db?user=me&password=${env:NAME}&ssl=true",
        "jdbc:oracle:thin:${env:USER}/${file:key}@//host:1521/db",
        "jdbc:oracle:thin:@//host:1521/db",
        "s3a://${env:KEY}:${env:SECRET}@bucket/lake",
        "abfss://box@shop.dfs.core.windows.net/lake",
        "s3a://bucket/a:b@c",
        "password = 'x' OR token='y'",
        "{inbox}/*.csv",
    ],
)
def test_a_text_without_a_secret_passes(text):
    assert list(secret.literal_secrets({"place": text})) == []


def test_a_key_written_twice_is_refused(monkeypatch, tmp_path):
    assert message("landing={max_ratio: 3, max_ratio: 4}") == (
        "--set landing: line 1: the key 'max_ratio' stands in line 1 as well; keep one"
    )
    (tmp_path / "base.yaml").write_text("retries: 1\nlake: x\nretries: 2\n", encoding="utf-8")
    monkeypatch.setattr(resources, "files", lambda package: tmp_path)
    assert message(env="base") == "conf/base.yaml: line 3: the key 'retries' stands in line 1 as well; keep one"
    (tmp_path / "base.yaml").write_text("lake: [\n", encoding="utf-8")
    assert message(env="base").startswith("conf/base.yaml: while parsing")
