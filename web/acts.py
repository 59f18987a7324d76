ACTS = {}


async def offered(session, person, sight, now):
    return []
