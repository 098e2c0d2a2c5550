"""Every standing of every graph, worked out: what flows, what is wrong and what it costs. It knows no source."""
