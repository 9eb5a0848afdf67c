"""Papers made for a browser: the command line does the work in a child process, the file waits here until it is fetched."""

import hashlib
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from broadcaster.web.context import ConsoleContext
from broadcaster.web.jobs import Job
from broadcaster.web.security import Context

KEPT = 30
_OPENING = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper asked for: ``words`` is the command without its ``--out``; ``back`` is the page it was asked on."""

    token: str
    title: str
    file: Path
    words: tuple[str, ...]
    back: str

    @property
    def job(self) -> str:
        """The name of its job."""
        return f"paper-{self.token}"


class PaperDesk:
    """The papers of one console, under ``var/console``; the newest thirty are kept."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context
        self._folder = context.paths.var / "console"
        self._lock = threading.Lock()
        self._papers: dict[str, Paper] = {}
        shutil.rmtree(self._folder, ignore_errors=True)

    def make(self, words: Sequence[str], *, name: str, title: str, back: str) -> Paper:
        """Begin a paper (the same one again while it is in work is that one). Raises OSError where the disk refuses."""
        token = hashlib.sha256("\0".join((*words, name)).encode()).hexdigest()[:20]
        paper = Paper(token=token, title=title, file=self._folder / token / name, words=tuple(words), back=back)
        paper.file.parent.mkdir(parents=True, exist_ok=True)
        with self._lock:
            self._papers.pop(token, None)
            self._papers[token] = paper
            while len(self._papers) > KEPT:
                self._drop(next(iter(self._papers)))
        job = self._context.jobs.get(paper.job)
        if job is None or not job.running:
            paper.file.unlink(missing_ok=True)
            self._context.jobs.start(paper.job, *words, f"--out={paper.file}")
        return paper

    def _drop(self, token: str) -> None:
        paper = self._papers.pop(token)
        shutil.rmtree(paper.file.parent, ignore_errors=True)

    def get(self, token: str) -> Paper | None:
        """A paper asked for since this console began."""
        return self._papers.get(token)

    def state(self, paper: Paper) -> Job | None:
        """How its making stands."""
        return self._context.jobs.get(paper.job)


def desk_of(request: Request, context: Context) -> PaperDesk:
    """One desk for an application, made when a paper is first asked for."""
    with _OPENING:
        found = getattr(request.app.state, "paper_desk", None)
        if not isinstance(found, PaperDesk):
            found = request.app.state.paper_desk = PaperDesk(context)
        return found


Papers = Annotated[PaperDesk, Depends(desk_of)]
