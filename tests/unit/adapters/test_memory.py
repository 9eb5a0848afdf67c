"""A process that has grown gives back what it no longer uses."""

from broadcaster.adapters.memory import Tide

LARGE = 64 * 1024 * 1024


def test_only_growth_makes_it_give_back() -> None:
    tide = Tide(grown_bytes=LARGE // 2)
    assert not tide.settle()
    held = bytearray(LARGE)
    held[::4096] = b"x" * len(held[::4096])
    assert tide.settle()
    assert not tide.settle(), "what is still used is the new measure"
    del held
    tide.settle()
    again = bytearray(LARGE)
    again[::4096] = b"x" * len(again[::4096])
    assert tide.settle(), "and the measure falls when memory is let go"
