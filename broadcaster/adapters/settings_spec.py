"""Every key of station.toml in one table: how it is spelled, what it fills, how it is read, and the words that explain it."""

from collections.abc import Collection
from dataclasses import dataclass

from broadcaster.adapters import settings_reporting as reporting
from broadcaster.adapters import settings_values as values
from broadcaster.adapters.fields import parse_time


@dataclass(frozen=True, slots=True)
class Key:
    """``name`` in the file, ``attr`` of the settings type it fills, the Vietnamese comment, and whether it must be there."""

    name: str
    attr: str
    parse: values.Parser
    comment: str
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table of the file; ``many`` for ``[[…]]``. ``comment`` stands above it in a new station's file."""

    name: str
    comment: str
    keys: tuple[Key, ...]
    many: bool = False


FREE_SECTIONS = {
    "cho_trong": "Giá trị điền vào các chỗ trống {…} trong bài phát. Để trống thì bài có chỗ trống đó bị khóa, chưa phát.",
    "ngay_nghi_rieng": 'Ngày phường nghỉ riêng ngoài ngày lễ, mỗi dòng một ngày: "24/07/2026" = "lý do".',
}
"""Tables whose keys the station chooses itself."""

SINKS = ("auto", "pulse", "alsa", "file")

_TOP = (
    Key("mui_gio", "timezone", values.timezone, "Múi giờ của lịch phát."),
    Key(
        "co_so_du_lieu",
        "database",
        values.database,
        'Nơi ghi nhật ký phát: "" là tệp var/station.db; hoặc địa chỉ PostgreSQL.',
    ),
)
_IDENTITY = (
    Key("ten_phuong", "ward", values.needed_text, "Tên phường, ví dụ: phường Mỹ Thạnh.", required=True),
    Key("co_quan", "agency", values.needed_text, "Cơ quan ban hành báo cáo.", required=True),
    Key("dai", "station", values.needed_text, "Tên đài khi xướng.", required=True),
    Key("dia_danh", "place", values.needed_text, "Địa danh ghi trước ngày tháng của văn bản.", required=True),
    Key("cap_tren", "superior", values.free_text, "Cơ quan cấp trên trực tiếp."),
    Key("ma_don_vi", "unit_code", values.free_text, "Mã đơn vị, nếu có."),
    Key("kinh_gui", "addressees", values.text_list, "Nơi nhận ở dòng «Kính gửi» của báo cáo."),
    Key("noi_nhan", "recipients", values.text_list, "Các dòng ở mục «Nơi nhận» cuối báo cáo."),
    Key("chuc_vu_ky", "signer_title", values.text_lines, "Chức vụ người ký; xuống dòng bằng \\n."),
    Key("nguoi_ky", "signer", values.free_text, "Họ tên người ký; để trống thì chừa chỗ trên giấy."),
    Key("ky_hieu", "document_series", values.free_text, "Ký hiệu văn bản sau số."),
    Key("tu", "valid_from", values.optional_date, "Dùng tên này từ ngày; để trống là từ đầu."),
    Key("den", "valid_until", values.optional_date, "Đến hết ngày; để trống là cho tới nay."),
)
_ZONE = (
    Key("ma", "id", values.zone_id, "Mã ngắn, không dấu, dùng trong lịch phát.", required=True),
    Key("ten", "name", values.needed_text, "Tên cụm loa, cũng dùng được trong lịch phát.", required=True),
    Key(
        "ngo_ra",
        "sink",
        values.one_of(SINKS, "Ngõ ra"),
        "auto (tự chọn), pulse (PulseAudio, PipeWire), alsa, file (ghi ra tệp).",
    ),
    Key("thiet_bi", "device", values.device, 'Tên cố định của thiết bị; "" là thiết bị mặc định.'),
    Key("am_luong_db", "gain_db", values.number("Âm lượng", -60, 12), "Tăng giảm âm lượng, từ -60 đến 12 dB."),
    Key(
        "bu_tre_ms",
        "latency_offset_ms",
        values.number("Bù trễ", -2000, 2000),
        "Độ trễ của tăng âm, đơn vị mili giây: phát sớm hơn từng ấy.",
    ),
    Key("dia_diem", "place", values.free_text, "Nơi đặt loa."),
    Key("bat", "enabled", values.flag, "true: đang dùng; false: tạm tắt."),
)
_WINDOW = (
    Key("ten", "name", values.needed_text, "Tên buổi.", required=True),
    Key("tu", "start", parse_time, "Giờ bắt đầu buổi.", required=True),
    Key("den", "end", parse_time, "Giờ kết thúc buổi.", required=True),
    Key("thu", "weekdays", values.weekdays, 'Các thứ có buổi này, ví dụ ["thứ Hai - thứ Sáu"] hay ["hằng ngày"].'),
    Key(
        "toi_da_phut",
        "budget_minutes",
        values.or_none(values.number("Số phút tối đa", 0.5, 1440)),
        "Tổng số phút phát nhiều nhất trong một buổi; 0 là không giới hạn.",
    ),
)
_SOUND = (
    Key(
        "do_to_lufs",
        "loudness_lufs",
        values.number("Độ to", -31, -9),
        "Độ to chung của mọi bài (LUFS), từ -31 đến -9.",
    ),
    Key("dinh_dbtp", "true_peak_dbtp", values.number("Đỉnh", -9, 0), "Đỉnh tín hiệu cao nhất (dBTP), từ -9 đến 0."),
    Key("dai_tieng_noi", "speech_band", values.flag, "true: lọc theo dải tiếng nói, hợp loa phóng thanh."),
    Key("tieng_bao", "chime", values.flag, "true: có tiếng báo trước mỗi lượt phát."),
    Key(
        "lang_dau_giay",
        "lead_in_s",
        values.number("Khoảng lặng đầu", 0, 10),
        "Khoảng lặng trước lời đầu, để loa kịp mở.",
    ),
    Key("lang_cuoi_giay", "tail_s", values.number("Khoảng lặng cuối", 0, 10), "Khoảng lặng sau lời cuối."),
    Key(
        "nghi_giua_muc_giay",
        "item_gap_s",
        values.number("Nghỉ giữa mục", 0, 60),
        "Nghỉ giữa hai mục của chương trình.",
    ),
)
_POLICY = (
    Key(
        "cho_phep_tre_giay",
        "grace_s",
        values.number("Cho phép trễ", 0, 86400),
        "Trễ quá số giây này thì không phát nữa, ghi là bỏ lỡ.",
    ),
    Key("cong_bo_ngay", "publish_days", values.whole("Số ngày công bố", 1, 60), "Công bố lịch phát trước mấy ngày."),
    Key("chuan_bi_ngay", "prepare_days", values.whole("Số ngày chuẩn bị", 1, 60), "Làm sẵn âm thanh trước mấy ngày."),
    Key("gio_yen_tinh", "quiet", values.span, "Giờ yên tĩnh: loa không được phát, trừ khẩn cấp."),
    Key(
        "so_buoi_toi_da",
        "sessions_per_day",
        values.or_none(values.whole("Số buổi tối đa", 1, 24)),
        "Số buổi phát nhiều nhất một ngày; 0 là không giới hạn.",
    ),
    Key(
        "can_dong_ho_dung",
        "require_synchronised_clock",
        values.flag,
        "true: chỉ phát khi đồng hồ máy đã đồng bộ.",
    ),
    Key(
        "cho_het_bai_giay",
        "finish_on_stop_s",
        values.number("Chờ hết bài", 0, 3600),
        "Khi tắt máy, chờ bài đang phát nhiều nhất mấy giây.",
    ),
    Key("thu_lai_moi_giay", "retry_every_s", values.number("Thử lại", 0.2, 60), "Loa hỏng thì thử lại mỗi mấy giây."),
    Key(
        "ty_le_phat_du",
        "unfinished_share",
        values.number("Tỷ lệ phát đủ", 0.1, 1),
        "Phát được từ phần này trở lên thì tính là đã phát (0.9 là chín phần mười).",
    ),
    Key(
        "lap_toi_da_moi_tuan",
        "max_item_repeats_per_week",
        values.whole("Số lần lặp mỗi tuần", 0, 1000),
        "Một bài phát lại nhiều nhất mấy lần một tuần; 0 là không giới hạn.",
    ),
    Key(
        "ngay_lam_bu",
        "workdays",
        values.dates,
        'Ngày làm bù (thứ Bảy, Chủ nhật đi làm), ví dụ ["04/05/2024"].',
    ),
)

