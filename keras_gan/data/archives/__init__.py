"""Zip and tar archives of image files, read as folders without extracting them.

`archive.py` has the folder that an archive is; `containers.py` and `tars.py` have the
files in it, and the limits that hold for them.
"""
