"""The one kind of error that people see."""

from __future__ import annotations


class ConvertError(Exception):
    """Something about the input or the machine; its text is one sentence that names the place and the way out."""
