"""Whole columns: sealing, indexing, copying in and out, alike with what is done to single values."""

from datetime import date
from typing import Any

import polars as pl
import psycopg
import pytest
from cryptography.exceptions import InvalidTag

from yikatong.core import sql, vault

VALUES = pl.Series("number", ["519999199001011234", None, "", "赵一·二"])
ROWS = pl.Series("id", [7, 8, 9, 10])


@pytest.mark.django_db
def test_a_sealed_column_opens_value_by_value_and_as_a_column(cast: Any, at: Any) -> None:
    sealed = vault.seal_series(VALUES, place="a.b", rows=ROWS)
    assert sealed.null_count() == 1 and sealed.name == "number"
    assert vault.unseal(sealed[3], place="a.b", row=10).decode() == "赵一·二"
    opened = vault.open_series(
        sealed, rows=ROWS, place="a.b", purpose="test", subject="test:1", by=cast["liuhe.jingban"], at=at
    )
    assert opened.to_list() == VALUES.to_list()
    one_by_one = pl.Series([vault.seal(b"x", place="a.b", row=7), None], dtype=pl.Binary)
    assert vault.unseal_series(one_by_one, rows=ROWS[:2], place="a.b").to_list() == ["x", None]
    with pytest.raises(InvalidTag):
        vault.unseal_series(sealed, rows=ROWS.reverse(), place="a.b")


@pytest.mark.django_db
def test_a_column_of_nothing_stays_nothing() -> None:
    nothing = pl.Series("number", [None, None], dtype=pl.String)
    assert vault.seal_series(nothing, place="a.b", rows=ROWS[:2]).to_list() == [None, None]
    assert vault.unseal_series(nothing.cast(pl.Binary), rows=ROWS[:2], place="a.b").to_list() == [None, None]
    assert vault.index_series(nothing, kind="id_number").to_list() == [None, None]


@pytest.mark.django_db
def test_an_indexed_column_is_found_by_single_values() -> None:
    assert vault.index_series(VALUES, kind="id_number").to_list() == [
        None if value is None else vault.index(value, kind="id_number") for value in VALUES
    ]


def test_a_frame_goes_in_and_comes_out_as_it_was(fresh_database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pl.DataFrame(
        {
            "id": [1, 2, 3],
            "words": ['一,"二"\n', "", None],
            "seal": [b"\x00\xff", b"", None],
            "held": [True, False, None],
            "day": [date(2026, 1, 2), None, date(2026, 3, 4)],
        }
    )
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as owner:
        owner.execute("CREATE UNLOGGED TABLE core_any (id bigint, words text, seal bytea, held boolean, day date)")
        owner.execute("GRANT SELECT, INSERT ON core_any TO yikatong_app")
    assert sql.copy_frame("core_any", frame) == 3
    monkeypatch.setattr(sql, "text", lambda name: f"-- All of {name}.\nSELECT * FROM core_any ORDER BY id\n")
    parts = list(sql.frames("core/any", dict(frame.schema), rows_max=2))
    assert [part.height for part in parts] == [2, 1]
    assert pl.concat(parts).equals(frame)
    assert sql.frame("core/any", dict(frame.schema)).equals(frame)
    monkeypatch.setattr(sql, "text", lambda name: f"-- None of {name}.\nSELECT * FROM core_any WHERE id = %(id)s")
    assert sql.frame("core/any", dict(frame.schema), id=9).equals(frame.clear())
