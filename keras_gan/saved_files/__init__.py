"""Reading of files of models, weights, arrays and JSON from any origin.

A file is checked before it is read: it runs no code, and the memory that it takes is
bounded by its own size and by the limits of `limits`.
"""
