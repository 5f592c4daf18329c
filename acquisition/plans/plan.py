"""What a plan is: a generator that asks for segments and is told what came of each."""

from collections.abc import Generator
from typing import TypeAlias

from ...drivers.segments import Segment, SegmentResult

Plan: TypeAlias = Generator[Segment, SegmentResult, str]
"""Yields segments, receives their results, returns in one sentence how the experiment ended."""
