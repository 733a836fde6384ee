"""What a conversion tells about itself while it runs."""

from __future__ import annotations

import json
import sys


class Progress:
    """Reports a fraction of the whole and what is being done.

    As JSON: one `{"progress":0..1,"message":"..."}` a line on standard output. Else as text on standard error.
    """

    def __init__(self, as_json: bool = False, start: float = 0.0, end: float = 1.0) -> None:
        self._as_json = as_json
        self._start, self._end = start, end

    def part(self, start: float, end: float) -> Progress:
        """A reporter whose 0..1 is `start`..`end` of this one."""
        span = self._end - self._start
        return Progress(self._as_json, self._start + start * span, self._start + end * span)

    def report(self, fraction: float, message: str) -> None:
        """Tell that `fraction` (0..1) of this part is done, and what comes now."""
        whole = self._start + min(1.0, max(0.0, fraction)) * (self._end - self._start)
        if self._as_json:
            print(json.dumps({"progress": round(whole, 4), "message": message}), flush=True)
        else:
            print(f"{whole:4.0%} {message}", file=sys.stderr, flush=True)
