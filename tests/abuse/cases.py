"""The cases. Each takes the server, a tag that makes its names new, and how many times the work of the tests.

Each prints what it measured and fails when a bound of docs/cost.md is broken. None fails for being slow.
"""
import asyncio, json, time
from concurrent.futures import ThreadPoolExecutor
from client import Closed, Http, cid, outcome, unknown_id, victim


def only(became, *allowed):
    assert became, "nothing was asked"
    assert set(became) <= set(allowed), f"{became}, allowed are {allowed}"


def count(became, name):
    became[name] = became.get(name, 0) + 1


async def flood(socket, message, seconds):
    """Writes one message of frames again and again; how often, and the close code, if any."""
    written, end = 0, time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            await socket.write(message)
            written += 1
            await asyncio.sleep(0)
    except Closed as closed:
        return written, closed.code
    return written, None


def refusals(socket, name="rate_limited"):
    return sum(push.get("err", {}).get("name") == name for push in socket.pushes)


async def marks_far_behind(server, tag, scale):
    """Members of a group scroll its backlog, mark as they go and send from far back: the sends of the others pass."""
    owner = server.user("own" + tag)
    members = [server.user(f"mem{i}{tag}") for i in range(6)]
    for member in members:
        owner.befriend(member)
    group, writer = owner.group(*members), await owner.open()
    sent, total = 0, 1000 * scale
    while sent < total:
        answers = await asyncio.gather(*[
            writer.ask(send={"conversation": group, "cid": cid(), "text": "x" * 100}) for _ in range(100)])
        sent += sum("sent" in answer for answer in answers)
        if any("err" in answer for answer in answers):
            await asyncio.sleep(0.5)
    await asyncio.sleep(1)
    became, alone = await victim(writer, 2, conversation=group)
    only(became, "ok")
    marked, replied = {}, {}

    async def scroll(socket, place):
        while True:
            count(marked, outcome(await socket.ask(mark={"marks": [{"conversation": group, "read": place}]})))
            place += 50
            await asyncio.sleep(0.5)

    async def reply(socket):
        while True:
            answer = await socket.ask(send={"conversation": group, "cid": cid(), "text": "y", "seen": 20})
            count(replied, outcome(answer))
            await asyncio.sleep(0.1)

    scrolling = [asyncio.create_task(scroll(await each.open(sync=False), 10 + i)) for i, each in enumerate(members)]
    scrolling.append(asyncio.create_task(reply(await members[0].open(sync=False))))
    became, meanwhile = await victim(writer, 5, conversation=group)
    for task in scrolling:
        task.cancel()
    print(f"{sent} messages. Alone: {alone}. While {len(members)} members scroll: {meanwhile}. "
          f"Marks: {marked}, sends from far back: {replied}")
    for each in (became, marked, replied):
        only(each, "ok")


async def marks_of_unknown(server, tag, scale):
    """One socket marks conversations that do not exist, as fast as it can: it is refused, and nobody else notices."""
    sender, peer, attacker = server.user("vic" + tag), server.user("pee" + tag), server.attacker("att" + tag)
    socket, hostile = await sender.open(), await attacker.open()
    only((await victim(socket, 1, to=peer.id))[0], "ok")
    _, alone = await victim(socket, 2, to=peer.id)
    marks = [{"conversation": unknown_id(), "read": 1} for _ in range(500)]
    memory, before, began = server.resident(), server.cpu(), time.monotonic()
    attack = asyncio.create_task(flood(hostile, json.dumps({"id": 7, "mark": {"marks": marks}}), 5 * scale))
    became, meanwhile = await victim(socket, 4 * scale, to=peer.id)
    written, code = await attack
    used = (server.cpu() - before) / (time.monotonic() - began)
    grown = server.resident() - memory
    print(f"Alone: {alone}. Meanwhile: {meanwhile}, {used:.2f} cores, {grown:.0f} MB. "
          f"{written} messages of 500 marks, {refusals(hostile)} refused, closed: {code}")
    only(became, "ok")
    assert refusals(hostile) or code == 4005, f"never refused: {written} messages of 500 marks"
    assert grown < 100, f"{grown:.0f} MB for marks of nothing"


async def marks_of_many_devices(server, tag, scale):
    """Six devices of one member mark all the time: the marks of another member pass."""
    owner, mate, attacker = server.user("own" + tag), server.user("mat" + tag), server.attacker("att" + tag)
    for other in (mate, attacker):
        owner.befriend(other)
    group, writer, marker = owner.group(mate, attacker), await owner.open(), await mate.open()
    assert "sent" in await writer.ask(send={"conversation": group, "cid": cid(), "text": "hi"})
    devices = [await attacker.another_device().open() for _ in range(6)]
    body = "\n".join(json.dumps({"id": i + 9, "mark": {"marks": [{"conversation": group, "delivered": 1}]}})
                     for i in range(600))
    attack = [asyncio.create_task(flood(device, body, 4 * scale)) for device in devices]
    became, end = {}, time.monotonic() + 3 * scale
    while time.monotonic() < end:
        count(became, outcome(await marker.ask(mark={"marks": [{"conversation": group, "delivered": 1}]})))
        await asyncio.sleep(0.05)
    print(f"{[await each for each in attack]} messages of 600 marks; meanwhile another member: {became}")
    only(became, "ok")


