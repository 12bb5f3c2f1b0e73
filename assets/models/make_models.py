#!/usr/bin/env python3
"""Writes the models of Tumult as binary glTF 2.0, from the shapes below: python3 make_models.py

Nothing but Python's standard library is needed, and the same bytes come out each time. Models look
along x, y is up, units are metres. Every part has flat faces with the colour in its vertices. A model is
one mesh of up to two primitives: the first as it is, the second white, to be dyed in a side's colour.
"""

import json
import math
import pathlib
import struct

HERE = pathlib.Path(__file__).parent

METAL = (46, 52, 64)
STEEL = (92, 102, 122)
DARK = (26, 30, 38)
VISOR = (240, 246, 255)
WHITE = (255, 255, 255)
GOLD = (255, 205, 64)
HEALTH = (64, 220, 140)
ROUNDS = (245, 222, 84)
ROCKETS = (232, 120, 214)
BRASS = (222, 168, 70)


def linear(rgb, factor=1.0):
    """An sRGB colour as the linear values that glTF wants."""

    def one(value):
        value /= 255.0
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return tuple(min(1.0, one(value) * factor) for value in rgb) + (1.0,)


class Mesh:
    """Flat polygons with a colour each."""

    def __init__(self):
        self.faces = []

    def add(self, polygons, rgb, factor=1.0, move=(0, 0, 0), yaw=0.0, pitch=0.0, roll=0.0, scale=(1, 1, 1)):
        """Takes polygons (corners counter-clockwise from outside), scaled, turned and moved."""

        def put(point):
            x, y, z = (point[axis] * scale[axis] for axis in range(3))
            c, s = math.cos(roll), math.sin(roll)
            y, z = y * c - z * s, y * s + z * c
            c, s = math.cos(pitch), math.sin(pitch)
            x, y = x * c - y * s, x * s + y * c
            c, s = math.cos(yaw), math.sin(yaw)
            x, z = x * c + z * s, -x * s + z * c
            return (x + move[0], y + move[1], z + move[2])

        colour = linear(rgb, factor)
        for polygon in polygons:
            self.faces.append(([put(point) for point in polygon], colour))
        return self

    def lit_from_above(self, least=0.38):
        """Gives each face the light that it would have: what is drawn without light keeps its shape."""
        self.faces = [
            (points, tuple(part * (least + (1.0 - least) * (0.5 + 0.5 * newell(points)[1])) for part in colour[:3]) + (1.0,))
            for points, colour in self.faces
        ]
        return self

    def triangles(self):
        positions, normals, colours, indices = [], [], [], []
        for points, colour in self.faces:
            first = len(positions)
            for index in range(1, len(points) - 1):
                indices += [first, first + index, first + index + 1]
            positions += points
            normals += [newell(points)] * len(points)
            colours += [colour] * len(points)
        return positions, normals, colours, indices


def newell(points):
    """The normal of a polygon (Newell's method)."""
    x = y = z = 0.0
    for (ax, ay, az), (bx, by, bz) in zip(points, points[1:] + points[:1]):
        x += (ay - by) * (az + bz)
        y += (az - bz) * (ax + bx)
        z += (ax - bx) * (ay + by)
    length = math.sqrt(x * x + y * y + z * z) or 1.0
    return (x / length, y / length, z / length)


def loft(rings):
    """A closed body through rings of the same number of corners, counter-clockwise seen from above
    (from +y), from the lowest to the highest."""
    count = len(rings[0])
    polygons = [list(reversed(rings[0])), list(rings[-1])]
    for low, high in zip(rings, rings[1:]):
        for index in range(count):
            after = (index + 1) % count
            polygons.append([low[index], low[after], high[after], high[index]])
    return polygons


def circle(radius, height, sides, turn=0.0):
    return [
        (
            radius * math.cos(turn + math.tau * index / sides),
            height,
            -radius * math.sin(turn + math.tau * index / sides),
        )
        for index in range(sides)
    ]


