"""The commands: their options, and the checks that need no library."""
