"""What every way to the loudspeakers must do, asked of each adapter and of the rehearsal double."""

import threading
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from broadcaster.adapters.clock import SystemClock
from broadcaster.adapters.rehearsal_sink import RehearsalClock, RehearsalSink
from broadcaster.adapters.sink_alsa import AlsaSink
from broadcaster.adapters.sink_file import FileSink
from broadcaster.adapters.sink_pulse import PulseSink
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.settings import Zone
from broadcaster.errors import SinkError
from broadcaster.ports import Clock, Progress, Segment, Sink, Stream
from tests.sound_server import SoundServer

KINDS = ("pulse", "alsa", "alsa-null", "file", "rehearsal")
LOOSE_S = 0.05
STOP_S = 0.2
PREROLL = timedelta(seconds=0.6)


def zone(sink: str, device: str = "", gain_db: float = 0.0) -> Zone:
    return Zone(id=ZoneId("khom-1"), name="Khóm 1", sink=sink, device=device, gain_db=gain_db)


def write_wav(path: Path, seconds: float, *, rate: int = 48_000, channels: int = 1) -> Path:
    frames = round(seconds * rate) * channels
    samples = np.random.default_rng(frames).integers(-9_000, 9_000, size=frames, dtype=np.int16)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One adapter under test: a sink that works, one whose device is missing, and the clock they run on."""

    kind: str
    sink: Sink
    missing: Sink
    clock: Clock


@dataclass(slots=True)
class StopAt:
    """A `broadcaster.ports.Stop` set when the clock reaches ``moment``; remembers when it was first seen to be set."""

    clock: Clock
    moment: datetime

    def is_set(self) -> bool:
        return self.clock.now() >= self.moment

    def wait(self, timeout: float | None = None) -> bool:
        self.clock.sleep(min(timeout or 0.0, max(0.0, (self.moment - self.clock.now()).total_seconds())))
        return self.is_set()


def pulse_way(server: SoundServer) -> Way:
    clock = SystemClock("Asia/Ho_Chi_Minh")
    return Way(
        kind="pulse",
        sink=PulseSink(zone("pulse", "khom1"), clock, server=server.address),
        missing=PulseSink(zone("pulse", "khom9"), clock, server=server.address),
        clock=clock,
    )


def alsa_way(server: SoundServer) -> Way:
    clock = SystemClock("Asia/Ho_Chi_Minh")
    config = f'pcm.loa {{ type pulse server "{server.address}" device "khom2" }}'
    return Way(
        kind="alsa",
        sink=AlsaSink(zone("alsa", "loa"), clock, config=config),
        missing=AlsaSink(zone("alsa", "plughw:CARD=KhongCo"), clock, config=config),
        clock=clock,
    )


def alsa_null_way() -> Way:
    clock = SystemClock("Asia/Ho_Chi_Minh")
    config = "pcm.loa { type null }"
    return Way(
        kind="alsa-null",
        sink=AlsaSink(zone("alsa", "loa"), clock, config=config),
        missing=AlsaSink(zone("alsa", "khac"), clock, config=config),
        clock=clock,
    )


def file_way(folder: Path) -> Way:
    clock = SystemClock("Asia/Ho_Chi_Minh")
    occupied = folder / "occupied"
    occupied.write_text("a file where a folder should be")
    return Way(
        kind="file",
        sink=FileSink(zone("file"), clock, folder / "ra"),
        missing=FileSink(zone("file"), clock, occupied),
        clock=clock,
    )


def rehearsal_way() -> Way:
    clock = RehearsalClock(datetime(2024, 3, 5, 6, 5, tzinfo=UTC))
    missing = RehearsalSink(ZoneId("khom-1"), clock)
    missing.missing = True
    return Way(
        kind="rehearsal",
        sink=RehearsalSink(ZoneId("khom-1"), clock, step_s=0.1),
        missing=missing,
        clock=clock,
    )


@pytest.fixture(params=KINDS)
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Way:
    kind = str(request.param)
    if kind in {"pulse", "alsa"}:
        server: SoundServer = request.getfixturevalue("sound_server")
        return pulse_way(server) if kind == "pulse" else alsa_way(server)
    makers: dict[str, Callable[[], Way]] = {
        "alsa-null": alsa_null_way,
        "file": lambda: file_way(tmp_path),
        "rehearsal": rehearsal_way,
    }
    return makers[kind]()


@pytest.fixture
def stream(way: Way) -> Iterator[Stream]:
    opened = way.sink.open()
    yield opened
    opened.close()


def never() -> threading.Event:
    return threading.Event()


def ignore(_progress: Progress) -> None:
    """A caller with nothing to do between blocks."""


def test_everything_is_heard_once_and_in_time(way: Way, stream: Stream, tmp_path: Path) -> None:
    segments = [
        Segment(path=write_wav(tmp_path / "a.wav", 0.35)),
        Segment(seconds=0.05),
        Segment(path=tmp_path / "a.wav"),
    ]
    told: list[Progress] = []
    at = way.clock.now() + PREROLL
    played = stream.play(segments, at=at, stop=never(), progress=told.append)
    assert (played.error, played.complete, played.frames, played.gaps) == ("", True, 36_000, 0)
    assert played.started is not None
    assert played.ended is not None
    assert abs((played.started - at).total_seconds()) < LOOSE_S
    assert abs((played.ended - played.started).total_seconds() - 0.75) < LOOSE_S
    assert played.started.utcoffset() == at.utcoffset()
    assert played.device
    assert [p.played_s for p in told] == sorted(p.played_s for p in told)
    assert told[-1].played_s == pytest.approx(0.75)


def test_level_is_measured_where_there_is_sound(way: Way, stream: Stream, tmp_path: Path) -> None:
    played = stream.play(
        [Segment(path=write_wav(tmp_path / "a.wav", 0.2))], at=way.clock.now(), stop=never(), progress=ignore
    )
    if way.kind == "rehearsal":
        assert played.level_dbfs is None
    else:
        assert played.level_dbfs == pytest.approx(20 * np.log10(9_000 / np.sqrt(3) / 32_768), abs=0.2)


def test_late_start_begins_at_once_at_the_first_sample(way: Way, stream: Stream, tmp_path: Path) -> None:
    asked = way.clock.now()
    path = write_wav(tmp_path / "a.wav", 0.2)
    played = stream.play([Segment(path=path)], at=asked - timedelta(minutes=3), stop=never(), progress=ignore)
    assert (played.complete, played.frames) == (True, 9_600)
    assert played.started is not None
    assert timedelta(0) <= played.started - asked < timedelta(seconds=1.5)


def test_stop_before_the_start_plays_nothing(way: Way, stream: Stream) -> None:
    stop = StopAt(way.clock, way.clock.now() + timedelta(seconds=0.2))
    at = way.clock.now() + timedelta(seconds=30)
    played = stream.play([Segment(seconds=1.0)], at=at, stop=stop, progress=ignore)
    assert (played.complete, played.frames, played.started, played.ended, played.error) == (False, 0, None, None, "")
    if way.kind != "rehearsal":  # a rehearsal clock asked for one thing moves there at once
        assert way.clock.now() < at


def test_stop_ends_the_sound_at_once_and_is_counted_honestly(way: Way, stream: Stream, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", 20.0)
    at = way.clock.now() + PREROLL
    stop = StopAt(way.clock, at + timedelta(seconds=0.7))
    played = stream.play([Segment(path=path)], at=at, stop=stop, progress=ignore)
    returned = way.clock.now()
    assert (played.complete, played.error) == (False, "")
    assert played.started is not None
    assert played.ended is not None
    assert returned - stop.moment < timedelta(seconds=STOP_S + LOOSE_S)
    # ALSA's null swallows what it is given, so it is ahead of the clock by what is kept ahead.
    ahead = 2.0 if way.kind == "alsa-null" else 0.0
    assert 0.4 < played.frames / 48_000 < 0.7 + STOP_S + ahead
    assert played.ended - played.started == pytest.approx(
        timedelta(seconds=played.frames / 48_000), abs=timedelta(seconds=0.1)
    )


def test_same_stream_plays_again_even_after_a_stop(way: Way, stream: Stream, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", 1.5)
    at = way.clock.now() + PREROLL
    stop = StopAt(way.clock, at + timedelta(seconds=0.3))
    assert not stream.play([Segment(path=path)], at=at, stop=stop, progress=ignore).complete
    again = way.clock.now() + PREROLL
    played = stream.play([Segment(path=path)], at=again, stop=never(), progress=ignore)
    assert (played.complete, played.frames, played.error) == (True, 72_000, "")
    assert played.started is not None
    assert abs((played.started - again).total_seconds()) < LOOSE_S


def test_missing_device_is_a_sink_error_with_the_way_out(way: Way) -> None:
    with pytest.raises(SinkError) as caught:
        way.missing.open()
    assert caught.value.message.endswith(".")
    assert caught.value.hint


def test_missing_file_is_told_and_nothing_is_heard(way: Way, stream: Stream, tmp_path: Path) -> None:
    good = write_wav(tmp_path / "a.wav", 0.2)
    segments = [Segment(path=good), Segment(path=tmp_path / "gone.wav")]
    played = stream.play(segments, at=way.clock.now(), stop=never(), progress=ignore)
    assert (played.complete, played.frames, played.started) == (False, 0, None)
    assert "gone.wav" in played.error


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.wav", b""),
        ("page.wav", b"<html>429</html>" * 9),
        ("cut.wav", None),
        ("stereo.wav", None),
        ("slow.wav", None),
    ],
)
def test_unusable_file_is_told_and_nothing_is_heard(
    way: Way, stream: Stream, tmp_path: Path, name: str, content: bytes | None
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    else:
        write_wav(path, 0.2, rate=22_050 if name == "slow.wav" else 48_000, channels=2 if name == "stereo.wav" else 1)
        if name == "cut.wav":
            path.write_bytes(path.read_bytes()[:-1_000])
    played = stream.play([Segment(path=path)], at=way.clock.now(), stop=never(), progress=ignore)
    assert (played.complete, played.frames, played.started) == (False, 0, None)
    assert name in played.error


def test_nothing_to_play_is_complete_with_no_start(way: Way, stream: Stream) -> None:
    played = stream.play([], at=way.clock.now(), stop=never(), progress=ignore)
    assert (played.complete, played.frames, played.started, played.error) == (True, 0, None, "")


def test_close_is_idempotent_and_final(way: Way) -> None:
    stream = way.sink.open()
    stream.close()
    stream.close()
    played = stream.play([Segment(seconds=0.1)], at=way.clock.now(), stop=never(), progress=ignore)
    assert (played.complete, played.frames) == (False, 0)
    assert "đóng" in played.error


@pytest.mark.parametrize("way", [k for k in KINDS if k != "rehearsal"], indirect=True)  # a rehearsal plays in no time
def test_close_from_another_thread_ends_the_playing(way: Way) -> None:
    stream = way.sink.open()
    begun = threading.Event()

    def close_it() -> None:
        begun.wait(10)
        stream.close()

    closer = threading.Thread(target=close_it)
    closer.start()
    played = stream.play([Segment(seconds=20.0)], at=way.clock.now(), stop=never(), progress=lambda _: begun.set())
    closer.join(timeout=5)
    assert not closer.is_alive()
    assert not played.complete
    assert played.frames < 20 * 48_000


def test_sink_says_its_name_without_opening(way: Way) -> None:
    assert way.sink.describe()
    assert way.missing.describe()


@pytest.mark.parametrize("way", ["pulse", "alsa-null"], indirect=True)  # those with a thread that keeps silence going
def test_opening_and_closing_in_haste_never_ends_the_process(way: Way) -> None:
    def churn() -> None:
        for number in range(60):
            stream = way.sink.open()
            way.clock.sleep(0.0193 + number % 10 * 0.0003)  # about the moment at which the silence is next kept up
            stream.close()

    threads = [threading.Thread(target=churn) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
