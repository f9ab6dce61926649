"""Finds the volwright program that this package installed."""

from __future__ import annotations

from volwright._find import find_volwright

__all__ = ["find_volwright"]
