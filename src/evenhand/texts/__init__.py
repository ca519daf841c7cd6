"""Check a message to a candidate before it is sent: each rule is there to be read, and answers the same every time.

What is known as fields goes first, then a lexicon. A check shows that a pattern is there or is not; it cannot tell
whether a message is kind, true or lawful. This room reads no file: text, fields and lexicon are given to it.
"""
