"""When a moment can have been, and which dates of a year are working days."""