async def typing_of_many_devices(server, tag, scale):
    """Eight devices of one member type and stop, each at its full rate: others are told no more than of one."""
    owner, mate, attacker = server.user("own" + tag), server.user("mat" + tag), server.attacker("att" + tag)
    for other in (mate, attacker):
        owner.befriend(other)
    group, reader = owner.group(mate, attacker), await mate.open()
    await reader.write(json.dumps({"state": {"activity": "active", "open": [group]}}))
    devices = [await attacker.another_device().open() for _ in range(8)]
    reader.pushes.clear()
    began, turn = time.monotonic(), 0
    for _ in range(4 * scale * 10):
        for device in devices:
            await device.write(json.dumps({"typing": {"conversation": group, "on": turn % 2 == 0}}))
            turn += 1
        await asyncio.sleep(0.1)
    told, seconds = sum("typing" in push for push in reader.pushes), time.monotonic() - began
    print(f"{len(devices)} devices, {turn} frames: another member was told {told / seconds:.1f} times a second")
    assert told, "nobody was told that somebody types"
    assert told <= 10 * (seconds + 1), f"told {told} times in {seconds:.0f} s of one member who types"


async def states(server, tag, scale):
    """One socket goes to the background and back, as fast as it can: others are served meanwhile."""
    watcher, peer, attacker = server.user("vic" + tag), server.user("pee" + tag), server.attacker("att" + tag)
    socket, hostile = await watcher.open(), await attacker.open()
    for _ in range(10):
        assert "presence" in await hostile.ask(watch={"add": [unknown_id() for _ in range(500)]})
    assert outcome(await hostile.ask(watch={"add": [unknown_id()]})) == "too_large", "watches more than 5,000 users"
    body = "\n".join(['{"state":{"activity":"background"}}', '{"state":{"activity":"active"}}'] * 500)
    before, began = server.cpu(), time.monotonic()
    attack = asyncio.create_task(flood(hostile, body, 4 * scale))
    became, end = {}, time.monotonic() + 3 * scale
    while time.monotonic() < end:
        count(became, outcome(await socket.ask(watch={"add": [peer.id]})))
        await asyncio.sleep(0.05)
    _, meanwhile = await victim(socket, 1, to=peer.id)
    written, code = await attack
    used = (server.cpu() - before) / (time.monotonic() - began)
    print(f"{written} messages of 1,000 states, closed: {code}, {used:.2f} cores; meanwhile {meanwhile}, {became}")
    only(became, "ok")


async def positions_held(server, tag, scale):
    """Devices of one account state 50,000 positions each and ask for no page: memory is bounded, others stay."""
    attacker = server.attacker("att" + tag)
    others = [await server.user(f"oth{i}{tag}").open() for i in range(3)]
    devices = [await attacker.another_device().open() for _ in range(8)]
    before, became = server.resident(), {}
    for device in devices:
        for part in range(51):
            positions = [{"conversation": unknown_id(), "seq": 1} for _ in range(1000)]
            try:
                name = outcome(await device.ask(sync={"mode": "listed", "more": True, "positions": positions}))
            except Closed as closed:
                name = str(closed.code)
            count(became, name)
            if name != "ok":
                break
    grown = (server.resident() - before) / len(devices)
    print(f"{len(devices)} devices of one account: {became}, {grown:.1f} MB each, of {before:.0f} MB")
    assert became.get("ok", 0) <= 50 * len(devices), f"more than 50,000 positions of a session: {became}"
    only(became, "ok", "too_large", "rate_limited")
    assert grown < 8, f"{grown:.1f} MB for each session that holds positions"
    only((await victim(others[0], 1, to=others[1].user.id))[0], "ok")
    assert all(other.closed is None for other in others), "others were sent away"