_CUT_OFF = (
    Key("ma", "code", reporting.period_code, "Mã kỳ, ghi sau năm (Q1, 6T, Q3); để trống là báo cáo cả năm."),
    Key("ten", "title", values.needed_text, "Tên kỳ, trước số năm.", required=True),
    Key("tu", "first", reporting.day_month, "Số liệu từ ngày/tháng.", required=True),
    Key("den", "last", reporting.day_month, "Số liệu đến hết ngày/tháng.", required=True),
    Key("han_nop", "due", reporting.day_month, "Hạn nộp (ngày/tháng), theo văn bản của cấp trên.", required=True),
    Key("tu_nam_truoc", "starts_year_before", values.flag, "true: ngày «tu» thuộc năm trước."),
)
_SCORING = (
    Key("diem", "points", values.number("Điểm", 0.01, 100), "Điểm của tiêu chí hoàn thành kế hoạch."),
    Key("du_diem_tu", "full", values.number("Tỷ lệ", 1, 100), "Hoàn thành từ mấy phần trăm thì đủ điểm."),
    Key(
        "co_diem_tu",
        "floor",
        values.number("Tỷ lệ", 0, 100),
        "Dưới mấy phần trăm thì không có điểm; ở giữa tính theo tỷ lệ.",
    ),
)


