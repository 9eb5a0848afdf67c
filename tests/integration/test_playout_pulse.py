"""Sound through a real sound server: what its monitor recorded, held against the clip and the clock."""

import threading
import time
import wave
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from broadcaster.adapters.clock import SystemClock
from broadcaster.adapters.libasound import has_card
from broadcaster.adapters.sink_alsa import AlsaSink
from broadcaster.adapters.sink_device import AutoSink, sound_devices
from broadcaster.adapters.sink_file import FileSink
from broadcaster.adapters.sink_pulse import PulseSink
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.settings import Zone
from broadcaster.errors import SinkError
from broadcaster.ports import Played, Progress, Segment, Sink
from tests.sound_server import Recording, Samples, SoundServer, available, recording

pytestmark = pytest.mark.sound_server

CLOCK = SystemClock("Asia/Ho_Chi_Minh")
RATE = 48_000
LOOSE_S = 0.05


def zone(device: str, *, gain_db: float = 0.0, latency_offset_ms: float = 0.0) -> Zone:
    return Zone(
        id=ZoneId("khom"),
        name="Khóm",
        sink="pulse",
        device=device,
        gain_db=gain_db,
        latency_offset_ms=latency_offset_ms,
    )


def noise(seconds: float, seed: int) -> Samples:
    """Loud noise with no zero in it, so that every silent sample of a recording is a gap."""
    samples = np.random.default_rng(seed).integers(-12_000, 12_000, size=round(seconds * RATE), dtype=np.int16)
    samples[samples == 0] = 1
    return samples


def write_wav(path: Path, samples: Samples) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return path


def ignore(_progress: Progress) -> None:
    """A caller with nothing to do between blocks."""


def play(sink: Sink, *paths: Path, in_s: float = 0.8, stop: threading.Event | None = None) -> tuple[Played, float]:
    """Open, play each path in order at ``in_s`` from now, close; the result and the moment asked for (epoch)."""
    stream = sink.open()
    try:
        at = CLOCK.now() + timedelta(seconds=in_s)
        segments = [Segment(path=p) for p in paths]
        return stream.play(segments, at=at, stop=stop or threading.Event(), progress=ignore), at.timestamp()
    finally:
        stream.close()


def only(heard: Recording, samples: Samples) -> int:
    """Where the sound begins, after asserting that it and nothing else was heard, once, whole and in order."""
    first = heard.first_sound()
    loud = np.flatnonzero(heard.samples)
    assert heard.find(samples) == [first]
    assert loud[-1] == first + len(samples) - 1
    assert len(loud) == np.count_nonzero(samples)
    return first


def settle() -> None:
    """Let the recorder take what has just been heard."""
    time.sleep(0.15)


def loudspeaker(way: str, server: SoundServer) -> Sink:
    """``khom1`` through the sound server's own library, or through ALSA's plugin for it."""
    if way == "pulse":
        return PulseSink(zone("khom1"), CLOCK, server=server.address)
    return AlsaSink(zone("loa"), CLOCK, config=f'pcm.loa {{ type pulse server "{server.address}" device "khom1" }}')


@pytest.fixture(params=[False, True], ids=["fixed", "rewinding"])
def either_server(request: pytest.FixtureRequest) -> Iterator[SoundServer]:
    """A server whose sinks cannot take back what they rendered, and one whose sinks can, as most cards do."""
    if not available():
        pytest.skip("PulseAudio is not installed")
    with SoundServer(rewinds=request.param) as server:
        yield server


def test_every_sample_is_heard_in_order_at_the_set_moment(sound_server: SoundServer, tmp_path: Path) -> None:
    first, second = noise(1.1, 1), noise(0.6, 2)
    paths = [write_wav(tmp_path / "a.wav", first), write_wav(tmp_path / "b.wav", second)]
    with recording(sound_server, "khom1") as recorder:
        played, asked = play(PulseSink(zone("khom1"), CLOCK, server=sound_server.address), *paths)
        settle()
        heard = recorder.stop()
    begins = only(heard, np.concatenate([first, second]))
    assert (played.complete, played.frames, played.gaps, played.error) == (True, len(first) + len(second), 0, "")
    assert played.started is not None
    assert abs(heard.wall_of(begins) - asked) < LOOSE_S
    assert abs(heard.wall_of(begins) - played.started.timestamp()) < LOOSE_S


