"""Lessons to run: this makes `python -m notebooks` a command."""