async def block_and_unblock(server, tag, scale):
    """Somebody blocks and unblocks at the same time: afterwards what the list says is what holds."""
    anna, bert = server.user("anna" + tag), server.user("bert" + tag)
    direct = bert.direct(anna)
    send = lambda: bert.call("POST", f"/v1/conversations/{direct}/messages", {"text": "hi", "to": anna.id})[0]
    assert send() == 201
    apart = [Http(server, anna.address) for _ in range(2)]
    rounds = 60 * scale
    with ThreadPoolExecutor(2) as pool:
        for turn in range(rounds):
            calls = [pool.submit(http.call, method, f"/v1/blocks/{bert.id}", {}, anna.token)
                     for http, method in zip(apart, ("PUT", "DELETE"))]
            statuses = [call.result()[0] for call in calls]
            assert all(status < 500 for status in statuses), statuses
            blocks, status = anna.must("GET", "/v1/blocks")["blocks"], send()
            assert (status == 403) == bool(blocks), f"round {turn}: blocks {blocks}, send {status}"
    print(f"{rounds} rounds of a block and an unblock at once")


async def invites(server, tag, scale):
    """Strangers invite somebody to all the groups they can make: they have 50 each, and a page stays a page."""
    target, friend = server.user("vic" + tag), server.user("fri" + tag)
    friend.must("POST", f"/v1/conversations/{friend.direct(target)}/messages", {"text": "hi", "to": target.id})
    became, strangers = {}, [server.attacker(f"att{i}{tag}") for i in range(2)]

    def invite(stranger, number):
        http = Http(server, stranger.address)
        for i in range(number):
            body, key = {"title": f"spam {i}", "members": [target.id]}, {"Idempotency-Key": cid()}
            status, answer, _ = http.call("POST", "/v1/conversations", body, stranger.token, key)
            count(became, answer.get("name", str(status)))

    await asyncio.gather(*[
        asyncio.to_thread(invite, stranger, 14 * scale) for stranger in strangers for _ in range(4)])
    waiting, after = [], ""
    while after is not None:
        page = target.must("GET", "/v1/invites?limit=40" + after)
        assert len(page["invites"]) <= 40, f"{len(page['invites'])} invites in a page of 40"
        waiting += page["invites"]
        after = "&after=" + page["next"] if page.get("next") else None
    socket = await target.open(sync=False)
    pages, items = await socket.sync(), target.must("GET", "/v1/conversations?limit=50")["items"]
    print(f"{len(strangers)} strangers: {became}; {len(waiting)} invites wait, {len(items)} conversation in the list, "
          f"{pages} page until live")
    only(became, "201", "rate_limited")
    assert became["201"] <= 50 * len(strangers), f"{became}: an inviter has 50 invites pending"
    assert len(waiting) <= min(200, became["201"]), f"{len(waiting)} invites"
    assert (pages, len(items)) == (1, 1), f"{pages} pages until live, {len(items)} conversations"


async def hidden_invites(server, tag, scale):
    """Somebody whom the victim blocks invites them to many groups: nothing of the victim's grows, nothing is hidden."""
    attacker, target, friend, admin = (server.user(name + tag) for name in ("att", "vic", "fri", "adm"))
    friend.must("POST", f"/v1/conversations/{friend.direct(target)}/messages", {"text": "hi", "to": target.id})
    target.must("PUT", f"/v1/blocks/{attacker.id}", {})
    became = {}
    for i in range(52 * scale):
        status, answer, _ = attacker.call("POST", "/v1/conversations", {"title": f"spam {i}", "members": [target.id]})
        count(became, answer.get("name", str(status)))
    only(became, "201", "rate_limited")
    assert became["201"] <= 50, f"{became}: an inviter has 50 invites pending"
    socket = await target.open(sync=False)
    pages, items = await socket.sync(), target.must("GET", "/v1/conversations?limit=50")["items"]
    assert (pages, len(items)) == (1, 1), f"{pages} pages until live, {len(items)} conversations"
    assert target.must("GET", "/v1/invites")["invites"] == []

    # One whom nobody blocks invites to the same group: that is seen.
    club = server.user("clu" + tag)
    club.befriend(admin)
    target.must("PUT", f"/v1/blocks/{club.id}", {})
    group = club.group(admin, target, title="club")
    club.must("PUT", f"/v1/conversations/{group}/members/{admin.id}/role", {"role": "admin"})
    answer = admin.must("POST", f"/v1/conversations/{group}/members", {"users": [target.id]})
    seen = [invite["conversation"] for invite in target.must("GET", "/v1/invites")["invites"]]
    print(f"{became}; {pages} page until live; a visible invite behind a hidden one: {answer}, {seen}")
    assert seen == [group], seen


