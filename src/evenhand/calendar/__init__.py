"""When a moment can have been: the bounds of a time known to the microsecond, the minute or the day."""
