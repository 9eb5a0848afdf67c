"""A script's validity and the digests that an approval binds."""

import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.domain.problems import Where, error, has_errors, warning
from broadcaster.domain.scripts import Approval, Script, canonical_text
from tests.unit.domain.making import at, day, script

NFC = "Kính thưa bà con."
NFD = unicodedata.normalize("NFD", NFC)


@pytest.mark.parametrize(
    ("on", "valid"),
    [("03/03/2024", False), ("04/03/2024", True), ("30/06/2024", True), ("01/07/2024", False)],
)
def test_both_ends_of_validity_belong(on: str, valid: bool) -> None:
    assert script("a", first="04/03/2024", last="30/06/2024").valid_on(day(on)) is valid


def test_no_dates_mean_always_valid() -> None:
    assert script("a").valid_on(date.min)
    assert script("a").valid_on(date.max)


def said(text: str) -> Script:
    return replace(script("a"), text=text)


@pytest.mark.parametrize("same", [NFD, f"{NFC}\r\n", f"  \n{NFC}   \n\n", f"{NFC}\r"])
def test_an_edit_nobody_can_read_changes_no_digest(same: str) -> None:
    assert said(same).text_sha256 == said(NFC).text_sha256


@pytest.mark.parametrize("other", ["Kính thưa bà con!", "kính thưa bà con.", "Kính thưa  bà con.", ""])
def test_an_edit_one_can_read_changes_it(other: str) -> None:
    assert said(other).text_sha256 != said(NFC).text_sha256


def test_how_often_it_is_said_belongs_to_the_digest() -> None:
    assert replace(said(NFC), repeat=2).text_sha256 != said(NFC).text_sha256


def test_a_recording_is_named_by_its_bytes_not_by_its_transcript() -> None:
    one = replace(said(NFC), recording="a.mp3", recording_sha256="00")
    assert replace(one, text="khác").text_sha256 == one.text_sha256
    assert replace(one, recording_sha256="01").text_sha256 != one.text_sha256


@given(st.text())
def test_canonical_text_is_stable(text: str) -> None:
    once = canonical_text(text)
    assert canonical_text(once) == once
    assert "\r" not in once


def test_an_approval_covers_exactly_its_two_digests() -> None:
    approval = Approval(
        script_id=script("a").id, text_sha256="t", audio_sha256="a", by="Lãnh đạo", at=at("01/03/2024 08:00")
    )
    assert approval.covers(text_sha256="t", audio_sha256="a")
    assert not approval.covers(text_sha256="x", audio_sha256="a")
    assert not approval.covers(text_sha256="t", audio_sha256="x")


def test_a_place_reads_as_a_person_would_look_for_it() -> None:
    assert str(Where(file="schedules/a.yaml", line=7)) == "schedules/a.yaml:7"
    assert str(Where(file="schedules/a.xlsx", sheet="Tháng 3", cell="B4")) == "schedules/a.xlsx!Tháng 3!B4"
    assert str(Where(file="schedules/a.xlsx", sheet="Tháng 3")) == "schedules/a.xlsx!Tháng 3"
    assert str(Where(file="station.toml")) == "station.toml"


def test_only_an_error_keeps_the_new_version_off_the_air() -> None:
    here = Where(file="station.toml")
    assert not has_errors([warning(here, "w", "chú ý")])
    assert has_errors([warning(here, "w", "chú ý"), error(here, "e", "sai")])
