"""The specimen company."""


def seed() -> list[str]:
    """Nothing yet."""
    return []
