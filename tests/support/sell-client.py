"""Drives Zendesk Sell's own client for Python: `python sell-client.py URL`. Says what it saw, a line of JSON each.

Before the steps "refused" and "limited" it waits for a line, so that the server can be told first."""

import json
import sys
import uuid

import basecrm

url = sys.argv[1]
client = basecrm.Client(access_token="t" * 64, base_url=url)


def tell(**what):
    print(json.dumps(what, default=str), flush=True)


# The Core API.
deal = client.deals.create(name="größer", value="100.50", contact_id=1, tags=["hot"])
client.deals.update(deal.id, name="greater", value="99.99")
other = client.deals.create(name="other", contact_id=1)
client.deals.destroy(other.id)
tell(step="deals", deal=client.deals.retrieve(deal.id).name, names=[one.name for one in client.deals.list()])

# Errors.
for step, attempt in {
    "missing": lambda: client.deals.retrieve(4711),
    "blank": lambda: client.deals.create(name="", contact_id=1),
    "unknown": lambda: basecrm.Client(access_token="n" * 64, base_url=url).deals.list(),
    "refused": lambda: client.deals.list(),
    "limited": lambda: client.deals.list(),
}.items():
    if step in ("refused", "limited"):
        sys.stdin.readline()
    try:
        attempt()
        tell(step=step, error=None)
    except basecrm.RateLimitError:
        tell(step=step, error="RateLimitError")
    except basecrm.errors.BaseError as error:
        tell(step=step, error=type(error).__name__, status=error.http_status, code=error.errors[0].code, logref=bool(error.logref))

# The Sync API: what is not acknowledged comes again.
sync = basecrm.Sync(client=client, device_uuid=str(uuid.uuid4()))


def fetched(decide):
    seen = []

    def take(meta, data):
        seen.append([meta.type if hasattr(meta, "type") else meta["type"], meta["sync"]["event_type"], data["id"]])
        return decide(data)

    sync.fetch(take)
    return seen


tell(step="first", seen=fetched(lambda data: data["id"] % 2 == 1))
tell(step="second", seen=fetched(lambda data: True))
tell(step="third", seen=fetched(lambda data: True))
client.deals.update(deal.id, name="greatest")
client.contacts.destroy(7)
tell(step="changes", seen=fetched(lambda data: True))
sync = basecrm.Sync(client=client, device_uuid=str(uuid.uuid4()))
tell(step="afresh", seen=len(fetched(lambda data: True)))
