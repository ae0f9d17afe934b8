# SPDX-License-Identifier: PostgreSQL
"""The README's plot of a request's cost as SVG: one bar per way, made of the parts that the request passes."""
from .plot import COLOURS, WIDTH, text

LEFT, RIGHT, TOP = 205, 60, 90
BAR, STEP = 34, 52


def legend(parts):
    """A square and a name for each part, in one line."""
    shown, x = [], LEFT
    for part, colour in zip(parts, COLOURS):
        shown += [f'<rect x="{x}" y="58" width="13" height="13" fill="{colour}"/>', text(x + 19, 69, part, "start")]
        x += 40 + 8 * len(part)
    return shown


def bar(y, name, times, scale):
    shown, x = [text(LEFT - 10, y + BAR / 2 + 5, name, "end", weight="bold")], LEFT
    for time, colour in zip(times, COLOURS):
        width = time * scale
        shown.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{BAR}" fill="{colour}"/>')
        if width > 26:
            shown.append(text(x + width / 2, y + BAR / 2 + 5, f"{time:.0f}", colour="#ffffff"))
        x += width
    return [*shown, text(x + 8, y + BAR / 2 + 5, f"{sum(times):,.0f}", "start", weight="bold")]


def svg(title, subtitle, parts, ways):
    """ways: {name: [the time of each part]}"""
    height = TOP + STEP * len(ways)
    scale = (WIDTH - LEFT - RIGHT) / max(map(sum, ways.values()))
    shown = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif">',
             f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>', text(20, 22, title, "start", size=16, weight="bold"),
             text(20, 40, subtitle, "start", "#555555", 12), *legend(parts)]
    for place, (name, times) in enumerate(ways.items()):
        shown += bar(TOP + place * STEP, name, times, scale)
    return "\n".join([*shown, "</svg>\n"])
