# SPDX-License-Identifier: PostgreSQL
"""The plot of the README: time to place against the size of the calendar, both on logarithmic axes, as SVG."""
import math

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 150, 50, 55
COLOURS = ("#0b6e4f", "#c1440e", "#7a4fa3", "#2b6cb0", "#555555")


class Axis:
    """A logarithmic axis between two powers of ten, from one pixel to another."""

    def __init__(self, low, high, begin, end):
        self.low, self.high = math.floor(math.log10(low)), math.ceil(math.log10(high))
        self.begin, self.end = begin, end

    def at(self, value):
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.begin + share * (self.end - self.begin)

    def ticks(self):
        return [10.0**power for power in range(self.low, self.high + 1)]


def text(x, y, words, anchor="middle", colour="#222222", size=13, weight="normal"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size}" '
            f'font-weight="{weight}">{words}</text>')


def grid(x, y):
    parts = []
    for tick in x.ticks():
        parts.append(f'<line x1="{x.at(tick):.1f}" y1="{y.begin}" x2="{x.at(tick):.1f}" y2="{y.end}" stroke="#dddddd"/>')
        parts.append(text(x.at(tick), y.begin + 20, f"{tick:,.0f}"))
    for tick in y.ticks():
        parts.append(f'<line x1="{x.begin}" y1="{y.at(tick):.1f}" x2="{x.end}" y2="{y.at(tick):.1f}" stroke="#dddddd"/>')
        parts.append(text(x.begin - 8, y.at(tick) + 4, f"{tick:,g} ms", "end"))
    return parts


def curve(points, x, y, colour):
    path = " ".join(f"{x.at(size):.1f},{y.at(value):.1f}" for size, value in points)
    dots = [f'<circle cx="{x.at(size):.1f}" cy="{y.at(value):.1f}" r="3" fill="{colour}"/>' for size, value in points]
    return [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>', *dots]


def labels(curves, x, y):
    """The name of each curve at its end, without overlapping."""
    ends = sorted((y.at(points[-1][1]), name, colour) for name, points, colour in curves)
    parts, lowest = [], -100
    for height, name, colour in ends:
        lowest = max(height, lowest + 17)
        parts.append(text(x.end + 8, lowest + 4, name, "start", colour, weight="bold"))
    return parts


def svg(title, subtitle, series):
    """series: {name: [(size, milliseconds), …]}"""
    every = [point for points in series.values() for point in points]
    x = Axis(min(size for size, _ in every), max(size for size, _ in every), LEFT, WIDTH - RIGHT)
    y = Axis(min(value for _, value in every), max(value for _, value in every), HEIGHT - BOTTOM, TOP)
    curves = [(name, points, colour) for (name, points), colour in zip(series.items(), COLOURS)]
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
             text(LEFT, 22, title, "start", size=16, weight="bold"), text(LEFT, 40, subtitle, "start", "#555555", 12),
             *grid(x, y), text((x.begin + x.end) / 2, HEIGHT - 12, "events on the calendar")]
    for _, points, colour in curves:
        parts += curve(points, x, y, colour)
    return "\n".join([*parts, *labels(curves, x, y), "</svg>\n"])
