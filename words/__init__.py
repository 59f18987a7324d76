"""The vocabulary every room shares: ids, their Chinese names, sentences that can be said in two languages, Beijing time.

Pure: nothing here does I/O or asks the time.
"""
