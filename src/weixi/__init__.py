"""Weixi 维系: collect → measure → predict → classify → act → evaluate, and again."""

__version__ = "0.1.0"
