"""The schedules of `torch.optim.lr_scheduler` that can be told in a form, and a warm-up with a cosine behind it.

A schedule is asked for a scheduler of torch's once an optimizer is there; whoever trains steps it, once a step or once
an epoch as the schedule says. Left out are those that take a function: LambdaLR and MultiplicativeLR.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from netbuilder.fields import Bool, Choice, Declared, Float, Int, Ints

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import LRScheduler

FALL = "What the rate is multiplied by each time."


class Span(NamedTuple):
    """How long a training is: its epochs, and the steps in each."""

    epochs: int
    steps: int

    @property
    def whole(self) -> int:
        """All its steps."""
        return self.epochs * self.steps


class Schedule(Declared):
    """How the learning rate changes. `each` is after what it does: "step" or "epoch"."""

    target: ClassVar[str] = ""
    each: ClassVar[str] = "epoch"
    by_score: ClassVar[bool] = False  # goes by how well it learns
    over: ClassVar[str] = ""  # the argument of torch's that is the length of the training, in steps
    set_here: ClassVar[tuple[str, ...]] = ()  # others that are not chosen

    def scheduler(self, optimizer: Optimizer, span: Span) -> LRScheduler | None:
        """A new scheduler for this optimizer; None where the rate stays as it is."""
        return self._make(optimizer, **({self.over: max(1, span.whole)} if self.over else {}), **self.settings)

    def _make(self, optimizer: Optimizer, **settings: Any) -> LRScheduler:
        from torch.optim import lr_scheduler

        return getattr(lr_scheduler, self.target.rpartition(".")[2])(optimizer, **settings)


class Constant(Schedule):
    """The same from the first step to the last."""

    kind = "constant"
    title = "stays as it is"

    def scheduler(self, optimizer: Optimizer, span: Span) -> LRScheduler | None:
        return None


class Cosine(Schedule):
    """Falls to (nearly) zero along a cosine: the last steps are small. Often gains the last bit."""

    kind = "cosine"
    title = "falls along a cosine"
    target = "torch.optim.lr_scheduler.CosineAnnealingLR"
    each = "step"
    over = "T_max"
    eta_min = Float(0.0, min=0.0, max=1000.0, label="down to", help="The rate at the end.")


class WarmupCosine(Schedule):
    """Rises from near zero for a while, then falls along a cosine: what Transformers are trained with."""

    kind = "warmup_cosine"
    title = "warms up, then falls along a cosine"
    each = "step"
    warmup = Float(
        0.05, min=0.0, max=0.9, label="warm-up", help="The share of all steps in which it rises: 0.05 is usual."
    )
    eta_min = Float(0.0, min=0.0, max=1000.0, label="down to", help="The rate at the end.")

    def scheduler(self, optimizer: Optimizer, span: Span) -> LRScheduler | None:
        from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR

        rise = round(span.whole * self.warmup)
        fall = CosineAnnealingLR(optimizer, T_max=max(1, span.whole - rise), eta_min=self.eta_min)
        if rise < 1:
            return fall
        for group in optimizer.param_groups:  # the one made first has set the rate to its own beginning
            group["lr"] = group["initial_lr"]
        start = LinearLR(optimizer, start_factor=1 / (rise + 1), total_iters=rise)
        return SequentialLR(optimizer, [start, fall], milestones=[rise])


class OneCycle(Schedule):
    """Rises to a peak and falls far below where it began, over the whole training (Smith 2018)."""

    kind = "one_cycle"
    title = "one cycle up and down"
    target = "torch.optim.lr_scheduler.OneCycleLR"
    each = "step"
    set_here = ("max_lr", "total_steps", "epochs", "steps_per_epoch", "cycle_momentum", "base_momentum", "max_momentum")
    pct_start = Float(0.3, above=0.0, below=1.0, label="rises for", help="The share of all steps in which it rises.")
    anneal_strategy = Choice("cos", ("cos", "linear"), label="along", help="The shape of the way up and down.")
    div_factor = Float(25.0, min=1.0, max=1e6, label="begins at 1 /", help="How much below the peak it begins.")
    final_div_factor = Float(1e4, min=1.0, max=1e9, label="ends at 1 /", advanced=True, help="And how far it ends.")
    three_phase = Bool(False, advanced=True, help="Falls as long as it rose, and then to the end.")

    def scheduler(self, optimizer: Optimizer, span: Span) -> LRScheduler | None:
        peaks = [group["lr"] for group in optimizer.param_groups]
        steps = span.whole + 1  # it is stepped after each step, the last one too
        return self._make(optimizer, max_lr=peaks, total_steps=steps, cycle_momentum=False, **self.settings)


class Step(Schedule):
    """Falls at once, every so many epochs."""

    kind = "step"
    title = "falls every few epochs"
    target = "torch.optim.lr_scheduler.StepLR"
    step_size = Int(10, min=1, max=1_000_000, label="every", unit="epochs", help="How many epochs it stays the same.")
    gamma = Float(0.1, above=0.0, max=10.0, label="times", help=FALL)


class MultiStep(Schedule):
    """Falls at once after certain epochs."""

    kind = "multi_step"
    title = "falls after certain epochs"
    target = "torch.optim.lr_scheduler.MultiStepLR"
    milestones = Ints((30, 60), min=1, max=1_000_000, most=20, label="after", help="The epochs after which it falls.")
    gamma = Float(0.1, above=0.0, max=10.0, label="times", help=FALL)


class Exponential(Schedule):
    """Falls by the same factor after every epoch."""

    kind = "exponential"
    title = "falls a little each epoch"
    target = "torch.optim.lr_scheduler.ExponentialLR"
    gamma = Float(0.95, above=0.0, max=1.0, label="times", help=FALL)


class Linear(Schedule):
    """Goes from one factor of the rate to another in a straight line over the whole training."""

    kind = "linear"
    title = "goes along a line"
    target = "torch.optim.lr_scheduler.LinearLR"
    each = "step"
    over = "total_iters"
    start_factor = Float(1.0, above=0.0, max=1.0, label="from", help="What the rate is multiplied by at the start.")
    end_factor = Float(0.0, min=0.0, max=1.0, label="to", help="And at the end.")


class Polynomial(Schedule):
    """Falls to zero over the whole training, along a power: the usual one for segmentation."""

    kind = "polynomial"
    title = "falls along a power"
    target = "torch.optim.lr_scheduler.PolynomialLR"
    each = "step"
    over = "total_iters"
    power = Float(1.0, above=0.0, max=10.0, help="1 is a straight line; more falls faster at first.")


class WarmRestarts(Schedule):
    """Falls along a cosine and begins anew, each time for longer (Loshchilov and Hutter 2017)."""

    kind = "warm_restarts"
    title = "cosines with restarts"
    target = "torch.optim.lr_scheduler.CosineAnnealingWarmRestarts"
    T_0 = Int(10, min=1, max=1_000_000, label="first", unit="epochs", help="How long the first cosine is.")
    T_mult = Int(1, min=1, max=100, label="then times", help="How much longer each next one is.")
    eta_min = Float(0.0, min=0.0, max=1000.0, label="down to", advanced=True, help="The rate at the end of each.")


class Cyclic(Schedule):
    """Goes up and down between two rates again and again (Smith 2017)."""

    kind = "cyclic"
    title = "up and down again"
    target = "torch.optim.lr_scheduler.CyclicLR"
    each = "step"
    set_here = ("base_lr", "max_lr", "step_size_down", "scale_fn", "scale_mode", "cycle_momentum", "base_momentum",
                "max_momentum")  # fmt: skip
    least = Float(0.1, above=0.0, below=1.0, label="from", help="The share of the rate that it goes down to.")
    step_size_up = Int(2000, min=1, max=10**9, label="half a cycle", unit="steps", help="How many steps it rises.")
    mode = Choice(
        "triangular",
        ("triangular", "triangular2", "exp_range"),
        titles={
            "triangular": "the same each time",
            "triangular2": "half as far each time",
            "exp_range": "less by gamma",
        },
        advanced=True,
        help="How cycles change.",
    )
    gamma = Float(1.0, above=0.0, max=1.0, advanced=True, help="By how much less each step, where cycles change so.")

    def scheduler(self, optimizer: Optimizer, span: Span) -> LRScheduler | None:
        peaks = [group["lr"] for group in optimizer.param_groups]
        settings = {name: value for name, value in self.settings.items() if name != "least"}
        lows = [peak * self.least for peak in peaks]
        return self._make(optimizer, base_lr=lows, max_lr=peaks, cycle_momentum=False, **settings)


class Plateau(Schedule):
    """Falls when the validation loss has not become better for a while."""

    kind = "plateau"
    title = "falls when it gets no better"
    target = "torch.optim.lr_scheduler.ReduceLROnPlateau"
    by_score = True
    set_here = ("mode",)
    factor = Float(0.1, above=0.0, below=1.0, label="times", help=FALL)
    patience = Int(10, min=0, max=1_000_000, unit="epochs", help="How many epochs it waits for a better one.")
    threshold = Float(1e-4, min=0.0, max=1.0, advanced=True, help="How much better counts as better.")
    threshold_mode = Choice("rel", ("rel", "abs"), advanced=True, help="As a share of the best loss, or as it is.")
    cooldown = Int(0, min=0, max=1_000_000, unit="epochs", advanced=True, help="How long it rests after a fall.")
    min_lr = Float(0.0, min=0.0, max=1000.0, label="down to", advanced=True, help="The least rate.")
    eps = Float(1e-8, min=0.0, max=1.0, advanced=True, help="Smaller falls than this are not made.")


SCHEDULES: tuple[type[Schedule], ...] = (
    Constant, Cosine, WarmupCosine, OneCycle, Step, MultiStep, Exponential, Linear, Polynomial, WarmRestarts, Cyclic,
    Plateau,
)  # fmt: skip
