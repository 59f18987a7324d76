"""What leaves on paper: a sheet as a value, and its two renderings, PDF and DOCX.

A sheet says what stands on it; nothing here decides who may have one. Documents are in Chinese: they are files of an office.
"""

from routing.papers.sheet import Block, Grid, Heading, Picture, Sheet, Signs, Table, Text

__all__ = ["Block", "Grid", "Heading", "Picture", "Sheet", "Signs", "Table", "Text"]