def tube(bottom, top, height, sides=10):
    """A frustum or cylinder around y, in the middle of the origin."""
    return loft([circle(bottom, -height / 2, sides), circle(max(top, 1e-3), height / 2, sides)])


def plate(x, y, z, cut=0.0, waist=1.0):
    """A box whose upright edges and upper rim are cut off; `waist` narrows its foot. Small ones keep
    their edges, which nobody would see."""
    if cut <= 0 or min(x, y, z) < 0.17:
        a, b = x / 2, z / 2
        square = lambda height, f: [
            (a * f, height, b * f), (a * f, height, -b * f), (-a * f, height, -b * f), (-a * f, height, b * f),
        ]
        return loft([square(-y / 2, waist), square(y / 2, 1.0)])

    def eight(inset, height, factor):
        a, b = (x / 2 - inset) * factor, (z / 2 - inset) * factor
        corners = [
            (a - cut, b), (a, b - cut), (a, -b + cut), (a - cut, -b),
            (-a + cut, -b), (-a, -b + cut), (-a, b - cut), (-a + cut, b),
        ]
        return [(px, height, pz) for px, pz in corners]

    cut = min(cut, x * 0.24, y * 0.45, z * 0.24)
    return loft([eight(0.0, -y / 2, waist), eight(0.0, y / 2 - cut, 1.0), eight(cut, y / 2, 1.0)])


def ball(radius, sides=10, rows=6):
    rings = []
    for row in range(rows + 1):
        angle = -math.pi / 2 + math.pi * row / rows
        ring = circle(max(radius * math.cos(angle), 1e-3), radius * math.sin(angle), sides, 0.3 * (row % 2))
        rings.append(ring)
    return loft(rings)


def band(inner, outer, start=0.0, end=math.tau, parts=40, height=0.0, thick=0.0):
    """A part of a ring, flat or with a height."""
    polygons = []
    at = lambda radius, angle, y: (radius * math.cos(angle), y, -radius * math.sin(angle))
    for part in range(parts):
        a = start + (end - start) * part / parts
        b = start + (end - start) * (part + 1) / parts
        top = height + thick
        polygons.append([at(inner, a, top), at(outer, a, top), at(outer, b, top), at(inner, b, top)])
        if thick > 0:
            polygons.append([at(outer, a, height), at(outer, b, height), at(outer, b, top), at(outer, a, top)])
            polygons.append([at(inner, b, height), at(inner, a, height), at(inner, a, top), at(inner, b, top)])
    return polygons


def flat(points):
    """A polygon on the floor, given as (x, z) counter-clockwise from above."""
    return [[(x, 0.0, z) for x, z in points]]


LIE = -math.pi / 2  # turns what stands along y to lie along x


