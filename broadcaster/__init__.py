"""The software that runs a Vietnamese ward's loudspeakers: calendar, speech, airing, proof."""

__version__ = "0.1.0"
