"""Every measurement, one after the other, as one Markdown page: ``python -m tests.bench [NAME …] [--write]``.

Without names all are run. ``--write`` puts the page into docs/benchmarks.md instead of printing it. Run it on an idle machine.
"""

import os
import platform
import subprocess
import sys
from pathlib import Path

BENCHES = {
    "starts": "Start of an airing against the wall clock",
    "memory": "Memory while a long programme plays",
    "reader": "Reading Vietnamese",
    "mastering": "Mastering",
    "station": "Commands and start of the station",
    "journal": "The journal",
    "report": "A report over ten years of rows",
    "console": "The console",
    "console_load": "Whether the console can move the start of an airing",
    "console_log": "The log's screens over a million rows",
}
PAGE = Path(__file__).parents[2] / "docs/benchmarks.md"


def machine() -> str:
    """What the figures were taken on, without naming the machine."""
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} cores"


def section(name: str) -> str:
    """One bench run in a process of its own; what it says on failure is part of the page."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.bench.bench_{name}"], capture_output=True, text=True, check=False
    )
    body = done.stdout.strip() or done.stderr.strip()[-2000:]
    failed = f"\n\nEnded with {done.returncode}." if done.returncode else ""
    return f"## {BENCHES[name]}\n\n{body}{failed}\n"


def main(words: list[str]) -> int:
    """Run what was named; 2 for a name there is not."""
    names = [w for w in words if not w.startswith("-")] or list(BENCHES)
    unknown = [n for n in names if n not in BENCHES]
    if unknown:
        sys.stderr.write(f"no such bench: {', '.join(unknown)}; there are: {', '.join(BENCHES)}\n")
        return 2
    page = f"# Benchmarks\n\n{machine()}.\n\n" + "\n".join(section(n) for n in names)
    if "--write" in words:
        PAGE.write_text(page, encoding="utf-8")
    else:
        sys.stdout.write(page)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
