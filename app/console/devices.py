"""Which guide a device is shown first."""

DEVICES = (
    ("iphone", ("iPhone", "iPad")),
    ("harmony", ("HarmonyOS", "OpenHarmony", "HUAWEI")),
    ("android", ("Android",)),
    ("windows", ("Windows",)),
    ("mac", ("Macintosh",)),
    ("linux", ("Linux", "X11")),
)
"""Which guide to open, by a word of the browser's name; the first that fits."""


def device_of(agent: str) -> str:
    """The reader's own device by its ``User-Agent``; empty when it says nothing known."""
    return next((name for name, words in DEVICES if any(word in agent for word in words)), "")
