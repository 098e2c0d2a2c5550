"""All runs of all projects: a table to sort, filter, name and delete them, their curves in one plot, and two of them
side by side."""
