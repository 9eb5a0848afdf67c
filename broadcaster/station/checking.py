"""Checking: every problem of every file at once, with what the plan and the reading of the scripts add to it."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from broadcaster.domain.conflicts import check_plan
from broadcaster.domain.plan_checks import check_against_plans
from broadcaster.domain.problems import Problem, Where, has_errors, warning
from broadcaster.domain.scripts import Script, ScriptId
from broadcaster.domain.spoken import Lexicon, parse_lexicon, read
from broadcaster.ports import StationFiles
from broadcaster.station.planning import Planner

_BLANK = re.compile(r"\{[^{}\n]*\}")

LOOK_AHEAD_DAYS = 35
"""How far ahead the plan is searched for collisions: a month of any calendar, and its monthly rules."""


def lexicon_of(files: StationFiles) -> tuple[Lexicon | None, tuple[Problem, ...]]:
    """The station's own dictionary, all its files together, and what is wrong with them."""
    problems: list[Problem] = []
    whole: Lexicon | None = None
    for name, text in files.dictionaries.items():
        lexicon, found = parse_lexicon(text, name)
        problems.extend(found)
        whole = lexicon if whole is None else Lexicon(entries=whole.entries + lexicon.entries)
    return whole, tuple(problems)


def read_scripts(scripts: Iterable[Script], lexicon: Lexicon | None) -> tuple[Problem, ...]:
    """What the reader was not sure of in each script, at the line where it stands."""
    problems: list[Problem] = []
    for script in scripts:
        if script.recording:
            continue
        # a blank still to be filled is its own problem; its name is not read aloud
        reading = read(_BLANK.sub(lambda m: " " * len(m[0]), script.text), lexicon=lexicon)
        first = script.where.line or 1
        for found in reading.warnings:
            line = first + script.text.count("\n", 0, found.span.start)
            problems.append(warning(Where(file=script.where.file, line=line), found.code, found.message))
    return tuple(problems)


def check(files: StationFiles, planner: Planner | None, *, today: date) -> tuple[Problem, ...]:
    """Everything a person should know before these files go on duty, ordered by place.

    ``planner`` is None when the files have errors that leave nothing to plan.
    """
    lexicon, problems = lexicon_of(files)
    heard: dict[ScriptId, date] = {}
    found = [*files.problems, *files.plan_problems, *problems, *read_scripts(files.scripts.values(), lexicon)]
    if planner is not None and not has_errors(files.problems):
        last = today + timedelta(days=LOOK_AHEAD_DAYS)
        airings = planner.airings(today, last, approve_all=True)
        found += check_plan(files.calendar, airings, files.settings, scripts=files.scripts)
        heard = {script: airing.planned.date() for airing in airings for script in airing.scripts}
    found += check_against_plans(files.scripts.values(), files.plans, files.settings, today=today, airing_days=heard)
    return tuple(sorted(dict.fromkeys(found), key=_place))


def _place(problem: Problem) -> tuple[str, int, str, int, str]:
    """By file, then line or sheet and row: A45 comes before A125."""
    where = problem.where
    row = "".join(c for c in where.cell or "" if c.isdigit())
    return where.file, where.line or 0, where.sheet or "", int(row or 0), where.cell or ""
