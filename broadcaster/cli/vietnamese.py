"""click's own words in Vietnamese: usage, options, and what was typed wrongly."""

import gettext
import os
from pathlib import Path


def speak_vietnamese() -> None:
    """Point click's gettext at the catalogue beside this file; the program has one language whatever the machine's locale."""
    os.environ["LANGUAGE"] = "vi"
    gettext.bindtextdomain("messages", Path(__file__).parent / "locale")
    gettext.textdomain("messages")
