"""Reads ``schedules/plans/*.yaml``: each plan as data, every problem at its line; several plans stand side by side."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from broadcaster.adapters.calendar_folder import PLANS, SCHEDULES, is_temporary
from broadcaster.adapters.fields import shown
from broadcaster.adapters.plan_fields import Fields, unknown_code
from broadcaster.adapters.text_files import is_regular, read_text, unreadable
from broadcaster.adapters.yaml_nodes import Node, read_yaml
from broadcaster.domain.plan import (
    Airable,
    CchcField,
    Clause,
    DocumentCode,
    Duty,
    Form,
    LegalDocument,
    Misprint,
    Plan,
    Standing,
    Target,
    TargetCode,
    Topic,
    WardQuota,
)
from broadcaster.domain.problems import Problem, Where, error, warning
from broadcaster.domain.scripts import TopicCode

MAX_BYTES = 4_000_000
FORMAT = 1
"""The version of the file's own format (``phien_ban``)."""

_TOP = (
    "phien_ban", "ke_hoach", "muc_tieu", "yeu_cau", "linh_vuc", "noi_dung", "hinh_thuc", "nhiem_vu", "chi_tieu",
    "van_ban", "loi_in", "dinh_muc_phuong", "noi_ket",
)  # fmt: skip
_PLAN = (
    "ma", "so", "loai", "ten", "ngay", "co_quan", "noi_ban_hanh", "cap_tren", "can_cu", "nam_ap_dung", "tu", "den",
    "bao_cao_toi", "nguoi_ky", "noi_nhan", "doi_tuong", "kinh_phi", "khong_quy_dinh",
)  # fmt: skip
_CLAUSE = ("ma", "ten", "phat_loa")
_TOPIC = ("ma", "cha", "in_o", "ten", "ten_ngan", "phat_loa", "van_ban", "y")
_FORM = ("ma", "in_o", "ten", "loa", "cach", "tan_suat", "tom_tat", "kenh_nhan_y_kien", "y")
_DUTY = ("ma", "chu_the", "viec", "tan_suat", "tinh_chat", "bao_cao_toi", "chi_tieu", "loa")
_TARGET = ("ma", "ten", "gia_tri", "don_vi")
_DOCUMENT = (
    "ma", "loai", "so", "so_in", "ngay", "ngay_in", "nam", "co_quan", "ve", "dung_o", "tinh_trang", "thay_boi",
    "thay_tu_ngay", "chi_neu_ten", "ghi_chu",
)  # fmt: skip
_MISPRINT = ("ma", "dong", "mo_ta")
_QUOTA = (
    "nguon", "can_cu", "tu", "den", "buoi_moi_ngay", "phut_moi_buoi", "luot_phat", "tong_luot_phat",
    "bai_it_nhat_moi_noi_dung",
)  # fmt: skip
_LINKS = ("chuyen_muc", "loi_nhac_thuong_xuyen", "khong_phat_loa")
_DOCUMENT_PLACES = ("MỞ ĐẦU", "KINH_PHI")
"""Places of the plan, besides its topics, forms and duties, where a document may be cited."""

PlanReading = Callable[[Path, str], tuple[Plan | None, tuple[Problem, ...]]]
"""One plan by its path and the name it is called by."""

_T = TypeVar("_T", Topic, Form, Clause, CchcField, Duty, Target, LegalDocument, Misprint)


