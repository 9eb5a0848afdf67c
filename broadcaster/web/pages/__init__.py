"""One screen in one module; each exposes ``router`` and is found by its being here."""
