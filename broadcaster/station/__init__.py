"""Use cases: what the station does with its values and ports. Knows domain and ports only."""