def pilot():
    """A suit of armour above the hips: broad shoulders, a helmet with a visor, a rifle in both hands and
    a pack on the back. Its legs are a model of their own, so that they can walk."""
    plain, side = Mesh(), Mesh()
    side.add(plate(0.46, 0.46, 0.66, 0.08, waist=0.72), WHITE, 0.82, (0.0, 0.80, 0.0))
    plain.add(plate(0.36, 0.18, 0.44, 0.05), METAL, 1.0, (0.0, 0.54, 0.0))
    plain.add(plate(0.10, 0.22, 0.36, 0.03), STEEL, 1.0, (0.22, 0.86, 0.0))
    for z in (0.47, -0.47):
        side.add(plate(0.46, 0.28, 0.32, 0.09), WHITE, 1.0, (-0.02, 1.00, z))
        plain.add(plate(0.30, 0.10, 0.10, 0.02), METAL, 1.2, (-0.02, 1.13, z * 1.02))
    plain.add(tube(0.13, 0.15, 0.14, 8), METAL, 1.0, (0.0, 1.08, 0.0))
    side.add(ball(0.235, 10, 6), WHITE, 0.92, (0.0, 1.25, 0.0), scale=(1.1, 1.0, 0.95))
    side.add(plate(0.42, 0.07, 0.08, 0.02), WHITE, 1.0, (-0.03, 1.47, 0.0))
    plain.add(plate(0.14, 0.13, 0.34, 0.03), VISOR, 1.0, (0.20, 1.27, 0.0))
    # The pack, with two nozzles that glow when it dashes.
    plain.add(plate(0.26, 0.46, 0.50, 0.06), METAL, 1.0, (-0.34, 0.88, 0.0))
    side.add(plate(0.06, 0.34, 0.16, 0.02), WHITE, 0.7, (-0.48, 0.92, 0.0))
    for z in (0.17, -0.17):
        plain.add(tube(0.11, 0.07, 0.22, 8), STEEL, 1.0, (-0.42, 0.62, z), pitch=0.5)
    # The rifle: stock, body, barrel, magazine and a coloured band before the muzzle.
    z = 0.26
    plain.add(plate(0.52, 0.17, 0.13, 0.03), METAL, 1.0, (0.28, 0.82, z))
    plain.add(plate(0.12, 0.20, 0.09, 0.02), DARK, 1.2, (0.30, 0.68, z))
    plain.add(tube(0.045, 0.045, 0.42, 8), STEEL, 1.0, (0.72, 0.82, z), pitch=LIE)
    side.add(tube(0.075, 0.075, 0.10, 8), WHITE, 1.0, (0.78, 0.82, z), pitch=LIE)
    plain.add(plate(0.20, 0.06, 0.05, 0.01), STEEL, 1.2, (0.30, 0.94, z))
    # Arms that hold it.
    side.add(plate(0.38, 0.15, 0.15, 0.04), WHITE, 0.75, (0.14, 0.86, 0.42), yaw=0.35)
    side.add(plate(0.52, 0.14, 0.14, 0.04), WHITE, 0.75, (0.28, 0.86, -0.16), yaw=-0.75)
    return plain, side


def leg():
    """A leg that hangs from its hip, which is the origin."""
    plain, side = Mesh(), Mesh()
    plain.add(plate(0.20, 0.26, 0.18, 0.04), METAL, 1.0, (0.0, -0.12, 0.0))
    side.add(plate(0.20, 0.24, 0.20, 0.05), WHITE, 0.7, (0.02, -0.30, 0.0))
    plain.add(plate(0.36, 0.12, 0.22, 0.03), DARK, 1.5, (0.06, -0.46, 0.0))
    return plain, side


def ring(radius, width, gaps):
    """The ring under a pilot, with a beak that shows where it aims even when the figure is small.
    Gaps tell an enemy's from a friend's to those who see no colours."""
    side = Mesh()
    if gaps == 0:
        side.add(band(radius - width, radius), WHITE)
    else:
        part = math.tau / gaps
        for number in range(gaps):
            middle = part * number
            side.add(band(radius - width, radius, middle - part * 0.34, middle + part * 0.34, 12), WHITE)
    side.add(flat([(radius + 0.42, 0.0), (radius + 0.04, -0.26), (radius + 0.04, 0.26)]), WHITE)
    return Mesh(), side


def own_ring():
    plain, side = ring(0.86, 0.10, 0)
    side.add(band(0.96, 1.0), WHITE)
    return plain, side


def rocket():
    plain = Mesh()
    plain.add(tube(0.13, 0.13, 0.62, 10), VISOR, 0.8, pitch=LIE)
    plain.add(tube(0.15, 0.0, 0.32, 10), ROCKETS, 1.0, (0.46, 0.0, 0.0), pitch=LIE)
    plain.add(tube(0.135, 0.135, 0.08, 10), ROCKETS, 0.8, (0.12, 0.0, 0.0), pitch=LIE)
    plain.add(tube(0.08, 0.12, 0.10, 10), DARK, 1.5, (-0.35, 0.0, 0.0), pitch=LIE)
    for turn in range(4):
        plain.add(plate(0.22, 0.20, 0.03), ROCKETS, 0.9, roll=turn * math.pi / 2, move=(
            -0.24,
            0.20 * math.cos(turn * math.pi / 2),
            0.20 * math.sin(turn * math.pi / 2),
        ))
    return plain, Mesh()


