"""The window: the only package that has ever heard of Qt."""
