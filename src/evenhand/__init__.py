"""Evenhand: an event-sourced audit ledger for hiring decisions."""
