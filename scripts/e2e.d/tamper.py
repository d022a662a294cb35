"""Changes one byte in one commit behind the product's back, to see that `log verify` finds it."""

from __future__ import annotations

from dataclasses import dataclass

from control_plane import ControlPlane
from shell import E2EFailure, run


@dataclass(frozen=True)
class Tampered:
    """Where the byte was changed."""

    shard: int
    position: int


def tamper(server: ControlPlane) -> Tampered:
    """Alters a letter in the events of a commit in the middle of the longest shard, as a superuser without scruples."""
    sql = """
        set client_min_messages = error;
        begin;
        alter table {table} disable trigger all;
        update {table} set events = regexp_replace(events::text, '[a-z]', 'X')::json
            where (shard, position) = (
                select shard, position from {table}
                where shard = (select shard from {table} group by shard order by count(*) desc, shard limit 1)
                order by position offset 1 limit 1)
            returning shard, position;
        alter table {table} enable trigger all;
        commit;
    """
    for database in _psql(
        server, "postgres", "select datname from pg_database where datallowconn and not datistemplate"
    ):
        tables = _psql(
            server,
            database,
            "select format('%I.%I', table_schema, table_name) from "
            "information_schema.tables where table_name = 'commit'",
        )
        if tables:
            answer = _psql(server, database, sql.format(table=tables[0]))
            shard, _, position = answer[-1].partition("|")
            return Tampered(int(shard), int(position))
    raise E2EFailure("no database of the embedded PostgreSQL has a table named commit")


def _psql(server: ControlPlane, database: str, sql: str) -> list[str]:
    sockets, port, user = server.database()
    output = run(
        [
            "runuser",
            "-u",
            user,
            "--",
            "psql",
            "--no-psqlrc",
            "--quiet",
            "--tuples-only",
            "--no-align",
            "--set=ON_ERROR_STOP=1",
            "--host",
            sockets,
            "--port",
            port,
            "--username",
            "ringmaster",
            "--dbname",
            database,
        ],
        stdin=sql,
    )
    return [line for line in output.splitlines() if line]
