"""Turn a chart into the table that stands for it where nothing can be drawn."""

from __future__ import annotations

from evenhand.render.blocks import Chart, Column, Kind, Table
from evenhand.words import Translate


def as_table(chart: Chart, words: Translate) -> Table:
    """Answer with one row a point along, one column a series."""
    along = sorted({point for series in chart.series for point, _ in series.points})
    known = [dict(series.points) for series in chart.series]
    return Table(
        key=chart.key,
        title=chart.title,
        columns=(
            Column("along", chart.along, Kind.COUNT),
            *(Column(series.key, series.label, Kind.SHARE) for series in chart.series),
        ),
        rows=tuple((at, *(points.get(at) for points in known)) for at in along),
        n=chart.n,
        of=chart.of,
        left_out=chart.left_out,
        notes=(words.text("The figures are: {up}.", up=chart.up), *chart.notes),
    )
