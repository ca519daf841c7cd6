"""The log as typed tables: one per kind of event, derived from the event classes, in DuckDB.

Nothing here is evidence: the tables may be deleted at any time and are made again from the log. Sealed texts are not in
them, only whether there is one. Text that somebody else wrote is run only in a connection that cannot reach a file.
"""
