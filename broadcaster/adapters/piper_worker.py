"""The Piper child: ``python -m broadcaster.adapters.piper_worker``. Its package (GPL-3) and its memory stay here."""

from pathlib import Path
from typing import Any

from broadcaster.adapters.voice_child import Answer, serve

_voices: dict[str, Any] = {}


def answer(request: dict[str, object]) -> Answer:
    """One request ``{words, model, stretch}``: s16le mono at the model's rate, or the kind of failure."""
    try:
        import piper  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415 - an extra that may be absent
        from onnxruntime.capi import (  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415
            onnxruntime_pybind11_state as onnx_state,
        )
    except ImportError:
        return Answer(facts={"failed": "missing"}, sound=b"")
    unusable = (
        *(OSError, RuntimeError, ValueError, KeyError, TypeError),  # json's own error is a ValueError
        *(onnx_state.Fail, onnx_state.InvalidProtobuf, onnx_state.InvalidGraph, onnx_state.InvalidArgument),
        *(onnx_state.NoSuchFile, onnx_state.NoModel, onnx_state.NotImplemented, onnx_state.RuntimeException),
    )
    model = str(request["model"])
    try:
        voice = _voices.get(model)
        if voice is None:
            voice = _voices[model] = piper.PiperVoice.load(Path(model))
        settings = piper.SynthesisConfig(
            length_scale=voice.config.length_scale * float(str(request["stretch"])),
            noise_scale=0.0,
            noise_w_scale=0.0,
        )
        chunks = list(voice.synthesize(str(request["words"]), syn_config=settings))
    except unusable as error:
        return Answer(facts={"failed": "model", "reason": type(error).__name__}, sound=b"")
    if not chunks:
        return Answer(facts={"failed": "silent"}, sound=b"")
    return Answer(
        facts={"rate": chunks[0].sample_rate, "channels": chunks[0].sample_channels},
        sound=b"".join(chunk.audio_int16_bytes for chunk in chunks),
    )


if __name__ == "__main__":
    serve(answer)
