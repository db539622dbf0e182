"""A short name for the browser and system behind a User-Agent, for people who look at their sessions."""

#: The first that occurs wins: browsers name others before themselves.
_BROWSERS = (
    ("biblios", "Command line"),
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("firefox", "Firefox"),
    ("fxios", "Firefox"),
    ("crios", "Chrome"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
    ("curl", "curl"),
    ("python", "Python"),
)
_SYSTEMS = (
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("android", "Android"),
    ("windows", "Windows"),
    ("mac os", "macOS"),
    ("cros", "ChromeOS"),
    ("linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """For example ``Firefox on Linux``; ``Unknown device`` when nothing is recognised."""
    lowered = user_agent.lower()
    browser = next((name for mark, name in _BROWSERS if mark in lowered), None)
    system = next((name for mark, name in _SYSTEMS if mark in lowered), None)
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "Unknown device"
