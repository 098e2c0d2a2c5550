"""Whether there is a display to open a window on, asked before Qt is: where there is none, Qt ends the process.

It knows nothing about Qt and windows.
"""

from __future__ import annotations

from collections.abc import Mapping


def has_display(platform: str, environment: Mapping[str, str]) -> bool:
    """Whether Qt has something to draw on: on Linux a display, or a QT_QPA_PLATFORM that needs none."""
    if not platform.startswith("linux"):
        return True
    chosen = _chosen(environment)
    if chosen and not chosen.startswith(("xcb", "wayland")):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def is_silent(platform: str, environment: Mapping[str, str]) -> bool:
    """Whether the window would have to open on an X display that can't be reached: gone, or not this user's."""
    display = environment.get("DISPLAY")
    if not platform.startswith("linux") or not display or environment.get("WAYLAND_DISPLAY"):
        return False
    return _chosen(environment) in ("", "xcb") and not _answers(display)


def _chosen(environment: Mapping[str, str]) -> str:
    return environment.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]


def _answers(display: str) -> bool:
    import ctypes

    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # Qt will say which library it lacks
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    try:
        return not xcb.xcb_connection_has_error(connection)
    finally:
        xcb.xcb_disconnect(connection)
