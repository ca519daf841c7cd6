"""The key that signs the ledger's checkpoints."""
