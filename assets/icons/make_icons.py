#!/usr/bin/env python3
"""Writes the icons of the head-up display as white PNGs, which the client dyes: python3 make_icons.py

Each icon is a test of a point in a square from -1 to 1 (x to the right, y down), sampled four by four
times a pixel. Nothing but Python's standard library is needed.
"""

import math
import pathlib
import struct
import zlib

HERE = pathlib.Path(__file__).parent
SIDE = 64
SAMPLES = 4


def box(x, y, left, top, right, bottom):
    return left <= x <= right and top <= y <= bottom


def near(x, y, ax, ay, bx, by, width):
    """Whether a point is near the line from a to b."""
    dx, dy = bx - ax, by - ay
    along = max(0.0, min(1.0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
    return math.hypot(x - ax - along * dx, y - ay - along * dy) <= width


def within(x, y, *corners):
    """Whether a point is in a polygon."""
    inside = False
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1]):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def square(x, y):
    return box(x, y, -0.86, -0.86, 0.86, 0.86) and not box(x, y, -0.56, -0.56, 0.56, 0.56)


def health(x, y):
    return box(x, y, -0.28, -0.85, 0.28, 0.85) or box(x, y, -0.85, -0.28, 0.85, 0.28)


def dash(x, y):
    return any(
        near(x, y, at, -0.6, at + 0.55, 0, 0.14) or near(x, y, at, 0.6, at + 0.55, 0, 0.14)
        for at in (-0.75, -0.15)
    )


def cartridge(x, y):
    return box(x, y, -0.34, -0.15, 0.34, 0.9) or (abs(x) < 0.34 * math.sqrt(max(0, 1 - ((y + 0.15) / 0.75) ** 2)) and -0.9 < y <= -0.15)


def rocket(x, y):
    body = box(x, y, -0.22, -0.35, 0.22, 0.6)
    head = within(x, y, (-0.26, -0.35), (0.26, -0.35), (0.0, -0.95))
    fins = within(x, y, (-0.22, 0.1), (-0.22, 0.6), (-0.6, 0.75)) or within(x, y, (0.22, 0.1), (0.22, 0.6), (0.6, 0.75))
    flame = within(x, y, (-0.16, 0.66), (0.16, 0.66), (0.0, 0.98))
    return body or head or fins or flame


def rifle(x, y):
    return (
        box(x, y, -0.95, -0.28, 0.35, 0.05)
        or box(x, y, 0.35, -0.2, 0.98, -0.06)
        or within(x, y, (-0.95, -0.28), (-0.6, -0.28), (-0.75, 0.45), (-0.98, 0.45))
        or within(x, y, (-0.25, 0.0), (0.05, 0.0), (0.0, 0.6), (-0.28, 0.6))
    )


def crown(x, y):
    points = ((-0.85, 0.55), (-0.9, -0.45), (-0.42, 0.05), (0.0, -0.7), (0.42, 0.05), (0.9, -0.45), (0.85, 0.55))
    return within(x, y, *points) or box(x, y, -0.85, 0.62, 0.85, 0.82)


def skull(x, y):
    head = math.hypot(x, y + 0.15) < 0.75
    jaw = box(x, y, -0.42, 0.3, 0.42, 0.9)
    eyes = math.hypot(abs(x) - 0.3, y + 0.08) < 0.2
    nose = within(x, y, (0.0, 0.2), (-0.11, 0.42), (0.11, 0.42))
    teeth = y > 0.6 and any(abs(x - at) < 0.045 for at in (-0.2, 0.0, 0.2))
    return (head or jaw) and not (eyes or nose or teeth)


def arrow(x, y):
    """Points up."""
    return within(x, y, (0.0, -0.95), (0.7, 0.85), (0.0, 0.45), (-0.7, 0.85))


def dot(x, y):
    return math.hypot(x, y) < 0.8


def circle(x, y):
    return 0.74 < math.hypot(x, y) < 0.94