def _voice_keys(voices: Collection[str]) -> tuple[Key, ...]:
    return (
        Key(
            "thu_tu",
            "chain",
            values.chain(voices),
            f"Thứ tự thử các giọng ({', '.join(voices)}): giọng trước hỏng thì dùng giọng sau.",
        ),
        Key(
            "toc_do",
            "rate",
            values.whole("Tốc độ đọc", 120, 300),
            "Âm tiết mỗi phút, từ 120 đến 300; ngoài trời nên 180 đến 210.",
        ),
        Key(
            "vung",
            "region",
            values.one_of(("nam", "bac"), "Vùng"),
            "Vùng miền của giọng và cách đọc số: nam (ngàn, lẻ) hoặc bac (nghìn, linh).",
        ),
        Key("piper_model", "piper_model", values.free_text, "Tệp giọng Piper, nếu dùng."),
        Key("gtts_tld", "gtts_tld", values.tld, "Tên miền máy chủ gTTS."),
        Key(
            "gtts_cho_toi_da_giay",
            "gtts_timeout_s",
            values.number("Thời gian chờ gTTS", 1, 120),
            "Chờ gTTS trả lời nhiều nhất mấy giây, từ 1 đến 120.",
        ),
    )


def sections(voices: Collection[str]) -> tuple[Section, ...]:
    """All tables, the nameless one of the top of the file first; ``voices`` are the names of the voices there are."""
    identity = "Tên đơn vị theo thời gian. Khi đổi tên: ghi ngày «den» cho mục cũ, thêm một mục [[don_vi]] mới."
    regime = "Kỳ báo cáo: chốt số liệu và hạn nộp theo chế độ báo cáo cải cách hành chính, không theo quý dương lịch."
    window = "Khung phát: các buổi phường được phát theo quy chế."
    return (
        Section(name="", comment="", keys=_TOP),
        Section(name="don_vi", many=True, comment=identity, keys=_IDENTITY),
        Section(name="cum_loa", many=True, comment="Cụm loa: mỗi cụm một mục, tiếng ra một ngõ.", keys=_ZONE),
        Section(name="khung_phat", many=True, comment=window, keys=_WINDOW),
        Section(name="giong_doc", comment="Giọng đọc.", keys=_voice_keys(voices)),
        Section(name="am_thanh", comment="Âm thanh phát ra loa.", keys=_SOUND),
        Section(name="quy_dinh", comment="Quy định phát thanh của phường.", keys=_POLICY),
        Section(name="ky_bao_cao", many=True, comment=regime, keys=_CUT_OFF),
        Section(name="cham_diem", comment="Cách chấm điểm hoàn thành kế hoạch trong báo cáo.", keys=_SCORING),
    )
