"""From "there is a case" to "a desk has it in hand": protocol packs, places, desks, handling, results."""