def mark(x, y):
    """Four strokes around a point that stays free."""
    return any(near(x, y, 0.36 * a, 0.36 * b, 0.86 * a, 0.86 * b, 0.10) for a in (-1, 1) for b in (-1, 1))


def hurt(x, y):
    """A wedge at the rim, thickest where the shot came from: up."""
    angle, radius = math.atan2(x, -y), math.hypot(x, y)
    thick = 0.20 * (1 - (angle / 0.62) ** 2)
    return abs(angle) < 0.62 and 0.96 - thick < radius < 0.96


def sight(x, y):
    """The cross that the mouse moves: a ring, a dot, four strokes."""
    radius = math.hypot(x, y)
    strokes = (abs(x) < 0.06 or abs(y) < 0.06) and 0.5 < radius < 0.95
    return 0.5 < radius < 0.6 or radius < 0.09 or strokes


def shield(x, y):
    half = 0.78 if y < 0 else 0.78 * math.sqrt(max(0.0, 1 - (y / 0.95) ** 2))
    return -0.8 < y < 0.95 and abs(x) < half and not (abs(x) < half - 0.2 and -0.6 < y < 0.7)


def cartridges(x, y):
    """Those that are not in the magazine: a row of them."""
    return any(cartridge((x - at) / 0.72, y) for at in (-0.64, 0.0, 0.64))


def star(x, y):
    corners = []
    for number in range(10):
        angle, reach = math.pi * number / 5, 0.42 if number % 2 else 0.98
        corners.append((reach * math.sin(angle), 0.06 - reach * math.cos(angle)))
    return within(x, y, *corners)


def star_empty(x, y):
    return star(x, y) and not star(x / 0.66, y / 0.66 - 0.03)


def diamond(x, y):
    return abs(x) + abs(y) < 0.98


# The signs of the map lie on floor and on pale walls alike: these have a dark rim, which stays dark in any dye.
RIM = 0.24


def map_own(x, y):
    return arrow(x, y)


def map_friend(x, y):
    return dot(x, y)


def map_foe(x, y):
    return diamond(x, y)


def map_crown(x, y):
    return crown(x, y)


RIMMED = [map_own, map_friend, map_foe, map_crown]


def rim(test):
    """The same a little smaller, and whether a point is beside it."""
    ways = [(RIM * math.cos(math.tau * way / 16), RIM * math.sin(math.tau * way / 16)) for way in range(16)]
    smaller = lambda x, y: test(x * (1 + RIM), y * (1 + RIM))
    return smaller, lambda x, y: any(smaller(x + dx, y + dy) for dx, dy in ways)


ICONS = [square, health, dash, cartridge, rocket, rifle, crown, skull, arrow, dot, circle, mark, hurt, sight, shield, cartridges, star, star_empty] + RIMMED


def png(test, side):
    test, beside = rim(test) if test in RIMMED else (test, lambda x, y: False)
    rows = bytearray()
    for row in range(side):
        rows.append(0)
        for column in range(side):
            hits = dark = 0
            for sample in range(SAMPLES * SAMPLES):
                x = (column + (sample % SAMPLES + 0.5) / SAMPLES) / side * 2 - 1
                y = (row + (sample // SAMPLES + 0.5) / SAMPLES) / side * 2 - 1
                lit = bool(test(x, y))
                hits += lit
                dark += not lit and bool(beside(x, y))
            light = 255 * hits // (hits + dark) if hits + dark else 255
            rows += bytes((light, light, light, (hits + dark) * 255 // (SAMPLES * SAMPLES)))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(rows), 9)) + chunk(b"IEND", b"")


def main():
    for icon in ICONS:
        side = SIDE * 4 if icon is hurt else SIDE
        data = png(icon, side)
        name = icon.__name__.replace("_", "-")
        (HERE / f"{name}.png").write_bytes(data)
        print(f"{name}.png: {len(data)} bytes")


if __name__ == "__main__":
    main()
