"""The worked examples of 6 RCNY 5-301, as printed there: category, people, selected, rate and impact ratio.

from new_york import SELECTED, SCORED, csv
"""

from __future__ import annotations

Printed = tuple[str | None, str | None, int, int, str, str]

RACES = {
    "h": "Hispanic or Latino", "w": "White", "b": "Black or African American",
    "p": "Native Hawaiian or Pacific Islander", "a": "Asian", "n": "Native American or Alaska Native",
    "t": "Two or More Races",
}  # fmt: skip

SELECTED: tuple[Printed, ...] = (
    ("Male", None, 1390, 667, "48%", "1.00"),
    ("Female", None, 1181, 555, "47%", "0.979"),
    (None, RACES["h"], 408, 204, "50%", "0.97"),
    (None, RACES["w"], 797, 412, "52%", "1.00"),
    (None, RACES["b"], 390, 170, "44%", "0.84"),
    (None, RACES["p"], 119, 52, "44%", "0.85"),
    (None, RACES["a"], 616, 302, "49%", "0.95"),
    (None, RACES["n"], 41, 18, "44%", "0.85"),
    (None, RACES["t"], 213, 96, "45%", "0.87"),
    ("Male", RACES["h"], 205, 90, "43.9%", "0.841"),
    ("Female", RACES["h"], 190, 82, "43.2%", "0.827"),
    ("Male", RACES["w"], 412, 215, "52.2%", "1.000"),
    ("Male", RACES["b"], 226, 95, "42.0%", "0.806"),
    ("Male", RACES["p"], 87, 37, "42.5%", "0.815"),
    ("Male", RACES["a"], 321, 167, "52.0%", "0.997"),
    ("Male", RACES["n"], 24, 11, "45.8%", "0.878"),
    ("Male", RACES["t"], 115, 52, "45.2%", "0.866"),
    ("Female", RACES["w"], 385, 197, "51.2%", "0.981"),
    ("Female", RACES["b"], 164, 75, "45.7%", "0.876"),
    ("Female", RACES["p"], 32, 15, "46.9%", "0.898"),
    ("Female", RACES["a"], 295, 135, "45.8%", "0.877"),
    ("Female", RACES["n"], 17, 7, "41.2%", "0.789"),
    ("Female", RACES["t"], 98, 44, "44.9%", "0.860"),
)

# Scores above the median of all 168. The rule prints 64.2% for 18 of 28, which is 64.3%.
SCORED: tuple[Printed, ...] = (
    ("Male", None, 92, 50, "54.3%", "1.00"),
    ("Female", None, 76, 34, "44.7%", "0.82"),
    (None, RACES["h"], 28, 18, "64.3%", "1.00"),
    (None, RACES["w"], 40, 15, "37.5%", "0.58"),
    (None, RACES["b"], 32, 16, "50.0%", "0.78"),
    (None, RACES["p"], 8, 5, "62.5%", "0.97"),
    (None, RACES["a"], 24, 10, "41.7%", "0.65"),
    (None, RACES["n"], 16, 10, "62.5%", "0.97"),
    (None, RACES["t"], 20, 10, "50.0%", "0.78"),
    ("Male", RACES["h"], 16, 12, "75.0%", "1.00"),
    ("Female", RACES["h"], 12, 6, "50.0%", "0.67"),
    ("Male", RACES["w"], 20, 7, "35.0%", "0.47"),
    ("Male", RACES["b"], 20, 10, "50.0%", "0.67"),
    ("Male", RACES["p"], 4, 3, "75.0%", "1.00"),
    ("Male", RACES["a"], 12, 7, "58.3%", "0.78"),
    ("Male", RACES["n"], 8, 5, "62.5%", "0.83"),
    ("Male", RACES["t"], 12, 6, "50.0%", "0.67"),
    ("Female", RACES["w"], 20, 8, "40.0%", "0.53"),
    ("Female", RACES["b"], 12, 6, "50.0%", "0.67"),
    ("Female", RACES["p"], 4, 2, "50.0%", "0.67"),
    ("Female", RACES["a"], 12, 3, "25.0%", "0.33"),
    ("Female", RACES["n"], 8, 5, "62.5%", "0.83"),
    ("Female", RACES["t"], 8, 4, "50.0%", "0.67"),
)


def csv(rows: tuple[Printed, ...], counted: str = "selected") -> str:
    """Write an example as a file of counts."""
    lines = [f"sex,race,n,{counted}", *(f"{sex or ''},{race or ''},{n},{got}" for sex, race, n, got, _, _ in rows)]
    return "\n".join(lines) + "\n"