async def documents(server, tag, scale):
    """Anybody asks for the pages of the interface again and again: they are made once, and asking has a budget."""
    sender, peer = server.user("vic" + tag), server.user("pee" + tag)
    socket, asker = await sender.open(), Http(server, server.hostile)
    for path in ("/openapi/v1.json", "/docs/", "/docs/scalar.js"):
        status, _, headers = asker.call("GET", path)
        assert status == 200 and headers["ETag"], (path, status, dict(headers))
        again, _, _ = asker.call("GET", path, headers={"If-None-Match": headers["ETag"]})
        assert again == 304, (path, again)
    _, alone = await victim(socket, 1, to=peer.id)
    before, became = server.cpu(), {}

    def ask():
        http, end = Http(server, server.hostile), time.monotonic() + 4 * scale
        while time.monotonic() < end:
            count(became, str(http.call("GET", "/openapi/v1.json")[0]))

    attack = [asyncio.create_task(asyncio.to_thread(ask)) for _ in range(4)]
    sent, meanwhile = await victim(socket, 3 * scale, to=peer.id)
    await asyncio.gather(*attack)
    each = (server.cpu() - before) / sum(became.values()) * 1000
    print(f"{became}, {each:.2f} ms of CPU each; alone {alone}; meanwhile {meanwhile}")
    only(sent, "ok")
    only(became, "200", "429")


async def questions(server, tag, scale):
    """One user asks all that there is to ask, with every budget used up, and another's logins fail: others chat."""
    sender, peer, attacker = server.user("vic" + tag), server.user("pee" + tag), server.attacker("att" + tag)
    socket = await sender.open()
    _, alone = await victim(socket, 2, to=peer.id)
    asked = [
        ("GET", f"/v1/users?username={peer.name}", None),
        ("GET", "/v1/me/export", None),
        ("GET", "/v1/conversations?limit=200", None),
        ("GET", "/v1/contacts", None),
        ("GET", "/v1/invites", None),
        ("POST", "/v1/tokens", {"grant": "password", "username": "nobody" + tag, "password": "a wrong password"}),
    ]
    became = {}

    def ask(method, path, body):
        http, end = Http(server, server.hostile), time.monotonic() + 4 * scale
        while time.monotonic() < end:
            status, answer, _ = http.call(method, path, body, None if body else attacker.token)
            count(became, f"{method} {path.split('?')[0]} {status}")
            if status == 429:
                # A client that does not wait is told the same again; it need not be asked of this machine.
                time.sleep(min(answer["retry_after_ms"] / 1000, 0.05))

    attack = [asyncio.create_task(asyncio.to_thread(ask, *each)) for each in asked]
    sent, meanwhile = await victim(socket, 3 * scale, to=peer.id)
    await asyncio.gather(*attack)
    print(f"Alone: {alone}. Meanwhile: {meanwhile}. {became}")
    only(sent, "ok")
    assert all(each.rsplit(" ", 1)[1] in ("200", "401", "429") for each in became), became
    for path, budget in (("GET /v1/users", 60), ("GET /v1/me/export", 4), ("POST /v1/tokens", 60)):
        done = became.get(path + " 200", 0) + became.get(path + " 401", 0)
        assert done <= budget + 5 * scale, f"{path}: {done}, and its budget is {budget}"


async def own_groups(server, tag, scale):
    """Somebody makes many groups and asks for pages of the list: each costs a page, and all are told."""
    owner, number = server.user("own" + tag), 300 * scale
    memory = server.resident()
    made = {owner.group() for _ in range(number)}
    grown = server.resident() - memory
    for query in ("limit=1", "limit=50", "filter=requests&limit=1"):
        before = server.cpu()
        for _ in range(20):
            assert len(owner.must("GET", "/v1/conversations?" + query).get("items", [])) <= 50
        print(f"{number} groups, {grown:.0f} MB, {query}: {(server.cpu() - before) * 50:.1f} ms of CPU a page")
    told, after = [], ""
    while after is not None:
        page = owner.must("GET", "/v1/conversations?limit=50" + after)
        told += [item["id"] for item in page.get("items", [])]
        after = "&after=" + page["next"] if page.get("next") else None
    assert set(told) == made, f"{len(made)} groups, {len(set(told))} were told"
    assert grown < 100, f"{grown:.0f} MB for {number} groups that nobody writes to"


async def comings_and_goings(server, tag, scale):
    """Two members remove and add each other for hours: what a message writes does not grow with that."""
    owner, mate = server.user("own" + tag), server.user("mat" + tag)
    owner.befriend(mate)
    group, socket = owner.group(mate), await owner.open()

    async def bytes_a_message():
        before = server.written()
        for _ in range(50):
            assert "sent" in await socket.ask(send={"conversation": group, "cid": cid(), "text": "hi"})
        return (server.written() - before) / 50

    first, cycles = await bytes_a_message(), 150 * scale
    for _ in range(cycles):
        owner.must("DELETE", f"/v1/conversations/{group}/members/{mate.id}")
        owner.must("POST", f"/v1/conversations/{group}/members", {"users": [mate.id]})
    last = await bytes_a_message()
    print(f"{first:.0f} bytes written a message at first, {last:.0f} after {cycles} removals and returns")
    assert last < 1.5 * first + 600, f"{first:.0f} -> {last:.0f} bytes a message"
