"""Chat channels: two bots with opposite shapes. Every chat framework stops in this room.

`reporter` faces the public (aiogram), `duty` the staff (python-telegram-bot). Each is imported only when its token is set.
Both learn what happened from rows (`door`), hold nothing in memory that matters, and are run by `runner`.
"""
