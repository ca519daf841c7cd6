"""A realistic ledger of a company that does not exist, for trying things out and for testing every finding.

Everything in it is made up from a seed: the same version of this program makes the same ledger, byte for byte. Its keys
come from that seed too, so it protects nobody, and holds nobody.
"""