def test_silence_between_items_is_exact(sound_server: SoundServer, tmp_path: Path) -> None:
    item = noise(0.3, 3)
    path = write_wav(tmp_path / "a.wav", item)
    stream = PulseSink(zone("khom1"), CLOCK, server=sound_server.address).open()
    with recording(sound_server, "khom1") as recorder:
        stream.play(
            [Segment(path=path), Segment(seconds=0.25), Segment(path=path)],
            at=CLOCK.now() + timedelta(seconds=0.6), stop=threading.Event(), progress=ignore,
        )  # fmt: skip
        settle()
        heard = recorder.stop()
    stream.close()
    places = heard.find(item)
    assert len(places) == 2
    assert places[1] - places[0] == len(item) + RATE // 4


def test_latency_of_the_amplifier_is_subtracted(sound_server: SoundServer, tmp_path: Path) -> None:
    item = noise(0.3, 4)
    sink = PulseSink(zone("khom1", latency_offset_ms=200.0), CLOCK, server=sound_server.address)
    with recording(sound_server, "khom1") as recorder:
        played, asked = play(sink, write_wav(tmp_path / "a.wav", item))
        settle()
        heard = recorder.stop()
    assert abs(heard.wall_of(heard.find(item)[0]) - (asked - 0.2)) < LOOSE_S
    assert played.started is not None
    assert abs(played.started.timestamp() - asked) < LOOSE_S


def test_gain_is_applied_and_never_wraps(sound_server: SoundServer, tmp_path: Path) -> None:
    item = noise(0.3, 5)
    sink = PulseSink(zone("khom1", gain_db=20.0), CLOCK, server=sound_server.address)
    with recording(sound_server, "khom1") as recorder:
        play(sink, write_wav(tmp_path / "a.wav", item))
        settle()
        heard = recorder.stop()
    only(heard, np.clip(item.astype(np.int32) * 10, -32_768, 32_767).astype(np.int16))


def test_two_zones_speak_different_words_together(sound_server: SoundServer, tmp_path: Path) -> None:
    items = {"khom1": noise(0.9, 6), "khom2": noise(0.7, 7)}
    results: dict[str, Played] = {}
    at = CLOCK.now() + timedelta(seconds=1.0)

    def speak(name: str) -> None:
        stream = PulseSink(zone(name), CLOCK, server=sound_server.address).open()
        path = write_wav(tmp_path / f"{name}.wav", items[name])
        results[name] = stream.play([Segment(path=path)], at=at, stop=threading.Event(), progress=ignore)
        stream.close()

    with recording(sound_server, "khom1") as one, recording(sound_server, "khom2") as two:
        threads = [threading.Thread(target=speak, args=(name,)) for name in items]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        settle()
        heard = {"khom1": one.stop(), "khom2": two.stop()}
    moments = [heard[name].wall_of(only(heard[name], items[name])) for name in items]
    assert all(result.complete for result in results.values())
    assert abs(moments[0] - moments[1]) < LOOSE_S


def test_stop_is_heard_within_200_ms(either_server: SoundServer, tmp_path: Path) -> None:
    item = noise(20.0, 8)
    stop = threading.Event()
    asked: list[float] = []

    def press() -> None:
        asked.append(CLOCK.now().timestamp())
        stop.set()

    path = write_wav(tmp_path / "a.wav", item)
    stream = PulseSink(zone("khom1"), CLOCK, server=either_server.address).open()
    with recording(either_server, "khom1") as recorder:
        timer = threading.Timer(3.5, press)
        timer.start()
        at = CLOCK.now() + timedelta(seconds=2.5)
        played = stream.play([Segment(path=path)], at=at, stop=stop, progress=ignore)
        returned = CLOCK.now().timestamp()
        time.sleep(2.0)  # longer than all that was kept ahead: the stream is still open and must be silent
        heard = recorder.stop()
    stream.close()
    assert returned - asked[0] < 0.2
    first, last = heard.first_sound(), int(np.flatnonzero(heard.samples)[-1])
    assert heard.wall_of(last) - asked[0] < 0.2
    assert np.array_equal(heard.samples[first : last + 1], item[: last + 1 - first])
    # Never more than was truly heard, and not much less.
    assert 0 <= (last + 1 - first) - played.frames < 0.1 * RATE
    assert (played.complete, played.error) == (False, "")


