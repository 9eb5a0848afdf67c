"""What the console refuses, each with its page."""


class PageError(Exception):
    """A page that says what is wrong (Vietnamese) and the way out."""

    status = 400
    title = "Chưa làm được"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ForbiddenError(PageError):
    """Not for this person, or not from this page."""

    status = 403
    title = "Không được phép"


class MissingError(PageError):
    """No such thing."""

    status = 404
    title = "Không tìm thấy"


class LoginNeededError(Exception):
    """Nobody is logged in: the login page, then back to where one was."""
