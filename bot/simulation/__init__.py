"""A world of members of hidden ability, played through the real actions to see whether the ladder is honest.

The world is that of the study in the design: members of ability N(1500, 300) who learn 120 points over 250
answers, a fifth of whom lapse; 240 lessons of eight questions with four options each; the labels are wrong by
150 points (lesson) and 100 (question), and each lesson lies a member better or worse by 120; two answers in a
hundred slip. Half of the answers are given in polls, half alone, a question at a time,
of lessons near the member's rating. Where the study does
not say, this world says so at the place.

The program starts everybody at 1200 and the study started at 1500. The rule knows nothing but differences
between ratings and difficulties, so a world that starts at 1500 is played with every ability and every
difficulty 300 lower, and what is printed as a rating is shifted back by as much.
"""

from bot.simulation.options import ImpossibleWorld, Options
from bot.simulation.simulating import Simulated, simulate
from bot.simulation.table import Row, drawn

__all__ = ["ImpossibleWorld", "Options", "Row", "Simulated", "drawn", "simulate"]