def test_rewinding_sink_is_heard_whole(tmp_path: Path) -> None:
    if not available():
        pytest.skip("PulseAudio is not installed")
    item = noise(1.5, 9)
    with SoundServer(rewinds=True) as server, recording(server, "khom1") as recorder:
        played, _ = play(
            PulseSink(zone("khom1"), CLOCK, server=server.address), write_wav(tmp_path / "a.wav", item), in_s=2.5
        )
        settle()
        heard = recorder.stop()
    assert played.complete
    only(heard, item)


def test_sleeping_sink_is_woken_in_time(own_sound_server: SoundServer, tmp_path: Path) -> None:
    own_sound_server.control("load-module", "module-suspend-on-idle", "timeout=1")
    deadline = time.monotonic() + 10
    while "SUSPENDED" not in own_sound_server.control("list", "short", "sinks").splitlines()[0]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    played, asked = play(
        PulseSink(zone("khom1"), CLOCK, server=own_sound_server.address), write_wav(tmp_path / "a.wav", noise(0.3, 10))
    )
    assert played.complete
    assert played.started is not None
    assert abs(played.started.timestamp() - asked) < LOOSE_S


@pytest.mark.parametrize("way", ["pulse", "alsa"])
def test_server_killed_on_the_way_is_told_and_the_sink_opens_again(
    own_sound_server: SoundServer, tmp_path: Path, way: str
) -> None:
    path = write_wav(tmp_path / "a.wav", noise(20.0, 11))
    sink = loudspeaker(way, own_sound_server)
    killed: list[float] = []

    def kill() -> None:
        own_sound_server.kill()
        killed.append(CLOCK.now().timestamp())

    timer = threading.Timer(2.0, kill)
    timer.start()
    played, asked = play(sink, path)
    timer.join()
    assert not played.complete
    assert played.error
    assert played.started is not None
    heard_s = killed[0] - asked
    assert heard_s - 0.3 < played.frames / RATE <= heard_s + LOOSE_S
    with pytest.raises(SinkError):
        sink.open()
    own_sound_server.start()
    again, _ = play(sink, write_wav(tmp_path / "b.wav", noise(0.3, 12)))
    assert (again.complete, again.error) == (True, "")


def test_server_killed_while_waiting_is_told(own_sound_server: SoundServer, tmp_path: Path) -> None:
    sink = PulseSink(zone("khom1"), CLOCK, server=own_sound_server.address)
    timer = threading.Timer(0.5, own_sound_server.kill)
    timer.start()
    played, _ = play(sink, write_wav(tmp_path / "a.wav", noise(0.3, 13)), in_s=30.0)
    timer.join()
    assert (played.complete, played.frames, played.started) == (False, 0, None)
    assert played.error


def test_server_that_hangs_is_told_and_let_go(own_sound_server: SoundServer, tmp_path: Path) -> None:
    timer = threading.Timer(1.5, own_sound_server.freeze)
    timer.start()
    begun = time.monotonic()
    played, _ = play(
        PulseSink(zone("khom1"), CLOCK, server=own_sound_server.address), write_wav(tmp_path / "a.wav", noise(20.0, 14))
    )
    timer.join()
    assert time.monotonic() - begun < 8
    assert not played.complete
    assert "đứng yên" in played.error
    assert 0 < played.frames < 2 * RATE


@pytest.mark.parametrize("way", ["removed", "suspended"])
def test_loudspeaker_lost_on_the_way_never_moves_to_another(
    own_sound_server: SoundServer, tmp_path: Path, way: str
) -> None:
    modules = own_sound_server.control("list", "short", "modules").splitlines()
    index = next(line.split()[0] for line in modules if "sink_name=khom1 " in line)
    lose = ("unload-module", index) if way == "removed" else ("suspend-sink", "khom1", "1")
    timer = threading.Timer(1.6, own_sound_server.control, args=lose)
    with recording(own_sound_server, "khom2") as other:
        timer.start()
        played, _ = play(
            PulseSink(zone("khom1"), CLOCK, server=own_sound_server.address),
            write_wav(tmp_path / "a.wav", noise(20.0, 15)),
        )
        timer.join()
        settle()
        assert not np.any(other.stop().samples)
    assert not played.complete
    assert {"removed": "vừa mất", "suspended": "đứng yên"}[way] in played.error
    assert 0 < played.frames < 2 * RATE


