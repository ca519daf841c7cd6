"""Statistics on small frames: a frame in, a frozen result out, with its n, its method and leave to refuse.

Nothing here reads a ledger. Ratios are exact fractions; a comparison with a threshold is made in integers, because a
float puts exact four fifths below 0.8 every so often.
"""
