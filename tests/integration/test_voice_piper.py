"""The neural voice: with the extra installed its real code runs on a model made here; without it the refusal is what is tested."""

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadcaster.adapters.samples import from_pcm, speech_seconds
from broadcaster.adapters.voice_piper import PiperVoice
from broadcaster.errors import SynthesisError

WORDS = "ủy ban nhân dân phường thông báo lịch tiếp công dân"
EXTRA = all(importlib.util.find_spec(name) is not None for name in ("piper", "onnx"))
with_extra = pytest.mark.skipif(not EXTRA, reason="needs the piper extra and onnx")
without_extra = pytest.mark.skipif(importlib.util.find_spec("piper") is not None, reason="the piper extra is installed")
ALPHABET = "_^$ abcdeghiklmnopqrstuvxyđ" + "".join(chr(c) for c in range(0x300, 0x330))


def write_model(path: Path) -> Path:
    """A graph with a real voice's inputs and output that hums: 2,600 samples a letter times the length scale."""
    import onnx  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415 - an extra of the deeper tests
    from onnx import TensorProto, helper  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415

    nodes = [
        helper.make_node("Shape", ["input"], ["shape"]),
        helper.make_node("Gather", ["shape", "one"], ["letters"], axis=0),
        helper.make_node("Cast", ["letters"], ["letters_f"], to=TensorProto.FLOAT),
        helper.make_node("Gather", ["scales", "one"], ["length"], axis=0),
        helper.make_node("Mul", ["letters_f", "length"], ["scaled"]),
        helper.make_node("Mul", ["scaled", "hop"], ["count"]),
        helper.make_node("Range", ["zero", "count", "step"], ["moments"]),
        helper.make_node("Mul", ["moments", "turn"], ["angles"]),
        helper.make_node("Sin", ["angles"], ["sine"]),
        helper.make_node("Reshape", ["sine", "form"], ["output"]),
    ]
    constants = [
        helper.make_tensor("one", TensorProto.INT64, [], [1]),
        helper.make_tensor("zero", TensorProto.FLOAT, [], [0.0]),
        helper.make_tensor("step", TensorProto.FLOAT, [], [1.0]),
        helper.make_tensor("hop", TensorProto.FLOAT, [], [650.0]),
        helper.make_tensor("turn", TensorProto.FLOAT, [], [2 * 3.14159265 * 180 / 22_050]),
        helper.make_tensor("form", TensorProto.INT64, [4], [1, 1, 1, -1]),
    ]
    graph = helper.make_graph(
        nodes,
        "hum",
        [
            helper.make_tensor_value_info("input", TensorProto.INT64, [1, "letters"]),
            helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
            helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
        ],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, 1, "time"])],
        constants,
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), str(path))
    config = {
        "audio": {"sample_rate": 22_050},
        "espeak": {"voice": "vi"},
        "phoneme_type": "text",
        "num_symbols": len(ALPHABET),
        "num_speakers": 1,
        "inference": {"length_scale": 1.0},
        "phoneme_id_map": {letter: [i] for i, letter in enumerate(ALPHABET)},
    }
    Path(f"{path}.json").write_text(json.dumps(config), encoding="utf-8")
    return path


@pytest.fixture
def voice(tmp_path: Path) -> Iterator[PiperVoice]:
    voice = PiperVoice(write_model(tmp_path / "giong.onnx"))
    yield voice
    voice.close()


@with_extra
@pytest.mark.parametrize("rate", [150, 195, 250])
def test_a_model_speaks_at_the_pace_asked(voice: PiperVoice, rate: int) -> None:
    sound = voice.synthesize(WORDS, rate=rate, language="vi")
    assert sound.rate == 22_050
    assert abs(from_pcm(sound)).max() > 0.1
    assert len(WORDS.split()) * 60 / speech_seconds(sound) == pytest.approx(rate, rel=0.08)


@with_extra
def test_the_same_words_give_the_same_bytes(voice: PiperVoice) -> None:
    first = voice.synthesize(WORDS, rate=195, language="vi")
    voice.close()
    assert voice.synthesize(WORDS, rate=195, language="vi") == first


@with_extra
def test_a_broken_model_is_said(tmp_path: Path) -> None:
    for spoilt in ("giong.onnx", "giong.onnx.json"):
        model = write_model(tmp_path / "giong.onnx")
        (tmp_path / spoilt).write_bytes(b"not a model")
        voice = PiperVoice(model)
        with pytest.raises(SynthesisError, match="không dùng được") as caught:
            voice.synthesize(WORDS, rate=195, language="vi")
        assert not caught.value.retry
        voice.close()


@with_extra
def test_another_model_has_another_fingerprint(voice: PiperVoice, tmp_path: Path) -> None:
    before = voice.fingerprint
    with (tmp_path / "giong.onnx").open("ab") as file:
        file.write(b"\x00")
    assert voice.fingerprint != before
    assert "none" not in before


@without_extra
def test_without_the_extra_it_says_how_to_install_it(tmp_path: Path) -> None:
    model = tmp_path / "giong.onnx"
    model.write_bytes(b"model")
    Path(f"{model}.json").write_text("{}", encoding="utf-8")
    voice = PiperVoice(model)
    with pytest.raises(SynthesisError, match="Chưa cài phần mở rộng Piper") as caught:
        voice.synthesize(WORDS, rate=195, language="vi")
    assert "broadcaster[piper]" in caught.value.hint
    assert not caught.value.retry
    voice.close()


@pytest.mark.parametrize("present", [(), ("giong.onnx",)])
def test_a_missing_voice_file_is_named(tmp_path: Path, present: tuple[str, ...]) -> None:
    for name in present:
        (tmp_path / name).write_bytes(b"model")
    voice = PiperVoice(tmp_path / "giong.onnx")
    with pytest.raises(SynthesisError, match=r"giong\.onnx") as caught:
        voice.synthesize(WORDS, rate=195, language="vi")
    assert not caught.value.retry
    voice.close()


def test_with_no_model_configured_it_is_refused_not_crashed() -> None:
    voice = PiperVoice(Path())
    assert "none" in voice.fingerprint
    with pytest.raises(SynthesisError) as caught:
        voice.synthesize(WORDS, rate=195, language="vi")
    assert not caught.value.retry
    voice.close()
