"""A rank card and a history plot, beside matplotlib and plain Pillow drawing the same facts; gate: card <= 0.2 x matplotlib.

Every round shows somebody new, with an avatar never seen, so that only what everybody shares comes from a cache.
"""

# pyright: reportMissingImports=false, reportPossiblyUnboundVariable=false, reportUnknownVariableType=false
# (matplotlib is an arm of this benchmark alone, and may be missing)

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from bot.pictures import Band, CardFacts, HistoryFacts, Series, TickUnit, card, history
from bot.pictures.glyphs import FONTS
from ladder.tiers import Tier

try:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import Circle, Rectangle
except ImportError:
    FigureCanvasAgg: Any = None

ROUNDS = 41
POINTS = (100, 20_000)
ACCENT, GROUND, TEXT = (70, 200, 190), (22, 26, 34), (240, 243, 248)

Arms = dict[str, Callable[[], bytes]]


def somebody(chance: random.Random, number: int) -> tuple[CardFacts, bytes]:
    """A person with an avatar as Discord gives it for this size, 128 pixels, and as hard to compress as can be."""
    rating = chance.randrange(1800, 2000)
    recent = [rating + chance.randrange(-60, 60) for _ in range(31)]
    facts = CardFacts(
        name=f"Person number {number}",
        tier=Tier.PLATINUM,
        title="Platinum III",
        rating=rating,
        provisional=False,
        places=(f"World {number} of 3,401", f"This server {number % 34} of 34"),
        progress=(rating - 1800) / 200,
        missing=f"{2000 - rating} to Diamond",
        xp=f"{chance.randrange(9000):,} XP",
        recent=tuple(recent),
    )
    avatar = BytesIO()
    Image.effect_noise((128, 128), 40).convert("RGB").save(avatar, "PNG")
    return facts, avatar.getvalue()


def plain_card(facts: CardFacts, avatar: bytes) -> bytes:
    """The same card as one would write it first: all of it three times as large, then made smaller."""
    canvas = Image.new("RGB", (2700, 900), GROUND)
    brush = ImageDraw.Draw(canvas)

    def words(
        x: int, y: int, text: str, size: int, *, file: str = "Inter-Medium.ttf", anchor: str = "ls"
    ) -> None:
        font = ImageFont.truetype(str(FONTS / file), size * 3, layout_engine=ImageFont.Layout.BASIC)
        brush.text((x * 3, y * 3), text, font=font, fill=TEXT, anchor=anchor)

    face = Image.open(BytesIO(avatar)).convert("RGB").resize((396, 396), Image.Resampling.LANCZOS)
    disc = Image.new("L", face.size)
    ImageDraw.Draw(disc).ellipse((0, 0, 395, 395), fill=255)
    canvas.paste(face, (102, 102), disc)
    brush.rectangle((0, 0, 22, 900), fill=ACCENT)
    words(194, 65, facts.name, 42, file="Inter-Bold.ttf")
    words(194, 109, facts.title, 30, file="Inter-Bold.ttf")
    for row, place in enumerate(facts.places):
        words(194, 146 + 31 * row, place, 24)
    words(34, 230, facts.missing, 24)
    words(648, 230, facts.xp, 24, anchor="rs")
    words(775, 190, str(facts.rating), 58, file="Inter-Bold.ttf", anchor="ms")
    brush.regular_polygon((775 * 3, 80 * 3, 180), 6, outline=ACCENT, width=12)
    for y in (60, 75, 90, 105):
        brush.line((755 * 3, y * 3, 795 * 3, y * 3), fill=TEXT, width=15)
    brush.rounded_rectangle((102, 738, 1944, 798), 30, fill=(42, 48, 60))
    brush.rounded_rectangle((102, 738, 102 + max(60, round(1842 * facts.progress)), 798), 30, fill=ACCENT)
    low, span = min(facts.recent), max(max(facts.recent) - min(facts.recent), 1)
    line = [((690 + 5.6 * n) * 3, (262 - 44 * (r - low) / span) * 3) for n, r in enumerate(facts.recent)]
    brush.line(line, fill=ACCENT, width=9, joint="curve")
    written = BytesIO()
    canvas.resize((900, 300), Image.Resampling.LANCZOS).save(written, "PNG")
    return written.getvalue()


