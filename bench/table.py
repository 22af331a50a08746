"""The rows of the table that bench/run prints."""

import os
import statistics
import sys


class Row:
    """One line of the table: what was measured, and whether it reaches its goal."""

    def __init__(self, what, value, unit, goal=None, least=True, note=""):
        self.what, self.value, self.unit, self.goal = what, value, unit, goal
        self.least, self.note = least, note

    def verdict(self):
        if self.goal is None:
            return ""
        return "yes" if (self.value >= self.goal) == self.least or self.value == self.goal else "no"

    def cells(self):
        goal = "" if self.goal is None else f"{'≥' if self.least else '≤'} {number(self.goal)}"
        return [self.what, number(self.value), self.unit, goal, self.verdict(), self.note]

    def json(self):
        return {"what": self.what, "value": self.value, "unit": self.unit, "goal": self.goal,
                "reached": self.verdict(), "note": self.note}


def number(value):
    if isinstance(value, int) or value >= 1000:
        return f"{round(value):,}".replace(",", " ")
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def median(runs, name):
    return statistics.median(run[name] for run in runs)


def say(text):
    print(text, file=sys.stderr, flush=True)


def table(rows, disk):
    lines = [["what", "measured", "unit", "goal", "reached", "note"]] + [row.cells() for row in rows]
    out = ["| " + " | ".join(line) + " |" for line in lines]
    out.insert(1, "|" + " --- |" * len(lines[0]))
    out.append("")
    out.append(f"fdatasync of 4 KB on this disk: median {disk['p50_us']} us, p99 {disk['p99_us']} us; "
               f"{os.cpu_count()} processors, shared by load, server and references.")
    return "\n".join(out)
