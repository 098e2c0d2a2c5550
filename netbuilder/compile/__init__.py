"""From drawing to Python: what flows where, what is wrong, and the source that is trained, shown and exported.

`check` is the way in. Behind it are rooms, each of which knows only those before it: `inference`, `planning`,
`problems`, `elaboration`, `writing`. `trace` and `from_source` go the other way, to a drawing: from a model,
and from the source of one.
"""
