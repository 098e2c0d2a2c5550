"""How the learning rate changes during a training: the schedules there are, declared. No torch until one is made."""

from netbuilder.train.schedules.kinds import SCHEDULES, Constant, Schedule, Span

__all__ = ["SCHEDULES", "Constant", "Schedule", "Span"]
