"""Who may use the console: names, roles and argon2 hashes in one file that only the station's own user can read."""

import fcntl
import json
import os
import re
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from broadcaster.errors import BroadcasterError, InputError

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")


class Role(Enum):
    """What a person may do in the console; the word is shown as it is."""

    AUTHOR = "soạn"
    APPROVER = "duyệt"
    OPERATOR = "vận hành"
    VIEWER = "xem"
    ADMIN = "quản trị"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person: ``login`` is the key for ever, ``name`` is what the journal says."""

    login: str
    name: str
    roles: frozenset[Role]
    active: bool = True
    password_hash: str = ""
    changed: str = ""
    """When the password was last set (ISO): sessions begun before it end."""

    def may(self, *roles: Role) -> bool:
        """Whether the person has any of the roles."""
        return self.active and bool(self.roles.intersection(roles))


class People:
    """The people of one station, in ``var/people.json`` (0600). Safe between threads and processes; every write is atomic."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        # OWASP's second choice: 19 MiB is enough against guessing and fits a small machine beside the player
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
        self._nobody = self._hasher.hash(os.urandom(16).hex())
        self._cached: tuple[tuple[int, int, int], dict[str, Person]] | None = None

    def all(self) -> tuple[Person, ...]:
        """Everyone, by name. Raises BroadcasterError when the file cannot be read or is damaged."""
        return tuple(sorted(self._read().values(), key=lambda p: (not p.active, p.name)))

    def get(self, login: str) -> Person | None:
        """The person of that login, active or not."""
        return self._read().get(fold_login(login))

    def verify(self, login: str, password: str) -> Person | None:
        """The active person whose password this is; takes as long for a name nobody has. One at a time, to spare memory."""
        person = self.get(login)
        known = person.password_hash if person is not None and person.password_hash else self._nobody
        with self._lock:
            try:
                self._hasher.verify(known, password[:LONGEST_PASSWORD])
            except (VerificationError, InvalidHashError):
                return None
        return person if person is not None and person.active and person.password_hash else None

    def add(self, *, login: str, name: str, roles: frozenset[Role], password: str, now: datetime) -> Person:
        """A new person. Raises InputError naming what is wrong."""
        key = fold_login(login)
        if not _LOGIN.fullmatch(key):
            raise InputError(
                "Tên đăng nhập cần 2 đến 32 ký tự, chỉ gồm chữ không dấu, chữ số, dấu chấm, gạch nối.",
                hint="Ví dụ: lan.nguyen",
            )
        person = Person(
            login=key,
            name=clean_name(name),
            roles=_some(roles),
            password_hash=self._hash(password, key),
            changed=now.isoformat(),
        )
        with self._changing() as people:
            if key in people:
                raise InputError(f"Đã có người dùng tên đăng nhập “{key}”.", hint="Chọn tên đăng nhập khác.")
            people[key] = person
        return person

    def change(
        self, login: str, *, name: str | None = None, roles: frozenset[Role] | None = None, active: bool | None = None
    ) -> Person:
        """Change what is given; the last active administrator can neither leave nor be closed. Raises InputError."""
        with self._changing() as people:
            person = _known(people, login)
            person = replace(
                person,
                name=person.name if name is None else clean_name(name),
                roles=person.roles if roles is None else _some(roles),
                active=person.active if active is None else active,
            )
            people[person.login] = person
            if not any(p.may(Role.ADMIN) for p in people.values()):
                raise InputError(
                    "Phải còn ít nhất một người quản trị đang dùng được.",
                    hint="Giao quyền quản trị cho người khác trước.",
                )
        return person

    def set_password(self, login: str, password: str, *, now: datetime) -> Person:
        """A new password; sessions begun before it end. Raises InputError when it is too easy."""
        with self._changing() as people:
            person = _known(people, login)
            person = replace(person, password_hash=self._hash(password, person.login), changed=now.isoformat())
            people[person.login] = person
        return person

    def _hash(self, password: str, login: str) -> str:
        refuse_weak(password, login)
        with self._lock:
            return self._hasher.hash(password)

    def _read(self) -> dict[str, Person]:
        with self._lock:
            try:
                with self._path.open("rb") as file:
                    stat = os.fstat(file.fileno())
                    mark = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
                    if self._cached is None or self._cached[0] != mark:
                        self._cached = (mark, _people_of(json.load(file)))
            except FileNotFoundError:
                return {}
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise BroadcasterError(
                    f"Không đọc được danh sách người dùng ({self._path.name}).",
                    hint="Khôi phục tệp này từ bản sao lưu, hoặc đổi tên nó rồi chạy lại “broadcaster console” để lập lại.",
                ) from error
            return dict(self._cached[1])

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Person]]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock, self._path.with_suffix(".lock").open("a") as held:
                fcntl.flock(held, fcntl.LOCK_EX)
                people = self._read()
                yield people
                self._write(people)
        except OSError as error:
            raise BroadcasterError(
                f"Không ghi được danh sách người dùng: {error.strerror or error}.",
                hint="Kiểm tra dung lượng và quyền ghi của thư mục var.",
            ) from error

    def _write(self, people: Mapping[str, Person]) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump({"people": [_record(p) for p in people.values()]}, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)


