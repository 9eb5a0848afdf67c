"""The log as the console looks through it."""

from broadcaster.adapters.journal import SqlJournal
from broadcaster.adapters.journal_browse import SqlLogReader
from broadcaster.ports import Journal
from broadcaster.ports_browsing import LogReader
from broadcaster.station.browsing import Browser


def log_reader(journal: Journal) -> LogReader:
    """Narrow reads of a journal on a database; a rehearsal's journal in memory is read whole instead."""
    if not isinstance(journal, SqlJournal):
        raise TypeError("only a journal on a database is looked through page by page")
    return SqlLogReader(journal)


def browser(journal: Journal) -> Browser:
    """Looks through a journal page by page."""
    return Browser(log_reader(journal))
