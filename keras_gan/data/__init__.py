"""Images for training: from a name, a folder, arrays or TFRecords, in [-1, 1]."""
