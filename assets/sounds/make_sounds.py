#!/usr/bin/env python3
"""Writes the sounds of Tumult, mono WAV of 16 bit at 32 kHz, from the formulas below: python3 make_sounds.py

Needs numpy (pip install numpy). Noise comes from a fixed seed, so the same bytes come out each time.
Loops end where they begin.
"""

import pathlib
import wave

import numpy as np

HERE = pathlib.Path(__file__).parent
RATE = 32_000
LOOP_RATE = 16_000


def seconds(length, rate=RATE):
    return np.arange(int(length * rate)) / rate


def noise(length, seed, rate=RATE):
    return np.random.default_rng(seed).uniform(-1, 1, int(length * rate))


def band(signal, low, high, rate=RATE):
    """Leaves what lies between two frequencies, with soft edges."""
    spectrum = np.fft.rfft(signal)
    hertz = np.fft.rfftfreq(len(signal), 1 / rate)
    gain = 1 / (1 + (low / np.maximum(hertz, 1e-3)) ** 4) / (1 + (hertz / high) ** 4)
    return np.fft.irfft(spectrum * gain, len(signal))


def decay(t, half):
    return 0.5 ** (t / half)


def attack(t, length):
    return np.minimum(1, t / length)


def sweep(t, start, end, half):
    """A tone that falls or rises from one frequency to another."""
    hertz = end + (start - end) * decay(t, half)
    return np.sin(2 * np.pi * np.cumsum(hertz) / RATE)


def tone(t, hertz, shape=(1, 0.4, 0.2)):
    return sum(part * np.sin(2 * np.pi * hertz * (n + 1) * t) for n, part in enumerate(shape))


def drive(signal, amount):
    return np.tanh(signal * amount) / np.tanh(amount)


def room(signal, delays=((0.031, 0.30), (0.047, 0.22), (0.071, 0.15), (0.113, 0.1))):
    out = np.concatenate([signal, np.zeros(int(0.14 * RATE))])
    for delay, gain in delays:
        shift = int(delay * RATE)
        out[shift : shift + len(signal)] += gain * signal
    return out


def shot():
    t = seconds(0.22)
    crack = band(noise(0.22, 1), 900, 9000) * decay(t, 0.016)
    body = sweep(t, 420, 90, 0.02) * decay(t, 0.03)
    return room(drive(crack * 1.1 + body, 2.2))


def shot_own():
    t = seconds(0.26)
    crack = band(noise(0.26, 2), 500, 11000) * decay(t, 0.02)
    body = sweep(t, 520, 60, 0.022) * decay(t, 0.045)
    click = band(noise(0.26, 3), 3000, 12000) * decay(np.abs(t - 0.075), 0.004) * 0.3
    return room(drive(crack + body * 1.3 + click, 2.6))


def launch():
    t = seconds(0.6)
    whoosh = band(noise(0.6, 4), 300, 2600) * attack(t, 0.03) * decay(t, 0.14)
    return room(drive(whoosh * 1.4 + sweep(t, 160, 50, 0.08) * decay(t, 0.09), 2))


def blast():
    t = seconds(1.5)
    low = sweep(t, 120, 28, 0.12) * decay(t, 0.22)
    roar = band(noise(1.5, 5), 40, 1400) * decay(t, 0.2)
    crack = band(noise(1.5, 6), 800, 9000) * decay(t, 0.03)
    debris = band(noise(1.5, 7), 2000, 8000) * (noise(1.5, 8) > 0.985) * attack(t, 0.2) * decay(t, 0.3)
    return room(drive(low * 1.3 + roar * 2.2 + crack * 0.7 + debris, 2.4))


def blast_far():
    t = seconds(1.6)
    return drive(band(noise(1.6, 9), 30, 260) * attack(t, 0.02) * decay(t, 0.3) * 5, 1.6)


def shot_far():
    t = seconds(0.35)
    return band(noise(0.35, 10), 150, 900) * attack(t, 0.004) * decay(t, 0.06) * 3


def hit():
    """An own shot met somebody: short, high, over everything."""
    t = seconds(0.10)
    return (tone(t, 1760, (1, 0.5)) + 0.4 * tone(t, 2640, (1,))) * attack(t, 0.002) * decay(t, 0.02)


def kill():
    t = seconds(0.5)
    first = tone(t, 880, (1, 0.5, 0.2)) * decay(t, 0.07)
    late = np.maximum(0, t - 0.09)
    second = tone(late, 1318.5, (1, 0.5, 0.2)) * decay(late, 0.11) * (t > 0.09)
    return room((first + second) * attack(t, 0.002))


def hurt():
    t = seconds(0.25)
    return drive(sweep(t, 300, 70, 0.03) * decay(t, 0.05) + band(noise(0.25, 11), 200, 2500) * decay(t, 0.03), 2.5)


def wall():
    t = seconds(0.18)
    ring = tone(t, 2100, (0.4,)) * decay(t, 0.02) + tone(t, 3170, (0.25,)) * decay(t, 0.015)
    return band(noise(0.18, 12), 1500, 9000) * decay(t, 0.014) + ring


