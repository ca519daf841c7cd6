"""What a standard implies, in integers: the one place in Python that decides."""
