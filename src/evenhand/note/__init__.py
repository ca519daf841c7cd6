"""Signed notes as C2SP defines them: for now, how a key that verifies them is written."""
