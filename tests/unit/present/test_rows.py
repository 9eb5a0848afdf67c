"""A closed row as data for other programs."""

import json
from datetime import UTC
from zoneinfo import ZoneInfo

from broadcaster.adapters.rehearsal_journal import RehearsalJournal
from broadcaster.domain.asrun import AsRunEntry, Outcome
from broadcaster.domain.calendar import Priority
from broadcaster.present.rows import as_json
from tests.airings import START, ZONES, a_closing, an_item, an_opening

PROMISED = {
    "airing_id",
    "seq",
    "planned",
    "started",
    "ended",
    "zone",
    "programme",
    "scripts",
    "outcome",
    "reason",
    "played_s",
    "duration_s",
    "late_ms",
    "priority",
    "test",
    "text_sha256",
    "audio_sha256",
    "voice",
    "device",
    "prev_hash",
    "row_hash",
}


def an_entry(*, failed: bool = False) -> AsRunEntry:
    """One row of two items in two zones."""
    opening = an_opening(items=(an_item("a"), an_item("b")), priority=Priority.PRIORITY)
    closing = a_closing(opening, failed=frozenset(ZONES[:1]) if failed else frozenset())
    return RehearsalJournal().record(opening, closing)


def test_every_promised_field_is_there() -> None:
    row = as_json(an_entry())
    assert set(row) >= PROMISED
    assert row["airing_id"] == "sang@2024-03-04T06:05+07:00"
    assert row["planned"] == "2024-03-04T06:05:00+07:00"
    assert row["zone"] == "dong-thanh,long-hung"
    assert row["scripts"] == ["a", "b"]
    assert (row["outcome"], row["priority"], row["test"]) == ("aired", "priority", False)
    assert row["text_sha256"] == "a" * 64 + "," + "a" * 64
    assert row["audio_sha256"] == "b" * 64 + "," + "b" * 64
    assert row["voice"] == "espeak-vi"
    assert row["device"] == "loa-dong-thanh,loa-long-hung"
    assert (row["played_s"], row["duration_s"], row["late_ms"]) == (120.0, 120.0, 0.4)
    assert row["prev_hash"] == "0" * 64


def test_moments_are_in_the_zone_of_the_station() -> None:
    assert as_json(an_entry(), UTC)["started"] == "2024-03-03T23:05:00+00:00"
    assert as_json(an_entry(), ZoneInfo("Asia/Ho_Chi_Minh"))["started"] == START.isoformat()


def test_it_is_one_line_of_strict_json_whatever_was_measured() -> None:
    text = json.dumps(as_json(an_entry(failed=True)), allow_nan=False, ensure_ascii=False)
    assert "\n" not in text
    (silent, heard) = json.loads(text)["results"]
    assert (silent["outcome"], silent["level_dbfs"], silent["reason"]) == ("failed", None, "mất thiết bị")
    assert heard["level_dbfs"] == -18.25


def test_what_was_never_planned_or_started_is_null() -> None:
    opening = an_opening(recorded_at=START)
    unplanned = type(opening)(
        airing_id=opening.airing_id,
        recorded_at=START,
        planned=None,
        zones=(),
        programme="",
        title="",
        items=(),
        duration_s=0.0,
        by="Chủ tịch",
        order_reason="báo bão",
    )
    closing = a_closing(opening, Outcome.FAILED, played_s=0.0)
    row = as_json(RehearsalJournal().record(unplanned, type(closing)(recorded_at=START, outcome=Outcome.FAILED)))
    assert (row["planned"], row["started"], row["ended"], row["late_ms"]) == (None, None, None, None)
    assert (row["zone"], row["scripts"], row["text_sha256"], row["voice"], row["device"]) == ("", [], "", "", "")
    assert (row["by"], row["order_reason"]) == ("Chủ tịch", "báo bão")
