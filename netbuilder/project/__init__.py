"""What is saved: the project, its history, and its file."""

from netbuilder.project.project import MAIN, Part, Project

__all__ = ["MAIN", "Part", "Project"]
