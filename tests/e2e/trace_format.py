#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks a file against the Trace Event Format, as far as Tercet's timelines use it.

From "Trace Event Format" (docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU): JSON Object
Format with traceEvents and otherData; complete (X), metadata (M) and counter (C) events; ts and dur in microseconds;
slices of a thread are nested or apart. Times are read as decimals, so all comparisons are exact.

    python3 tests/e2e/trace_format.py FILE    prints what is in it
"""

import collections
import decimal
import json
import pathlib
import sys

METADATA = {"process_name": "name", "process_sort_index": "sort_index", "thread_name": "name",
            "thread_sort_index": "sort_index"}


class FormatError(Exception):
    """What is wrong, and with which event."""


def require(condition, what, event=None):
    if not condition:
        raise FormatError(what if event is None else f"{what}: {event}")


def is_time(value):
    return isinstance(value, (int, decimal.Decimal)) and not isinstance(value, bool) and value >= 0


def check_event(event):
    require(isinstance(event, dict), "an event is no object", event)
    for field in ("pid", "tid"):
        require(type(event.get(field)) is int and event[field] >= 0, f"no {field}", event)
    require(isinstance(event.get("name"), str) and event["name"], "no name", event)
    require(isinstance(event.get("args"), dict), "no args", event)
    phase = event.get("ph")
    if phase == "M":
        require(event["name"] in METADATA, "unknown metadata", event)
        value = event["args"].get(METADATA[event["name"]])
        require(type(value) is (str if event["name"].endswith("_name") else int), "bad metadata", event)
        return
    require(phase in ("X", "C"), "unknown ph", event)
    require(is_time(event.get("ts")), "no ts", event)
    if phase == "X":
        require(is_time(event.get("dur")), "no dur", event)
    else:
        require(event["args"] and all(is_time(v) for v in event["args"].values()),
                "a counter needs numbers", event)


def check_nesting(events):
    """Slices of one thread, each inside or after the one that is open."""
    open_ends = []
    for event in sorted(events, key=lambda e: (e["ts"], -e["dur"])):
        end = event["ts"] + event["dur"]
        while open_ends and open_ends[-1] <= event["ts"]:
            open_ends.pop()
        require(not open_ends or end <= open_ends[-1], "a slice overlaps the one around it", event)
        open_ends.append(end)


class Trace:
    """A checked file: slices and counters by the names of their tracks, and otherData."""

    def __init__(self, path):
        text = pathlib.Path(path).read_text(encoding="utf-8")
        document = json.loads(text, parse_float=decimal.Decimal)
        require(isinstance(document, dict), "not the object format")
        require(isinstance(document.get("traceEvents"), list), "no traceEvents")
        self.events = document["traceEvents"]
        self.other = document["otherData"]
        for event in self.events:
            check_event(event)
        self._check_cycles()
        self._read_names()
        self.slices = collections.defaultdict(list)
        self.counters = collections.defaultdict(list)
        for event in self.events:
            if event["ph"] == "X":
                thread = (event["pid"], event["tid"])
                require(thread in self.threads, "a thread without thread_name", event)
                self.slices[self.threads[thread]].append(event)
            elif event["ph"] == "C":
                require(event["pid"] in self.processes, "a process without process_name", event)
                self.counters[event["name"]].append(event)
        for events in self.slices.values():
            check_nesting(events)
        for name, events in self.counters.items():
            times = [e["ts"] for e in events]
            require(all(a < b for a, b in zip(times, times[1:])), f"counter {name} goes back in time")
            require(len({tuple(e["args"]) for e in events}) == 1, f"counter {name} changes its unit")

    def _read_names(self):
        self.processes = {}
        self.threads = {}
        for event in self.events:
            if event["name"] == "process_name":
                require(event["pid"] not in self.processes, "a process has two names", event)
                self.processes[event["pid"]] = event["args"]["name"]
            elif event["name"] == "thread_name":
                thread = (event["pid"], event["tid"])
                require(thread not in self.threads, "a thread has two names", event)
                self.threads[thread] = event["args"]["name"]
        require(len(set(self.threads.values())) == len(self.threads), "two threads have one name")
        for pid, _ in self.threads:
            require(pid in self.processes, f"process {pid} has no process_name")

    def _check_cycles(self):
        """Every time is that of a whole cycle, to half a picosecond."""
        for event in self.events:
            for field in ("ts", "dur"):
                if field in event:
                    cycles = event[field] * self.other["clock_mhz"]
                    distance = abs(cycles - round(cycles))
                    require(distance * 1000000 <= self.other["clock_mhz"], "no whole cycle", event)

    def cycles(self, microseconds):
        return round(microseconds * self.other["clock_mhz"])

    def integral(self, name):
        """Sum of value times microseconds of a counter."""
        events = self.counters[name]
        values = [next(iter(e["args"].values())) for e in events]
        return float(sum(v * (b["ts"] - a["ts"]) for v, a, b in zip(values, events, events[1:])))


def main():
    trace = Trace(sys.argv[1])
    for name, events in sorted(trace.slices.items()):
        busy = sum(trace.cycles(e["dur"]) for e in events)
        print(f"{name}: {len(events)} slices, {busy} cycles")
    for name, events in sorted(trace.counters.items()):
        print(f"{name}: {len(events)} changes, at most {max(max(e['args'].values()) for e in events)}")
    print(trace.other)


if __name__ == "__main__":
    main()
