"""Measurements of the product against the ground it stands on. Ratios within one run; no figure of another machine."""
