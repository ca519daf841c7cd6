"""What the ledger refuses to record, and what a stream's entries amount to while it decides that."""