def matplotlib_card(facts: CardFacts, avatar: bytes) -> bytes:
    """The same card as a figure."""
    figure = Figure(figsize=(9, 3), dpi=100, facecolor=[part / 255 for part in GROUND])
    colour, light = [part / 255 for part in ACCENT], [part / 255 for part in TEXT]
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 900), ylim=(300, 0))
    axes.axis("off")
    face = axes.imshow(Image.open(BytesIO(avatar)).convert("RGB"), extent=(34, 166, 166, 34), aspect="auto")
    face.set_clip_path(Circle((100, 100), 66, transform=axes.transData))
    axes.set(xlim=(0, 900), ylim=(300, 0))
    for x, y, text, size, side in (
        (194, 65, facts.name, 30, "left"),
        (194, 109, facts.title, 21, "left"),
        *((194, 146 + 31 * row, place, 17, "left") for row, place in enumerate(facts.places)),
        (34, 230, facts.missing, 17, "left"),
        (648, 230, facts.xp, 17, "right"),
        (775, 190, str(facts.rating), 42, "center"),
    ):
        axes.text(x, y, text, fontsize=size, color=light, ha=side)
    axes.add_patch(Rectangle((0, 0), 8, 300, color=colour))
    axes.add_patch(Circle((775, 80), 58, fill=False, edgecolor=colour, linewidth=4))
    for y in (60, 75, 90, 105):
        axes.plot((755, 795), (y, y), color=light, linewidth=4)
    axes.add_patch(Rectangle((34, 246), 614, 20, color=(0.16, 0.19, 0.24)))
    axes.add_patch(Rectangle((34, 246), 614 * facts.progress, 20, color=colour))
    low, span = min(facts.recent), max(max(facts.recent) - min(facts.recent), 1)
    axes.plot(
        [690 + 5.6 * n for n in range(31)],
        [262 - 44 * (r - low) / span for r in facts.recent],
        color=colour,
        linewidth=2,
    )
    written = BytesIO()
    FigureCanvasAgg(figure).print_png(written)
    return written.getvalue()


def tick_words(moment: datetime, unit: TickUnit) -> str:
    """A tick in figures."""
    return moment.strftime("%H:%M" if unit in {TickUnit.MINUTE, TickUnit.HOUR} else "%d.%m.%y")


def a_history(chance: random.Random, length: int) -> HistoryFacts:
    """A person's ratings over a year."""
    rating, begin, points = 1180.0, datetime(2026, 1, 1, tzinfo=UTC).timestamp(), list[tuple[float, float]]()
    for number in range(length):
        rating += chance.gauss(600 / length, 9)
        points.append((begin + number * 31e6 / length, rating))
    bands = tuple(Band(tier, tier.name.title()) for tier in Tier)
    return HistoryFacts(
        (Series("Ada", tuple(points)),), tick_words, title=f"Person {chance.random():.4f}", bands=bands
    )


def plain_history(facts: HistoryFacts) -> bytes:
    """The same plot as one would write it first, every point drawn three times as large."""
    canvas = Image.new("RGB", (2700, 1500), GROUND)
    brush = ImageDraw.Draw(canvas)
    points = facts.series[0].points
    (begin, _), (end, _) = points[0], points[-1]
    low, high = min(rating for _, rating in points), max(rating for _, rating in points)

    def y(rating: float) -> float:
        return 1338 - 1116 * (rating - low) / (high - low)

    font = ImageFont.truetype(str(FONTS / "Inter-Medium.ttf"), 66, layout_engine=ImageFont.Layout.BASIC)
    brush.text((84, 138), facts.title, font=font, fill=TEXT, anchor="ls")
    for band in facts.bands:
        if low < band.tier.floor < high:
            brush.line((252, y(band.tier.floor), 2400, y(band.tier.floor)), fill=ACCENT, width=3)
            brush.text((280, y(band.tier.floor) - 10), band.word, font=font, fill=TEXT, anchor="ls")
            brush.text((210, y(band.tier.floor)), str(band.tier.floor), font=font, fill=TEXT, anchor="rm")
    for part in range(6):
        moment = datetime.fromtimestamp(begin + (end - begin) * part / 6, UTC)
        brush.text(
            (300 + 350 * part, 1440), tick_words(moment, TickUnit.DAY), font=font, fill=TEXT, anchor="ms"
        )
    line = [(252 + 2148 * (moment - begin) / (end - begin), y(rating)) for moment, rating in points]
    brush.line(line, fill=ACCENT, width=12, joint="curve")
    written = BytesIO()
    canvas.resize((900, 500), Image.Resampling.LANCZOS).save(written, "PNG")
    return written.getvalue()