def fall():
    t = seconds(1.0)
    crash = band(noise(1.0, 13), 150, 5000) * decay(t, 0.10)
    power = sweep(t, 700, 45, 0.16) * decay(t, 0.22)
    return room(drive(crash * 1.6 + power, 2))


def appear():
    t = seconds(0.7)
    rise = np.sin(2 * np.pi * np.cumsum(220 + 900 * (t / 0.7) ** 2) / RATE)
    return room((rise * 0.6 + band(noise(0.7, 14), 1500, 7000) * 0.4) * attack(t, 0.2) * decay(t, 0.2))


def dash():
    t = seconds(0.4)
    return drive(band(noise(0.4, 15), 500, 6000) * attack(t, 0.02) * decay(t, 0.07) * 2 + sweep(t, 200, 90, 0.1) * decay(t, 0.08) * 0.5, 1.5)


def step(seed):
    t = seconds(0.12)
    thud = sweep(t, 150, 55, 0.02) * decay(t, 0.022)
    scrape = band(noise(0.12, seed), 700, 4000) * decay(t, 0.014)
    return drive(thud + scrape * 0.7, 1.6)


def reload():
    t = seconds(0.9)
    out = np.zeros_like(t)
    for at, seed, low in ((0.02, 20, 900), (0.38, 21, 600), (0.72, 22, 1300)):
        late = np.maximum(0, t - at)
        out += band(noise(0.9, seed), low, 7000) * decay(late, 0.014) * (t > at)
        out += tone(late, low * 1.4, (0.25,)) * decay(late, 0.012) * (t > at)
    return out


def notes(hertz, length, gap, shape=(1, 0.35, 0.15), half=0.12):
    t = seconds(length)
    out = np.zeros_like(t)
    for number, pitch in enumerate(hertz):
        late = np.maximum(0, t - number * gap)
        out += tone(late, pitch, shape) * attack(late, 0.004) * decay(late, half) * (t >= number * gap)
    return room(out)


def health():
    return notes((523.25, 659.25, 783.99), 0.55, 0.07)


def rounds():
    return notes((392.0, 587.33), 0.4, 0.06, (1, 0.6, 0.4, 0.2), 0.06)


def rockets():
    return notes((261.63, 392.0, 523.25), 0.5, 0.06, (1, 0.7, 0.4, 0.3), 0.08)


def begin():
    return notes((392.0, 392.0, 392.0, 587.33, 783.99), 1.4, 0.14, (1, 0.5, 0.3, 0.2), 0.16)


def won():
    return notes((523.25, 659.25, 783.99, 1046.5, 783.99, 1046.5), 1.9, 0.15, (1, 0.5, 0.3, 0.2), 0.22)


def lost():
    return notes((587.33, 523.25, 440.0, 349.23), 1.7, 0.22, (1, 0.4, 0.2), 0.25)


def lead():
    return notes((659.25, 987.77, 1318.5), 0.9, 0.10, (1, 0.4, 0.25), 0.16)


def taken():
    """A point is ours: two steps up."""
    return notes((392.0, 587.33), 0.8, 0.12, (1, 0.5, 0.3), 0.18)


def given():
    """A point is ours no more: the same two steps down, and duller."""
    return notes((440.0, 293.66), 0.9, 0.14, (1, 0.25), 0.18)


def over():
    """A round that the player neither won nor lost."""
    return notes((523.25, 587.33, 523.25), 1.4, 0.2, (1, 0.4, 0.2), 0.22)


def streak():
    return notes((440.0, 659.25, 880.0, 1108.7), 0.9, 0.08, (1, 0.6, 0.4, 0.3), 0.12)


def tick():
    t = seconds(0.12)
    return tone(t, 1046.5, (1, 0.3)) * attack(t, 0.002) * decay(t, 0.02)


def last():
    t = seconds(0.5)
    return room(tone(t, 1568, (1, 0.4, 0.2)) * attack(t, 0.002) * decay(t, 0.1))


def click():
    t = seconds(0.05)
    return (tone(t, 1900, (1, 0.4)) * decay(t, 0.006) + band(noise(0.05, 30), 2000, 9000) * decay(t, 0.004) * 0.5) * attack(t, 0.001)


def move():
    t = seconds(0.09)
    return sweep(t, 1300, 700, 0.03) * attack(t, 0.002) * decay(t, 0.02)


def message():
    return notes((987.77, 1318.5), 0.22, 0.05, (1, 0.2), 0.04)


def vote():
    return notes((587.33, 880.0, 880.0), 0.6, 0.11, (1, 0.5, 0.2), 0.08)


def away():
    """The connection is lost: a tone that sinks."""
    t = seconds(0.7)
    return room(sweep(t, 520, 130, 0.16) * attack(t, 0.01) * decay(t, 0.2))


def back():
    """It is there again: the same way up."""
    t = seconds(0.5)
    return room(sweep(t, 200, 620, 0.12) * attack(t, 0.01) * decay(t, 0.16))


