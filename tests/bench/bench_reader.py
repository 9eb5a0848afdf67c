"""How fast text becomes words, beside what one would write instead: a pile of substitutions.

``python -m tests.bench.bench_reader`` prints a Markdown table. Both ways run in one process, one after the other.
"""

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from broadcaster.domain.spoken import read_line
from broadcaster.domain.spoken.numbers import cardinal

PLAN = Path(__file__).parents[1] / "golden/spoken/ke-hoach-172.txt"
SCRIPTS = Path(__file__).parents[2] / "audio_scripts"
ROUNDS = 5

_PILE: list[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = [
    (re.compile(rf"\b{short}\b"), full)
    for short, full in {
        "UBND": "ủy ban nhân dân", "HĐND": "hội đồng nhân dân", "CCHC": "cải cách hành chính", "TTHC": "thủ tục hành chính",
        "NĐ": "nghị định", "QĐ": "quyết định", "KH": "kế hoạch", "NQ": "nghị quyết", "CT": "chỉ thị", "CP": "chính phủ",
        "TTg": "thủ tướng", "CBCC": "cán bộ công chức", "TP": "thành phố",
    }.items()
]  # fmt: skip
_PILE += [
    (
        re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})"),
        lambda m: f"{cardinal(int(m[1]))} tháng {cardinal(int(m[2]))} năm {cardinal(int(m[3]))}",
    ),
    (re.compile(r"(\d+)%"), lambda m: f"{cardinal(int(m[1]))} phần trăm"),
    (re.compile(r"\d+"), lambda m: cardinal(int(m[0][:12]))),
    (re.compile(r"[/\-–&]"), " "),
]


def pile_of_substitutions(line: str) -> str:
    """What one would write first; it reads little of this text right."""
    for pattern, said in _PILE:
        line = pattern.sub(said, line)
    return line


def corpus() -> list[str]:
    """The plan and every sample script, about a megabyte."""
    lines = PLAN.read_text(encoding="utf-8").splitlines()
    for script in sorted(SCRIPTS.glob("*.md")):
        lines += script.read_text(encoding="utf-8").splitlines()
    size = sum(len(line.encode()) + 1 for line in lines)
    return lines * max(1, round(1_000_000 / size))


def best(reader: Callable[[str], str], lines: list[str]) -> float:
    """Megabytes of UTF-8 a second, the best of a few rounds: a shared machine only ever slows down."""
    size = sum(len(line.encode()) + 1 for line in lines) / 1e6
    fastest = 0.0
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for line in lines:
            reader(line)
        fastest = max(fastest, size / (time.perf_counter() - begun))
    return fastest


def import_ms(module: str) -> float:
    """Import time in a fresh interpreter, the least of a few, beyond an empty one."""
    code = "import time; t = time.perf_counter(); import {}; print((time.perf_counter() - t) * 1000)"
    runs = [
        float(
            subprocess.run(
                [sys.executable, "-c", code.format(module)], capture_output=True, text=True, check=True
            ).stdout
        )
        for _ in range(ROUNDS)
    ]
    return min(runs)


def main() -> None:
    """The table."""
    lines = corpus()
    read_line("một dòng để các bảng được nạp, UBND, 12/3/2024")
    ours, pile = best(read_line, lines), best(pile_of_substitutions, lines)
    print("| way | MB/s on one core | ratio |")
    print("|---|---|---|")
    print(f"| `broadcaster.domain.spoken.read_line` | {ours:.2f} | {ours / pile:.2f} |")
    print(f"| {len(_PILE)} substitutions (reads little of it right) | {pile:.2f} | 1 |")
    print()
    print(f"Import of `broadcaster.domain.spoken`: {import_ms('broadcaster.domain.spoken'):.0f} ms (aim ≤ 50).")


if __name__ == "__main__":
    main()