def fold_login(login: str) -> str:
    """As it is kept: small letters without spaces around."""
    return unicodedata.normalize("NFC", login).strip().lower()


def clean_name(name: str) -> str:
    """The name as the journal will say it. Raises InputError when there is none."""
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"} else c for c in name)
    shown = " ".join(unicodedata.normalize("NFC", kept).split())
    if not 2 <= len(shown) <= 80:
        raise InputError("Cần ghi họ tên, từ 2 đến 80 ký tự.", hint="Ví dụ: Nguyễn Thị Lan, công chức văn hóa")
    return shown


def refuse_weak(password: str, login: str) -> None:
    """Raises InputError for a password that would be guessed: length matters, tricks with signs do not."""
    hint = "Dùng một câu ngắn dễ nhớ, ví dụ bốn năm từ không liên quan nhau."
    if len(password) < SHORTEST_PASSWORD:
        raise InputError(f"Mật khẩu cần ít nhất {SHORTEST_PASSWORD} ký tự.", hint=hint)
    if len(password) > LONGEST_PASSWORD:
        raise InputError(f"Mật khẩu dài quá {LONGEST_PASSWORD} ký tự.", hint="Rút ngắn lại.")
    folded = password.lower()
    if len(set(folded)) < 5 or (login and folded.replace(login, "") in {"", "123", "@123"}):
        raise InputError("Mật khẩu này quá dễ đoán.", hint=hint)
    if folded.startswith(("12345", "matkhau", "password", "qwerty", "abc123")):
        raise InputError("Mật khẩu này quá dễ đoán.", hint=hint)


def _some(roles: frozenset[Role]) -> frozenset[Role]:
    if not roles:
        raise InputError("Cần chọn ít nhất một vai trò.", hint="Người chỉ theo dõi thì chọn “xem”.")
    return roles


def _known(people: Mapping[str, Person], login: str) -> Person:
    person = people.get(fold_login(login))
    if person is None:
        raise InputError(f"Không có người dùng “{login}”.", hint="Xem lại danh sách ở mục Cài đặt.")
    return person


def _people_of(document: Any) -> dict[str, Person]:
    people = (
        Person(
            login=str(found["login"]),
            name=str(found["name"]),
            roles=frozenset(Role(word) for word in found["roles"]),
            active=bool(found["active"]),
            password_hash=str(found["password_hash"]),
            changed=str(found["changed"]),
        )
        for found in document["people"]
    )
    return {person.login: person for person in people}


def _record(person: Person) -> dict[str, Any]:
    return {
        "login": person.login,
        "name": person.name,
        "roles": sorted(role.value for role in person.roles),
        "active": person.active,
        "password_hash": person.password_hash,
        "changed": person.changed,
    }
