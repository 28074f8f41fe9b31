"""Replay recordings, ask every estimator at every moment, and measure how wrong each was."""

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.waits.classical import CLASSICAL
from benchmarks.waits.knowledge import Knowledge
from benchmarks.waits.moments import Moment, Replay
from benchmarks.waits.ours import line
from benchmarks.waits.recordings import Recording

ESTIMATORS = ("line", *CLASSICAL)
Figures = dict[str, float | int | None]


@dataclass(frozen=True)
class Answer:
    """What one estimator told at one moment, in seconds."""

    median: float
    p90: float


@dataclass(frozen=True)
class Asked:
    """One moment with all that was told."""

    moment: Moment
    told: dict[str, Answer]


@dataclass
class Score:
    """The figures of one estimator, in minutes."""

    n: int = 0
    wrong: float = 0.0
    bias: float = 0.0
    pinball50: float = 0.0
    pinball90: float = 0.0
    covered: int = 0
    beyond: float = 0.0

    def add(self, told: Answer, answer: float, resolution: float) -> None:
        """Count one answer."""
        error = (told.median - answer) / 60
        self.n += 1
        self.wrong += abs(error)
        self.bias += error
        self.pinball50 += pinball(told.median, answer, 0.5) / 60
        self.pinball90 += pinball(told.p90, answer, 0.9) / 60
        self.covered += answer <= told.p90
        self.beyond += max(abs(error) - resolution / 60, 0.0)

    def figures(self) -> Figures:
        """Return the means; nothing was measured where nobody was asked about."""
        if not self.n:
            names = ("mae", "bias", "pinball50", "pinball90", "coverage90")
            return {"n": 0, **dict.fromkeys(names)}
        return {
            "n": self.n,
            "mae": round(self.wrong / self.n, 3),
            "bias": round(self.bias / self.n, 3),
            "pinball50": round(self.pinball50 / self.n, 3),
            "pinball90": round(self.pinball90 / self.n, 3),
            "coverage90": round(self.covered / self.n, 4),
        }


def pinball(told: float, answer: float, level: float) -> float:
    """Return the loss whose mean is least at the quantile `level`."""
    return max(level * (answer - told), (level - 1) * (answer - told))


def asked(recording: Recording) -> Iterable[Asked]:
    """Yield what every estimator told, moment by moment; nothing later is known to any."""
    knowledge = Knowledge()
    for day in recording.days:
        knowledge.begin(day, recording.timed)
        for moment in Replay(recording, day).moments():
            knowledge.reach(moment.at)
            own = line(moment, knowledge)
            estimates = {name: estimate(moment, knowledge) for name, estimate in CLASSICAL.items()}
            told = {"line": Answer(own.median, own.p90)}
            for name, estimate in estimates.items():
                told[name] = Answer(estimate, knowledge.p90(name, estimate))
            seen = own.seen(knowledge.service_id(moment.visitor.service), moment.answer)
            knowledge.later(
                moment.at + moment.answer,
                lambda seen=seen, estimates=estimates: knowledge.ended(seen, estimates),  # type: ignore[misc]
            )
            yield Asked(moment, told)


@dataclass(frozen=True)
class Result:
    """The figures of one recording, of all moments and of those with a counter open."""

    name: str
    all: dict[str, Figures]
    served: dict[str, Figures]
    resolution: dict[str, float | int | None]


def contest(recording: Recording) -> Result:
    """Let all estimators compete on one recording."""
    everything = {name: Score() for name in ESTIMATORS}
    served = {name: Score() for name in ESTIMATORS}
    for each in asked(recording):
        for name, told in each.told.items():
            everything[name].add(told, each.moment.answer, recording.resolution)
            if each.moment.open:
                served[name].add(told, each.moment.answer, recording.resolution)
    n = everything["line"].n
    return Result(
        recording.name,
        {name: score.figures() for name, score in everything.items()},
        {name: score.figures() for name, score in served.items()},
        {
            "minutes": round(recording.resolution / 60, 2),
            "least_mae": round(recording.resolution / 60 / 3, 3),
            "line_mae_beyond": round(everything["line"].beyond / n, 3) if n else None,
            "rows_dropped": recording.dropped,
        },
    )


def gain(figures: dict[str, Figures]) -> tuple[str, float] | None:
    """Return the best classical estimator and by which share `line` is under its mean error."""
    best = min(
        (name for name in CLASSICAL if figures[name]["mae"] is not None),
        key=lambda name: figures[name]["mae"] or 0.0,
        default=None,
    )
    if best is None:
        return None
    least, own = figures[best]["mae"], figures["line"]["mae"]
    if not least or own is None:
        return None
    return best, 1 - own / least
