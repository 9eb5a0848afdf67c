"""The composition root: the only place that knows both use cases and adapters."""