def matplotlib_history(facts: HistoryFacts) -> bytes:
    """The same plot as a figure."""
    figure = Figure(figsize=(9, 5), dpi=100, facecolor=[part / 255 for part in GROUND])
    axes = figure.add_subplot()
    axes.set_facecolor("black")
    axes.set_title(facts.title, color="white")
    points = facts.series[0].points
    ratings = [rating for _, rating in points]
    axes.plot([datetime.fromtimestamp(moment, UTC) for moment, _ in points], ratings)  # type: ignore[arg-type]
    for band in facts.bands:
        if min(ratings) < band.tier.floor < max(ratings):
            axes.axhspan(band.tier.floor, band.tier.floor + 200, alpha=0.1)
            axes.text(datetime.fromtimestamp(points[0][0], UTC), band.tier.floor, band.word, color="white")  # type: ignore[arg-type]
    axes.tick_params(colors="white")
    written = BytesIO()
    FigureCanvasAgg(figure).print_png(written)
    return written.getvalue()


def compared(what: str, arms: Callable[[int], Arms], rounds: int) -> dict[str, float]:
    """Print the arms' medians in milliseconds; they take turns, so that a busy moment hits all alike."""
    times: dict[str, list[float]] = {}
    sizes: dict[str, int] = {}
    for number in range(-2, rounds):
        for name, work in arms(number).items():
            began = time.perf_counter()
            picture = work()
            took = time.perf_counter() - began
            if number >= 0:
                times.setdefault(name, []).append(took)
                sizes[name] = len(picture)
    medians = {name: statistics.median(each) * 1000 for name, each in times.items()}
    ours = medians["ours"]
    for name, median in medians.items():
        print(
            f"{what:24}{name:28}{median:>9.2f} ms{sizes[name] / 1000:>8.0f} kB   ours is {ours / median:.2f} x"
        )
    return medians


def main() -> None:
    """Print one table, and whether the gate holds."""
    chance = random.Random(7)
    known = somebody(chance, 0)
    if FigureCanvasAgg is None:
        print("matplotlib is not installed here, so its arm is left out: pip install matplotlib")

    def cards(number: int) -> Arms:
        facts, avatar = somebody(chance, number)
        arms: Arms = {
            "ours": lambda: card(facts, avatar),
            "ours, the same person again": lambda: card(*known),
            "plain Pillow": lambda: plain_card(facts, avatar),
        }
        if FigureCanvasAgg is not None:
            arms["matplotlib"] = lambda: matplotlib_card(facts, avatar)
        return arms

    medians = compared("card", cards, ROUNDS)
    for length in POINTS:

        def plots(_: int, length: int = length) -> Arms:
            facts = a_history(chance, length)
            arms: Arms = {"ours": lambda: history(facts), "plain Pillow": lambda: plain_history(facts)}
            if FigureCanvasAgg is not None:
                arms["matplotlib"] = lambda: matplotlib_history(facts)
            return arms

        compared(f"history, {length} points", plots, ROUNDS if length < 1000 else 11)
    if "matplotlib" in medians:
        ratio = medians["ours"] / medians["matplotlib"]
        print(f"gate: card {ratio:.3f} x matplotlib, {'holds' if ratio <= 0.2 else 'FAILS'} (0.2)")


if __name__ == "__main__":
    main()
