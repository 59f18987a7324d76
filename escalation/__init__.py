"""Until someone acts: clocks, calendar, ladder, sweep, watch."""
