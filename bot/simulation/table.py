"""The figures of a simulated world as a table, with those of the study beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.simulation.detection import SIZES, Detection, Found
from bot.simulation.figures import Checkpoint, Excess, Sampled
from bot.simulation.options import Options
from bot.simulation.people import Kind, special_answers

# The study's figures, as they stand in the design under "Figures of the study" and "Statistics for authors".
_RANKS = {10: ".768", 30: ".906", 100: ".964"}
_RMSE = {10: "195", 30: "132", 100: "86"}
_BIAS = "-20"
_LOG_LOSS = ".584"
_CALIBRATION = ".041"
_DRIFT = "-19 to -30 (10^6 answers)"
_SPECIAL_ANSWERS = 250
_EXCESS = {Kind.FARMER: "+157", Kind.HONEST_FARMER: "-141", Kind.LOTTERY: "-120", Kind.COPIER: "+469"}
_FOUND = {
    "miskeyed": "42 / 66 / 94 %",
    "mislabelled by 300": "22 / 46 / 89 %",
    "weak (noise)": "- / 38 / 63 %",
    "dead distractor": "-",
}
_FALSE_ALARMS = {
    "miskeyed": "<= .3 %",
    "mislabelled by 300": "<= .4 %",
    "weak (noise)": "2.5 % on hard ones",
    "dead distractor": "7-20 % on easy ones",
}
_UNKNOWN = "-"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; a heading has nothing but its words."""

    what: str
    here: str = ""
    study: str = ""


def tabulate(
    options: Options,
    *,
    checkpoints: Sequence[Checkpoint],
    log_loss: Sampled,
    calibration_error: float,
    drift: Sampled | None,
    excesses: Sequence[Excess],
    detections: Sequence[Detection],
) -> tuple[Row, ...]:
    """Every figure in a line of its own; what follows a ± is one standard error."""
    end = checkpoints[-1]
    sizes = " / ".join(str(size) for size in SIZES)
    return (
        Row("what", "here", "study"),
        Row("members", str(options.members), "3000"),
        Row("everybody's estimate at the start", str(options.start), "1500"),
        Row("mean ability at the start, as chosen", str(options.ability), "1500"),
        Row(f"mean ability after {end.answers} answers", f"{end.mean_ability + options.shift:.0f}", _UNKNOWN),
        Row(
            f"mean estimate after {end.answers} answers", f"{end.mean_estimate + options.shift:.0f}", _UNKNOWN
        ),
        *_at_each("rank correlation", [(one.answers, _share(one.ranks)) for one in checkpoints], _RANKS),
        *_at_each("RMSE", [(one.answers, _points(one.rmse)) for one in checkpoints], _RMSE),
        Row(f"bias after {end.answers} answers", _signed(end.bias), _BIAS),
        Row("log loss", _share(log_loss), _LOG_LOSS),
        Row("calibration error", f"{calibration_error:.3f}".lstrip("0"), _CALIBRATION),
        Row(
            f"inflation from answer 30 to {end.answers}",
            _signed(drift) if drift is not None else _UNKNOWN,
            _DRIFT,
        ),
        Row(
            f"excess over ability after {special_answers(options)} answers",
            study=f"after {_SPECIAL_ANSWERS}",
        ),
        *(
            Row(f"  {one.kind.value}", f"{_signed(one.points)} ({one.people})", _EXCESS[one.kind])
            for one in excesses
        ),
        Row(f"flags found after {sizes} answers"),
        *(Row(f"  {one.flag}", _rates(one.found), _FOUND[one.flag]) for one in detections),
        Row("false alarms on questions as labelled"),
        *(Row(f"  {one.flag}", _rates(one.false_alarms), _FALSE_ALARMS[one.flag]) for one in detections),
    )


def drawn(rows: Sequence[Row]) -> list[str]:
    """The table's lines, its columns aligned."""
    what, here = (max(len(getattr(row, name)) for row in rows) for name in ("what", "here"))
    return [f"{row.what:<{what}}  {row.here:<{here}}  {row.study}".rstrip() for row in rows]


def _at_each(what: str, here: Sequence[tuple[int, str]], study: Mapping[int, str]) -> list[Row]:
    return [
        Row(f"{what} after {answers} answers", told, study.get(answers, _UNKNOWN)) for answers, told in here
    ]


def _rates(found: Sequence[Found]) -> str:
    return " / ".join(f"{one.flagged} of {one.samples}" if one.samples else _UNKNOWN for one in found)


def _share(sampled: Sampled) -> str:
    error = f" ± {sampled.error:.3f}".replace("0.", ".") if sampled.error is not None else ""
    return f"{sampled.value:.3f}".replace("0.", ".") + error


def _points(sampled: Sampled) -> str:
    return f"{sampled.value:.0f}" + (f" ± {sampled.error:.0f}" if sampled.error is not None else "")


def _signed(sampled: Sampled) -> str:
    return f"{sampled.value:+.0f}" + (f" ± {sampled.error:.0f}" if sampled.error is not None else "")