def health():
    """A cross."""
    plain = Mesh()
    plain.add(plate(1.0, 0.32, 0.34, 0.05), HEALTH)
    plain.add(plate(0.34, 0.32, 1.0, 0.05), HEALTH)
    plain.add(plate(0.22, 0.34, 0.22, 0.0), VISOR)
    return plain, Mesh()


def rifle():
    """Three rounds in a clip."""
    plain = Mesh()
    for x in (-0.34, 0.0, 0.34):
        plain.add(tube(0.13, 0.13, 0.46, 10), ROUNDS, 1.0, (x, -0.06, 0.0))
        plain.add(tube(0.13, 0.02, 0.28, 10), BRASS, 1.0, (x, 0.31, 0.0))
    plain.add(plate(1.06, 0.14, 0.34, 0.03), METAL, 1.4, (0.0, -0.26, 0.0))
    return plain, Mesh()


def rockets():
    """A rocket on its tail."""
    plain = Mesh()
    plain.add(tube(0.22, 0.22, 0.6, 10), VISOR, 0.8)
    plain.add(tube(0.24, 0.0, 0.44, 10), ROCKETS, 1.0, (0.0, 0.52, 0.0))
    plain.add(tube(0.225, 0.225, 0.10, 10), ROCKETS, 0.8, (0.0, 0.10, 0.0))
    for turn in range(4):
        plain.add(plate(0.30, 0.30, 0.06), ROCKETS, 0.9, (
            0.34 * math.cos(turn * math.pi / 2),
            -0.24,
            -0.34 * math.sin(turn * math.pi / 2),
        ), yaw=turn * math.pi / 2)
    return plain, Mesh()


def pad(rgb):
    """What a pickup lies on, or will."""
    plain = Mesh()
    plain.add(band(0.72, 0.92, parts=24, thick=0.06), rgb, 0.55)
    plain.add(band(0.92, 1.0, parts=24, thick=0.03), METAL, 1.0)
    plain.add(band(0.0, 0.5, parts=24, height=0.01), rgb, 0.16)
    return plain, Mesh()


def crown():
    """Over the head of whoever leads."""
    plain = Mesh()
    points = 6
    plain.add(band(0.30, 0.36, parts=24, thick=0.12), GOLD)
    for number in range(points):
        angle = math.tau * number / points
        x, z = 0.33 * math.cos(angle), -0.33 * math.sin(angle)
        plain.add(tube(0.13, 0.0, 0.30, 4), GOLD, 1.0, (x, 0.26, z), yaw=angle)
        plain.add(ball(0.06, 6, 4), VISOR, 1.0, (x, 0.44, z))
    return plain, Mesh()


def shard():
    """A piece of something that broke."""
    side = Mesh()
    side.add(loft([
        [(0.5, -0.4, 0.3), (0.4, -0.5, -0.5), (-0.5, -0.3, -0.4), (-0.3, -0.5, 0.5)],
        [(0.2, 0.5, 0.4), (0.5, 0.2, -0.3), (-0.2, 0.4, -0.5), (-0.5, 0.3, 0.2)],
    ]), WHITE)
    return Mesh(), side.lit_from_above(0.5)


