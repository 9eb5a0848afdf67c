"""Taking an edit back, as an edit of its own; taking that one back is doing it again."""

from datetime import datetime

from broadcaster.domain.edits import Edit, Kept, undone
from broadcaster.errors import InputError
from broadcaster.ports_editing import EditedFiles


def undo(files: EditedFiles, number: int, *, by: str, now: datetime) -> Edit:
    """Put every file of an edit back as it was before; ConflictError when one has changed since. Raises InputError."""
    known = files.edits(most=10_000)
    edit = next((e for e in known if e.number == number), None)
    if edit is None:
        raise InputError("Không tìm thấy lần sửa này trong lịch sử.")
    if number in undone(known):
        raise InputError("Lần sửa này đã được hoàn tác rồi.")
    changes: dict[str, Kept | None] = {}
    for change in reversed(edit.changes):  # a recording leaves after the text that names it, and comes before it
        if change.before and not files.keeps(change.before):
            raise InputError(f"Bản cũ của {change.name} không còn trong lịch sử, không hoàn tác được.")
        changes[change.name] = Kept(digest=change.before) if change.before else None
    began = {change.name: change.after for change in edit.changes}
    return files.apply(changes, began=began, by=by, at=now, why=_undoing(edit), undoes=number)


def _undoing(edit: Edit) -> str:
    """In words; taking an undoing back is doing again."""
    if edit.undoes is not None and edit.why.startswith("Hoàn tác: "):
        return f"Làm lại: {edit.why.removeprefix('Hoàn tác: ')}"[:200]
    return f"Hoàn tác: {edit.why.removeprefix('Làm lại: ')}"[:200]