def around(signal, rate):
    """Fades the end of a loop into its beginning."""
    fade = int(0.5 * rate)
    ramp = np.linspace(0, 1, fade)
    head, tail = signal[:fade], signal[-fade:]
    return np.concatenate([head * ramp + tail * (1 - ramp), signal[fade:-fade]])


def ambience():
    """The hum of a large hall: wind, transformers, now and then metal far away."""
    length = 12.5
    t = seconds(length, LOOP_RATE)
    wind = band(noise(length, 40, LOOP_RATE), 60, 420, LOOP_RATE) * (0.7 + 0.3 * np.sin(2 * np.pi * t / 6))
    hum = 0.10 * np.sin(2 * np.pi * 50 * t) + 0.06 * np.sin(2 * np.pi * 100 * t) + 0.02 * np.sin(2 * np.pi * 150 * t)
    out = wind * 1.1 + hum
    for at, pitch in ((2.2, 311), (5.9, 233), (9.3, 277)):
        late = np.maximum(0, t - at)
        out += 0.035 * (t > at) * decay(late, 0.5) * (np.sin(2 * np.pi * pitch * late) + 0.6 * np.sin(2 * np.pi * pitch * 2.76 * late))
    return around(out, LOOP_RATE)


def music():
    """A quiet pulse of four chords, sixteen seconds long."""
    beat, chords = 0.5, ((110.0, 164.81, 261.63), (87.31, 174.61, 261.63), (130.81, 196.0, 329.63), (98.0, 146.83, 293.66))
    length = beat * 8 * len(chords) + 0.5
    t = seconds(length, LOOP_RATE)
    out = np.zeros_like(t)
    for bar, chord in enumerate(chords + (chords[0],)):
        late = t - bar * beat * 8
        on = (late >= 0) & (late < beat * 8 + 0.5)
        swell = np.clip(late / 1.0, 0, 1) * np.clip((beat * 8 + 0.5 - late) / 1.0, 0, 1)
        for pitch in chord:
            out += 0.10 * on * swell * (np.sin(2 * np.pi * pitch * t) + 0.4 * np.sin(2 * np.pi * pitch * 2.003 * t))
        for eighth in range(16):
            at = bar * beat * 8 + eighth * beat / 2
            step = np.maximum(0, t - at)
            pitch = chord[(eighth * 2 + eighth // 3) % 3] * (2 if eighth % 4 else 1)
            out += 0.16 * (t >= at) * attack(step, 0.006) * decay(step, 0.07) * np.sin(2 * np.pi * pitch * step)
        for quarter in range(8):
            at = bar * beat * 8 + quarter * beat
            step = np.maximum(0, t - at)
            out += 0.30 * (t >= at) * decay(step, 0.04) * np.sin(2 * np.pi * (48 + 40 * decay(step, 0.02)) * step)
    return around(out, LOOP_RATE)


# Each with the peak that it is brought to: how loud it is beside the others.
SOUNDS = {
    "shot": (shot, 0.55),
    "shot-own": (shot_own, 0.6),
    "shot-far": (shot_far, 0.4),
    "launch": (launch, 0.65),
    "blast": (blast, 0.95),
    "blast-far": (blast_far, 0.7),
    "hit": (hit, 0.4),
    "kill": (kill, 0.5),
    "hurt": (hurt, 0.7),
    "wall": (wall, 0.3),
    "fall": (fall, 0.7),
    "appear": (appear, 0.4),
    "dash": (dash, 0.5),
    "step-1": (lambda: step(16), 0.3),
    "step-2": (lambda: step(17), 0.3),
    "reload": (reload, 0.4),
    "health": (health, 0.45),
    "rounds": (rounds, 0.45),
    "rockets": (rockets, 0.45),
    "begin": (begin, 0.6),
    "won": (won, 0.6),
    "lost": (lost, 0.55),
    "lead": (lead, 0.5),
    "taken": (taken, 0.5),
    "given": (given, 0.45),
    "over": (over, 0.55),
    "streak": (streak, 0.55),
    "tick": (tick, 0.4),
    "last": (last, 0.5),
    "click": (click, 0.35),
    "move": (move, 0.2),
    "message": (message, 0.3),
    "vote": (vote, 0.4),
    "away": (away, 0.5),
    "back": (back, 0.45),
}
LOOPS = {"ambience": (ambience, 0.35), "music": (music, 0.35)}


def write(name, signal, peak, rate):
    signal = signal / np.max(np.abs(signal)) * peak
    if rate == RATE:
        # No sound ends with a click.
        fade = min(len(signal), int(0.01 * rate))
        signal[-fade:] *= np.linspace(1, 0, fade)
    data = np.round(signal * 32767).astype("<i2").tobytes()
    with wave.open(str(HERE / f"{name}.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(data)
    print(f"{name}.wav: {len(signal) / rate:.2f} s, {len(data)} bytes")


def main():
    for name, (make, peak) in SOUNDS.items():
        write(name, make(), peak, RATE)
    for name, (make, peak) in LOOPS.items():
        write(name, make(), peak, LOOP_RATE)


if __name__ == "__main__":
    main()