def read_plans(station: Path, *, read: PlanReading | None = None) -> tuple[tuple[Plan, ...], tuple[Problem, ...]]:
    """Every plan of the station by its first day, and every problem of every plan file; no folder is no plan.

    ``read`` stands in for `read_plan` where somebody keeps what files gave.
    """
    folder = station / SCHEDULES / PLANS
    plans: list[Plan] = []
    problems: list[Problem] = []
    try:
        files = sorted(p for p in folder.iterdir() if not is_temporary(p.name)) if folder.is_dir() else []
    except OSError as cause:
        return (), (unreadable(f"{SCHEDULES}/{PLANS}", cause),)
    for path in files:
        name = f"{SCHEDULES}/{PLANS}/{path.name.encode('utf-8', 'surrogateescape').decode('utf-8', 'backslashreplace')}"
        if path.suffix.lower() not in (".yaml", ".yml") or not is_regular(path):
            hint = "Kế hoạch viết bằng tệp .yaml; chuyển tệp khác ra chỗ khác."
            problems.append(warning(Where(file=name), "file-unread", "Tệp này không phải tệp kế hoạch.", hint))
            continue
        plan, found = (read or read_plan)(path, name)
        problems += found
        if plan is not None:
            problems += _side_by_side(plan, plans)
            plans.append(plan)
    return tuple(sorted(plans, key=lambda p: (p.first, p.dated, p.code))), tuple(problems)


def read_plan(path: Path, name: str) -> tuple[Plan | None, tuple[Problem, ...]]:
    """One file: its plan where the heading can be read, and every problem in it."""
    text = read_text(path, name, at_most=MAX_BYTES)
    if isinstance(text, Problem):
        return None, (text,)
    return plan_of(text, name)


def plan_of(text: str, name: str) -> tuple[Plan | None, tuple[Problem, ...]]:
    """The same from the text of the file."""
    root, refused = read_yaml(text, name)
    if root is None:
        empty = warning(Where(file=name), "file-empty", "Tệp kế hoạch này rỗng.", "Ghi kế hoạch vào tệp, hoặc xóa tệp.")
        return None, refused or (empty,)
    reading = _Reading(root, name)
    plan = reading.plan()
    return plan, tuple(sorted(dict.fromkeys(reading.problems), key=lambda p: p.where.line or 0))


def _side_by_side(plan: Plan, before: Iterable[Plan]) -> list[Problem]:
    same = next((p for p in before if p.code == plan.code), None)
    if same is None:
        return []
    message = f"Mã kế hoạch {shown(plan.code)} đã dùng ở {same.where.file}."
    return [error(plan.where, "duplicate", message, "Mỗi kế hoạch một mã: sửa ma của một trong hai tệp.")]


