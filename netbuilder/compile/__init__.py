"""From drawing to Python: what flows where, what is wrong, and the source that is trained, shown and exported."""
