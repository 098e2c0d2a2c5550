"""The source, written from what was elaborated: classes, statements, comments. It asks nothing of torch."""
