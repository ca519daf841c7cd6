"""The Merkle tree over the entries' lines: RFC 6962 hashing, a frontier that grows, tiles as they are stored.

Pure: bytes in, bytes out. Nothing here knows what a line says, where hashes are kept or who signs a root.
"""
