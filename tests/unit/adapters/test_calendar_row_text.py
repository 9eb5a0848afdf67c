"""One row of a calendar cut out by itself reads as it does in the whole file."""

import pytest

from broadcaster.adapters.calendar_text import YamlCalendarText
from broadcaster.adapters.yaml_edits import YamlText

BLOCK = """khung_gio:
  - ma: a
    phat: x
    gio: '06:05'

  # lời ghi
  - ma: b
    phat: y   # cuối dòng
    gio: ['06:05', '17:00']
"""
FLUSH = """khung_gio:
- ma: a
  phat: x
- ma: b
  phat:
    xoay_vong: [ND-D2]
ngoai_le:
- tu: 01/01/2099
  ly_do: |
    nhiều
    dòng
"""
CALENDARS = (
    BLOCK,
    FLUSH,
    "khung_gio: [{ma: a, phat: x}, {ma: b, phat: y}]\n",
    "khung_gio:\n  -\n    ma: a\n    phat: x\n  - {ma: b, phat: y}\n",
    "\ufeff" + BLOCK.replace("\n", "\r\n"),
    "khung_gio:\n  - ma: a\n    ghi_chu: 'một\n\n      hai'\n  - ma: b\n# cuối tệp\n",
)


@pytest.mark.parametrize("text", CALENDARS)
def test_a_row_cut_out_is_the_row_of_the_whole_file(text: str) -> None:
    calendar = YamlCalendarText()
    whole = YamlText(text)
    seen = 0
    for line in range(-1, text.count("\n") + 3):
        found = whole.row_at(line)
        expected = whole.written(found[1]) if found is not None else None
        assert calendar.row(text, line) == expected, line
        seen += found is not None
    assert seen >= 1 or "[{" in text