@pytest.mark.parametrize("way", ["pulse", "alsa"])
def test_running_dry_is_counted_and_no_word_is_lost(sound_server: SoundServer, tmp_path: Path, way: str) -> None:
    item = noise(3.0, 16)
    path = write_wav(tmp_path / "a.wav", item)
    slept: list[float] = []

    def doze(progress: Progress) -> None:
        if progress.played_s > 0.2 and not slept:
            slept.append(progress.played_s)
            time.sleep(2.4)

    stream = loudspeaker(way, sound_server).open()
    with recording(sound_server, "khom1") as recorder:
        at = CLOCK.now() + timedelta(seconds=0.6)
        played = stream.play([Segment(path=path)], at=at, stop=threading.Event(), progress=doze)
        settle()
        heard = recorder.stop()
    stream.close()
    assert slept
    assert (played.error, played.complete, played.gaps) == ("", True, 1)
    loud = heard.samples[heard.samples != 0]
    assert np.array_equal(loud, item)


def test_server_that_is_not_there_is_a_sink_error(tmp_path: Path) -> None:
    with pytest.raises(SinkError) as caught:
        PulseSink(zone("khom1"), CLOCK, server=f"unix:{tmp_path}/none").open()
    assert "máy chủ âm thanh" in caught.value.message


@pytest.mark.parametrize("number", ["0", "12"])
def test_loudspeaker_named_by_number_is_refused(sound_server: SoundServer, number: str) -> None:
    with pytest.raises(SinkError) as caught:
        PulseSink(zone(number), CLOCK, server=sound_server.address).open()
    assert "doctor" in caught.value.hint


@pytest.mark.parametrize("name", ["hw:0,0", "plughw:1", "sysdefault:CARD=0", "0"])
def test_card_named_by_number_is_refused(name: str) -> None:
    with pytest.raises(SinkError) as caught:
        AlsaSink(zone(name), CLOCK).open()
    assert "plughw:CARD=" in caught.value.hint


def test_made_up_output_of_a_server_without_a_card_is_refused(tmp_path: Path) -> None:
    if not available():
        pytest.skip("PulseAudio is not installed")
    with SoundServer(sinks=("auto_null",)) as server:
        with pytest.raises(SinkError):
            PulseSink(zone(""), CLOCK, server=server.address).open()
        chosen = AutoSink(zone(""), CLOCK, tmp_path, server=server.address).choose()
    assert isinstance(chosen, AlsaSink if has_card() else FileSink)


def test_alsa_through_the_sound_server_is_heard_whole(sound_server: SoundServer, tmp_path: Path) -> None:
    item = noise(1.2, 17)
    config = f'pcm.loa {{ type pulse server "{sound_server.address}" device "khom2" }}'
    with recording(sound_server, "khom2") as recorder:
        played, asked = play(AlsaSink(zone("loa"), CLOCK, config=config), write_wav(tmp_path / "a.wav", item))
        settle()
        heard = recorder.stop()
    begins = only(heard, item)
    assert (played.complete, played.frames, played.gaps) == (True, len(item), 0)
    assert abs(heard.wall_of(begins) - asked) < LOOSE_S


def test_automatic_choice_and_listing(sound_server: SoundServer, tmp_path: Path) -> None:
    sound_server.control("set-sink-mute", "khom2", "1")
    sound_server.control("set-sink-volume", "khom2", "50%")
    devices = {d.device: d for d in sound_devices(CLOCK, server=sound_server.address) if d.sink == "pulse"}
    sound_server.control("set-sink-mute", "khom2", "0")
    sound_server.control("set-sink-volume", "khom2", "100%")
    assert set(devices) == {"khom1", "khom2"}
    assert (devices["khom1"].default, devices["khom1"].muted, devices["khom1"].volume) == (True, False, 1.0)
    assert (devices["khom2"].default, devices["khom2"].muted) == (False, True)
    assert devices["khom2"].volume == pytest.approx(0.5, abs=0.01)
    assert isinstance(AutoSink(zone(""), CLOCK, tmp_path, server=sound_server.address).choose(), PulseSink)
    named = AutoSink(zone("khom9"), CLOCK, tmp_path, server=sound_server.address)
    with pytest.raises(SinkError):  # a named loudspeaker that is missing is never replaced by a file
        named.open()
    silent = AutoSink(zone(""), CLOCK, tmp_path, server=f"unix:{tmp_path}/none")
    assert isinstance(silent.choose(), AlsaSink if has_card() else FileSink)
