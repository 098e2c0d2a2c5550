"""NetBuilder: draw a neural network, train exactly what you drew, look inside it, take it away.

This package root imports nothing, so that the window is up before torch is.
"""

__version__ = "0.1.0"