class _Reading:
    """One plan file while it is read."""

    def __init__(self, root: Node, name: str) -> None:
        self.problems: list[Problem] = []
        self._top = Fields(root, _TOP, name, self.problems)
        self._codes: dict[str, int] = {}

    def plan(self) -> Plan | None:
        """The plan; None only where its heading says too little to stand for a plan."""
        head = self._top.inner("ke_hoach", _PLAN)
        if head is None:
            hint = "Thêm mục ke_hoach: có ma, so, ten, ngay, co_quan, tu, den."
            self._top.tell("ke_hoach", "field-missing", "Tệp thiếu mục ke_hoach.", hint)
            return None
        version = self._top.whole("phien_ban", what="Phiên bản", low=1, high=10_000)
        if version is not None and version > FORMAT:
            hint = f"Chương trình này đọc được phiên bản {FORMAT}; cài bản mới hơn, hoặc viết lại theo mẫu."
            self._top.tell("phien_ban", "plan-format", f"Tệp kế hoạch viết theo phiên bản {version}.", hint)
        code, number = head.text("ma") or head.text("so"), head.needed("so", "số kế hoạch")
        title, dated = head.needed("ten", "tên kế hoạch"), self._needed_day(head, "ngay", "ngày ban hành")
        first, last = self._validity(head, dated)
        documents = self._documents()
        topics, forms = self._topics(), self._forms()
        targets = self._distinct(self._target(f) for f in self._top.rows("chi_tieu", _TARGET))
        duties = self._distinct(self._duty(f) for f in self._top.rows("nhiem_vu", _DUTY))
        if dated is None or first is None or last is None or not code:
            return None
        links = self._top.inner("noi_ket", _LINKS)
        signed, budget = head.inner("nguoi_ky", ("the_thuc",)), head.inner("kinh_phi", ("chu_the", "tom_tat"))
        plan = Plan(
            code=code,
            number=number,
            type=head.text("loai") or "Kế hoạch",
            title=title,
            dated=dated,
            first=first,
            last=last,
            issuer=head.needed("co_quan", "cơ quan ban hành"),
            place=head.text("noi_ban_hanh"),
            superior=head.text("cap_tren"),
            reports_to=head.text("bao_cao_toi"),
            based_on=DocumentCode(head.code("can_cu")) if head.has("can_cu") else None,
            signed_as=signed.text("the_thuc") if signed else "",
            recipients=head.texts("noi_nhan"),
            audience=head.text("doi_tuong"),
            budget=": ".join(t for t in (budget.text("chu_the"), budget.text("tom_tat")) if t) if budget else "",
            unspecified=head.texts("khong_quy_dinh"),
            goals=self._clauses(self._top, "muc_tieu"),
            requirements=self._clauses(self._top, "yeu_cau"),
            fields=self._distinct(
                CchcField(code=f.code(), name=f.needed("ten", "tên lĩnh vực"))
                for f in self._top.rows("linh_vuc", ("ma", "ten"))
            ),
            topics=topics,
            forms=forms,
            duties=duties,
            targets=targets,
            documents=documents,
            misprints=self._distinct(
                Misprint(code=f.code(), line=f.text("dong"), text=f.needed("mo_ta", "mô tả"))
                for f in self._top.rows("loi_in", _MISPRINT)
            ),
            features=tuple(TopicCode(c) for c in links.codes("chuyen_muc")) if links else (),
            reminders=tuple(TopicCode(c) for c in links.codes("loi_nhac_thuong_xuyen")) if links else (),
            quota=self._quota(first, last),
            where=head.where,
        )
        self._check(plan, head)
        return plan

    def _needed_day(self, fields: Fields, name: str, what: str) -> date | None:
        if not fields.has(name):
            fields.tell(name, "field-missing", f"Thiếu {what} ({name}).", f"Thêm dòng: {name}: 29/02/2024")
        return fields.day(name)

    def _validity(self, head: Fields, dated: date | None) -> tuple[date | None, date | None]:
        """From and until as written; the year named, or the year of the plan's date, where they are not."""
        year = head.whole("nam_ap_dung", what="Năm áp dụng", low=1990, high=2199) or (dated.year if dated else None)
        first = head.day("tu") if head.has("tu") else (date(year, 1, 1) if year else None)
        last = head.day("den") if head.has("den") else (date(year, 12, 31) if year else None)
        if first is not None and last is not None and last < first:
            head.tell("den", "dates-reversed", "Ngày «den» trước ngày «tu».", "Đổi lại hai ngày cho đúng thứ tự.")
            return last, first
        return first, last

    def _distinct(self, rows: Iterable[_T | None]) -> tuple[_T, ...]:
        """The rows that have a code; one code belongs to one thing in the whole file."""
        return tuple(row for row in rows if row is not None and row.code)

    def _own(self, fields: Fields) -> str:
        """A row's own code; told, and '', where another row has it."""
        code = fields.code()
        if code in self._codes:
            message = f"Mã {shown(code)} ghi hai lần: dòng {self._codes[code]} và dòng {fields.line_of('ma')}."
            fields.tell("ma", "duplicate", message, "Mỗi mục một mã: sửa một trong hai dòng.")
            return ""
        if code:
            self._codes[code] = fields.line_of("ma")
        return code

    def _clauses(self, fields: Fields, name: str) -> tuple[Clause, ...]:
        return self._distinct(
            Clause(
                code=self._own(f),
                title=f.needed("ten", "nội dung"),
                airable=f.one_of("phat_loa", Airable, "Mức phát loa", Airable.YES) if f.has("phat_loa") else None,
            )
            for f in fields.rows(name, _CLAUSE)
        )

    def _topics(self) -> tuple[Topic, ...]:
        made: list[Topic | None] = []
        for f in self._top.rows("noi_dung", _TOPIC):
            title = f.needed("ten", "tên nội dung")
            parent = f.code("cha") if f.has("cha") else ""
            made.append(
                Topic(
                    code=TopicCode(self._own(f)),
                    title=title,
                    short_title=f.text("ten_ngan") or title,
                    printed=f.text("in_o"),
                    parent=TopicCode(parent) if parent else None,
                    airable=f.one_of("phat_loa", Airable, "Mức phát loa", Airable.YES),
                    documents=tuple(DocumentCode(c) for c in f.codes("van_ban")),
                    clauses=self._clauses(f, "y"),
                    where=f.where,
                )
            )
        return self._distinct(made)

    def _forms(self) -> tuple[Form, ...]:
        return self._distinct(
            Form(
                code=TopicCode(self._own(f)),
                title=f.needed("ten", "tên hình thức"),
                printed=f.text("in_o"),
                loudspeaker=f.flag("loa"),
                how=f.text("cach"),
                frequency=f.text("tan_suat"),
                summary=f.text("tom_tat"),
                channels=f.texts("kenh_nhan_y_kien"),
                clauses=self._clauses(f, "y"),
            )
            for f in self._top.rows("hinh_thuc", _FORM)
        )

    def _duty(self, f: Fields) -> Duty:
        return Duty(
            code=self._own(f),
            work=f.needed("viec", "việc phải làm"),
            actors=f.texts("chu_the"),
            frequency=f.text("tan_suat"),
            reports_to=f.text("bao_cao_toi"),
            nature=f.text("tinh_chat"),
            targets=tuple(TargetCode(c) for c in f.codes("chi_tieu")),
            loudspeaker=f.flag("loa"),
        )

    def _target(self, f: Fields) -> Target:
        return Target(
            code=TargetCode(self._own(f)),
            title=f.needed("ten", "tên chỉ tiêu"),
            value=f.number("gia_tri", what="Giá trị", low=0, high=1e9),
            unit=f.text("don_vi"),
        )

    def _documents(self) -> tuple[LegalDocument, ...]:
        made: list[LegalDocument | None] = []
        for f in self._top.rows("van_ban", _DOCUMENT):
            standing = f.one_of("tinh_trang", Standing, "Tình trạng", Standing.UNKNOWN)
            replaced = f.day("thay_tu_ngay")
            if standing is not Standing.SUPERSEDED and (replaced is not None or f.has("thay_boi")):
                hint = f"Ghi tinh_trang: {Standing.SUPERSEDED.value}, hoặc bỏ hai dòng thay_boi, thay_tu_ngay."
                f.tell("tinh_trang", "document-standing", "Có ghi văn bản thay mà tình trạng không phải đã thay.", hint)
            dated = f.day("ngay")
            if dated is not None and replaced is not None and replaced < dated:
                hint = "Xem lại ngày và thay_tu_ngay."
                f.tell("thay_tu_ngay", "dates-reversed", "Văn bản bị thay trước ngày ban hành.", hint)
            made.append(
                LegalDocument(
                    code=DocumentCode(self._own(f)),
                    type=f.needed("loai", "loại văn bản"),
                    subject=f.needed("ve", "văn bản về việc gì"),
                    number=f.text("so"),
                    dated=dated,
                    year=f.whole("nam", what="Năm", low=1900, high=2199),
                    issuer=f.text("co_quan"),
                    printed_number=f.text("so_in") if f.has("so_in") else None,
                    printed_date=f.text("ngay_in") if f.has("ngay_in") else None,
                    used_in=f.texts("dung_o"),
                    standing=standing,
                    superseded_by=f.text("thay_boi"),
                    superseded_on=replaced,
                    name_only=f.flag("chi_neu_ten"),
                    note=f.text("ghi_chu"),
                    where=f.where,
                )
            )
        return self._distinct(made)

    def _quota(self, first: date, last: date) -> WardQuota | None:
        f = self._top.inner("dinh_muc_phuong", _QUOTA)
        if f is None:
            return None
        start, end = f.day("tu") or first, f.day("den") or last
        if end < start:
            f.tell("den", "dates-reversed", "Ngày «den» trước ngày «tu».", "Đổi lại hai ngày cho đúng thứ tự.")
            start, end = end, start
        plays = f.counts("luot_phat", high=1_000_000)
        total = f.whole("tong_luot_phat", what="Tổng lượt phát", low=0, high=10_000_000)
        added = sum(n for n, _ in plays.values())
        if total is not None and plays and total != added:
            message = f"Tổng lượt phát ghi {total}, còn cộng các nội dung là {added}."
            f.tell("tong_luot_phat", "quota-sum", message, f"Sửa thành {added}, hoặc sửa số của từng nội dung.")
        return WardQuota(
            source=f.text("nguon") or "phường tự đặt",
            basis=f.text("can_cu"),
            first=start,
            last=end,
            sessions_per_day=f.whole("buoi_moi_ngay", what="Số buổi mỗi ngày", low=1, high=24),
            minutes_per_session=f.number("phut_moi_buoi", what="Số phút mỗi buổi", low=0.5, high=1440),
            plays={TopicCode(code): n for code, (n, _) in plays.items()},
            total_plays=total,
            scripts_per_topic=f.whole("bai_it_nhat_moi_noi_dung", what="Số bài", low=0, high=1000) or 0,
        )

    def _check(self, plan: Plan, head: Fields) -> None:
        """Every code one part names must be defined in another."""
        topics = tuple(t.code for t in plan.topics)
        documents = tuple(d.code for d in plan.documents)
        self._parents(plan, topics)
        for row in self._quiet("noi_dung", _TOPIC):
            self._named(row, "van_ban", row.codes("van_ban"), "văn bản", documents)
        if plan.based_on:
            self._named(head, "can_cu", (plan.based_on,), "văn bản", documents)
        for duty in self._quiet("nhiem_vu", _DUTY):
            self._named(duty, "chi_tieu", duty.codes("chi_tieu"), "chỉ tiêu", tuple(t.code for t in plan.targets))
        places = (*topics, *(f.code for f in plan.forms), *(d.code for d in plan.duties))
        for document in self._quiet("van_ban", _DOCUMENT):
            used = [c for c in document.codes("dung_o") if c not in _DOCUMENT_PLACES]
            self._named(document, "dung_o", used, "mục", places)
        links = self._top.inner("noi_ket", _LINKS)
        if links is not None:
            tags = (*topics, *(f.code for f in plan.forms))
            for name in _LINKS:
                self._named(links, name, links.codes(name), "nội dung hoặc hình thức", tags)
        quota = self._top.inner("dinh_muc_phuong", _QUOTA)
        for code, (_, line) in quota.counts("luot_phat", high=1_000_000).items() if quota else ():
            if code not in plan.tags:
                message, hint = unknown_code(code, "nội dung phát loa", plan.tags)
                self.problems.append(error(Where(file=self._top.file, line=line), "code-unknown", message, hint))

    def _parents(self, plan: Plan, topics: Sequence[str]) -> None:
        for topic in plan.topics:
            parent = plan.topic(topic.parent) if topic.parent else None
            if topic.parent and parent is None:
                message, hint = unknown_code(topic.parent, "nội dung", tuple(topics))
                self.problems.append(error(topic.where, "code-unknown", message, hint))
            elif parent is not None and (parent.parent is not None or parent is topic):
                hint = "Nội dung chỉ có hai cấp: mục lớn và mục con."
                self.problems.append(error(topic.where, "topic-depth", f"Mục {topic.code} nằm quá sâu.", hint))

    def _named(self, row: Fields, name: str, codes: Iterable[str], what: str, known: tuple[str, ...]) -> None:
        for code in codes:
            if code not in known:
                message, hint = unknown_code(code, what, known)
                row.tell(name, "code-unknown", message, hint)

    def _quiet(self, name: str, known: tuple[str, ...]) -> tuple[Fields, ...]:
        """The rows again, for the cross-check: what is wrong with their values was told the first time."""
        return tuple(r for r in self._top.rows(name, known) if r.has("ma"))
