"""The family of errors a face turns into one clear Vietnamese text and exit code 2; anything else is a bug."""

from collections.abc import Sequence

from broadcaster.domain.problems import Problem


class BroadcasterError(Exception):
    """What went wrong, in Vietnamese, for the person at the keyboard; ``hint`` is the way out."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(BroadcasterError):
    """What a person wrote cannot be used; every problem found is carried, not only the first."""

    def __init__(self, message: str, problems: Sequence[Problem] = (), hint: str = "") -> None:
        super().__init__(message, hint)
        self.problems = tuple(problems)


class SynthesisError(BroadcasterError):
    """A voice gave no sound now; ``retry`` says whether the same call may succeed later."""

    def __init__(self, message: str, hint: str = "", *, retry: bool = True) -> None:
        super().__init__(message, hint)
        self.retry = retry


class SinkError(BroadcasterError):
    """A loudspeaker way is missing, busy or lost; the caller may retry within the grace of the airing."""


class RecordError(BroadcasterError):
    """The journal could not be written or read; nothing airs that cannot be written down."""


class AlreadyRecordedError(RecordError):
    """This airing already has its row: it must not be played again."""


class StationHeldError(BroadcasterError):
    """Another process already runs this station folder."""
