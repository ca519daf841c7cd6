"""Append facts, read them back, open what was sealed, and notice if anybody changed them.

Verification hashes the bytes as stored; it never re-serialises them first.
"""
