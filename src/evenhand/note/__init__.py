"""Signed texts as C2SP defines them: notes, checkpoints, cosignatures, proofs in files; and receipts of our own.

Pure: text in, values out. Parsers take only the one way in which a thing is written, so that
``str(parse(text)) == text``: what can be written in two ways can be signed once and shown twice.
"""
