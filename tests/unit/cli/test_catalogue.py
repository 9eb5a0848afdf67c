from tests.catalogue import FOLDER, compiled


def test_the_compiled_catalogue_is_the_written_one() -> None:
    """An edit of messages.po that was not compiled would stay English on screen."""
    assert (FOLDER / "messages.mo").read_bytes() == compiled((FOLDER / "messages.po").read_text(encoding="utf-8"))
