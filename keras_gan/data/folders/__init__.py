"""Folders of image files: their files, their classes, and datasets of them.

`directory.py` has `from_directory`; the other files list a folder, find its classes,
and say what else it contains.
"""