def flash():
    """The star at a muzzle: a core and rays along x."""
    side = Mesh()
    side.add(ball(0.34, 8, 4), WHITE)
    side.add(tube(0.30, 0.0, 1.5, 6), WHITE, 1.0, (0.75, 0.0, 0.0), pitch=LIE)
    for turn in range(5):
        angle = math.tau * turn / 5
        side.add(tube(0.16, 0.0, 0.9, 4), WHITE, 1.0, (
            0.25, 0.42 * math.cos(angle), 0.42 * math.sin(angle),
        ), roll=angle, pitch=-0.5)
    return Mesh(), side


def puff():
    """A lump of fire or smoke."""
    side = Mesh()
    side.add(ball(0.8, 9, 6), WHITE)
    for number in range(6):
        angle = number * 2.4
        height = -0.4 + 0.8 * number / 5
        reach = math.sqrt(max(0.0, 0.36 - height * height * 0.5))
        side.add(ball(0.45, 7, 4), WHITE, 0.9, (reach * math.cos(angle), height, reach * math.sin(angle)))
    return Mesh(), side.lit_from_above()


MODELS = {
    "pilot": pilot,
    "leg": leg,
    "ring-own": own_ring,
    "ring-friend": lambda: ring(0.68, 0.09, 0),
    "ring-enemy": lambda: ring(0.70, 0.12, 3),
    "rocket": rocket,
    "pickup-health": health,
    "pickup-rifle": rifle,
    "pickup-rockets": rockets,
    "pad-health": lambda: pad(HEALTH),
    "pad-rifle": lambda: pad(ROUNDS),
    "pad-rockets": lambda: pad(ROCKETS),
    "crown": crown,
    "shard": shard,
    "flash": flash,
    "puff": puff,
}


def glb(name, parts):
    """Binary glTF: a header, a chunk of JSON, a chunk of numbers."""
    numbers, views, accessors, primitives = b"", [], [], []

    def accessor(rows, kind, width, bounds):
        nonlocal numbers
        data = b"".join(struct.pack(f"<{width}f", *row) for row in rows)
        views.append({"buffer": 0, "byteOffset": len(numbers), "byteLength": len(data), "target": 34962})
        numbers += data
        one = {"bufferView": len(views) - 1, "componentType": 5126, "count": len(rows), "type": kind}
        if bounds:
            one["min"] = [min(row[axis] for row in rows) for axis in range(width)]
            one["max"] = [max(row[axis] for row in rows) for axis in range(width)]
        accessors.append(one)
        return len(accessors) - 1

    for part in parts:
        if not part.faces:
            continue
        positions, normals, colours, indices = part.triangles()
        rounded = lambda rows: [tuple(struct.unpack("<f", struct.pack("<f", v))[0] for v in row) for row in rows]
        attributes = {
            "POSITION": accessor(rounded(positions), "VEC3", 3, True),
            "NORMAL": accessor(rounded(normals), "VEC3", 3, False),
            "COLOR_0": accessor(rounded(colours), "VEC4", 4, False),
        }
        data = struct.pack(f"<{len(indices)}H", *indices)
        data += b"\0" * (-len(data) % 4)
        views.append({"buffer": 0, "byteOffset": len(numbers), "byteLength": len(data), "target": 34963})
        numbers += data
        accessors.append({
            "bufferView": len(views) - 1, "componentType": 5123, "count": len(indices), "type": "SCALAR",
        })
        primitives.append({"attributes": attributes, "indices": len(accessors) - 1, "mode": 4})
    document = {
        "asset": {"version": "2.0", "generator": "make_models.py"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"name": name, "mesh": 0}],
        "meshes": [{"name": name, "primitives": primitives}],
        "accessors": accessors,
        "bufferViews": views,
        "buffers": [{"byteLength": len(numbers)}],
    }
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    body = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(numbers), 0x004E4942) + numbers
    return struct.pack("<4sII", b"glTF", 2, 12 + len(body)) + body


def main():
    for name, make in MODELS.items():
        data = glb(name, make())
        (HERE / f"{name}.glb").write_bytes(data)
        print(f"{name}.glb: {len(data)} bytes")


if __name__ == "__main__":
    main()
