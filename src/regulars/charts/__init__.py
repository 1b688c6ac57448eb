"""One pure function a picture: rows of a named analysis in, a Vega-Lite spec out."""

from regulars.charts.audiences import audience_overlap, audience_sizes
from regulars.charts.backtests import value_calibration, value_tracking
from regulars.charts.bars import causes
from regulars.charts.canvas import NARROW, WIDE, Canvas, Spec
from regulars.charts.curves import cohort_curves, concentration, groups_trend
from regulars.charts.dumbbells import groups
from regulars.charts.flows import migration_flow
from regulars.charts.levers import profit_loyalty
from regulars.charts.life import life
from regulars.charts.matrix import cohort_triangle, migration, segments
from regulars.charts.numbers import Figure, Numbers, Unknown
from regulars.charts.pairs import pairs
from regulars.charts.palette import DARK, LIGHT, REFERENCES, Palette
from regulars.charts.retention import retention
from regulars.charts.shortfalls import shortfalls
from regulars.charts.stages import life_months, life_stages
from regulars.charts.tornado import tornado
from regulars.charts.trends import shares_over
from regulars.charts.value import value_distribution, value_matrix, value_totals
from regulars.charts.waterfall import bridge
from regulars.charts.worth import lifetime_value

__all__ = [
    "DARK",
    "LIGHT",
    "NARROW",
    "REFERENCES",
    "WIDE",
    "Canvas",
    "Figure",
    "Numbers",
    "Palette",
    "Spec",
    "Unknown",
    "audience_overlap",
    "audience_sizes",
    "bridge",
    "causes",
    "cohort_curves",
    "cohort_triangle",
    "concentration",
    "groups",
    "groups_trend",
    "life",
    "life_months",
    "life_stages",
    "lifetime_value",
    "migration",
    "migration_flow",
    "pairs",
    "profit_loyalty",
    "retention",
    "segments",
    "shares_over",
    "shortfalls",
    "tornado",
    "value_calibration",
    "value_tracking",
    "value_distribution",
    "value_matrix",
    "value_totals",
]
