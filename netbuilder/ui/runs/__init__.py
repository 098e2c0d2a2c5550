"""All runs of all projects: a table to sort, filter, name and delete them, and their curves in one plot."""
