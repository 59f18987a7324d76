"""Figures: what is counted of the cases of a place and a time, each defined once (`measure`), read by a fixed number of
queries (`reading`), and made safe to leave the house (`small`)."""
