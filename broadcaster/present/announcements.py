"""What the program itself says aloud: the announced test, and nothing else."""

from broadcaster.domain.settings import Identity

TEST_TITLE = "Phát thử hệ thống truyền thanh"


def test_announcement(identity: Identity) -> str:
    """Plainly a test, in its first and its last words."""
    return (
        f"Đây là phát thử. {identity.station} đang kiểm tra hệ thống loa. "
        "Nội dung này chỉ để thử máy, không phải thông báo. "
        "Xin cảm ơn bà con và cô bác. Phát thử xin hết."
    )
