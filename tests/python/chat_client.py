#!/usr/bin/python3
"""A client of Connect, written from proto/connect/v1/README.md alone. Needs Python 3.11 and python3-websockets 10.

Prints a line of JSON per message from others; ends with 0 when all is sent and --expect messages have come.
chat_client.py --url https://127.0.0.1:8443 --ca server.pem --user ann --password … --register --send-to bob --count 9
"""
import argparse, asyncio, json, random, ssl, sys, time, urllib.error, urllib.parse, urllib.request, uuid
import websockets


class Refused(Exception):
    """An `err` frame or a problem+json."""
    def __init__(self, error):
        super().__init__(f"{error.get('code')} {error.get('name')}: {error.get('message') or error.get('detail')}")
        self.code, self.retryable = error.get("code"), error.get("retryable", False)
        self.wait = error.get("retry_after_ms", 0) / 1000


class Conversation:
    def __init__(self, key):
        self.key = key  # its id
        self.position = self.marked = self.target = 0  # held; confirmed by `ok`; as far as hints say it goes
        self.aside = {}  # above a hole: first seq -> (last seq, entry or None for a skipped range)
        self.outbox = []  # open messages, oldest first
        self.is_sending = self.is_healing = False

    def put(self, first, last, entry=None):
        """Takes in an entry or a skipped range; returns the entries that are now next in order."""
        if last > self.position:
            self.aside[max(first, self.position + 1)] = (last, entry)
        taken = []
        while self.position + 1 in self.aside:
            self.position, entry = self.aside.pop(self.position + 1)
            taken += [entry] if entry else []
            self.aside = {seq: item for seq, item in self.aside.items() if seq > self.position}
        return taken

    def has_hole(self):
        return bool(self.aside) or self.target > self.position


class ChatClient:
    def __init__(self, options):
        self.options, self.tls = options, ssl.create_default_context(cafile=options.ca)
        self.conversations, self.tokens, self.finished = {}, None, asyncio.Event()
        self.received, self.clock = 0, 0.0  # messages; the server's time minus ours, in seconds

    def conversation(self, key):
        return self.conversations.setdefault(key, Conversation(key))

    async def http(self, method, path, body=None, token=None):
        headers = {"Content-Type": "application/json"} | ({"Authorization": "Bearer " + token} if token else {})
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self.options.url.rstrip("/") + path, data, headers, method=method)

        def call():
            try:
                with urllib.request.urlopen(request, timeout=30, context=self.tls) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                raise Refused(json.load(error)) from None

        return await asyncio.to_thread(call)

    async def token(self, lifetime=30):
        """An access token good for a while: refreshed, or by a login when there is nothing (good) to refresh."""
        if self.tokens and self.tokens["expires_at"] / 1000 - time.time() - self.clock > lifetime:
            return self.tokens["access_token"]
        grants = [{"grant": "password", "username": self.options.user, "password": self.options.password}]
        if self.tokens:
            grants[0]["device_id"] = self.tokens["device"]
            grants.insert(0, {"grant": "refresh", "refresh_token": self.tokens["refresh_token"]})
        for grant in grants:
            try:
                self.tokens = await self.http("POST", "/v1/tokens", grant)
                return self.tokens["access_token"]
            except Refused as refused:
                if refused.retryable or grant is grants[-1]:
                    raise

    async def run(self):
        attempt = -1
        while not self.finished.is_set():
            self.live, self.was_live, self.leaving, self.rejoin = False, False, False, None
            try:
                await self.session()
            except* (OSError, TimeoutError, Refused, websockets.WebSocketException) as group:
                for error in group.exceptions:
                    if isinstance(error, Refused) and not error.retryable and error.code != 202:
                        sys.exit(f"given up: {error}")
                print(f"connection lost: {group.exceptions[0]!r}", file=sys.stderr)
            attempt = 0 if self.was_live else attempt + 1
            wait = self.rejoin if self.rejoin is not None else random.uniform(0, min(30, 0.5 * 2 ** min(attempt, 6)))
            await asyncio.wait([asyncio.ensure_future(self.finished.wait())], timeout=wait)

    async def session(self):
        token = await self.token()
        url = self.options.url.replace("https:", "wss:", 1) + "/v1/connect"
        self.waiting, self.last_id, self.silence = {}, 0, 40.0
        json_only = {"subprotocols": ["connect.v1.json"], "compression": None, "ping_interval": None}
        async with websockets.connect(url, ssl=self.tls, **json_only) as self.socket:
            async with asyncio.TaskGroup() as self.tasks:
                self.tasks.create_task(self.read())
                self.tasks.create_task(self.open(token))

    async def read(self):
        try:
            while True:
                message = await asyncio.wait_for(self.socket.recv(), self.silence)
                for line in filter(str.strip, message.split("\n")):
                    await self.handle(json.loads(line))
        except websockets.ConnectionClosed:
            code, reason = self.socket.close_code or 1006, self.socket.close_reason
            if 4500 <= code <= 4999:
                sys.exit(f"given up: {code} {reason}")
            if not self.finished.is_set():
                raise ConnectionError(f"closed: {code} {reason}") from None

    async def write(self, frame):
        await self.socket.send(json.dumps(frame, ensure_ascii=False, separators=(",", ":")) + "\n")

    async def ask(self, again=False, **body):
        """Sends a request and returns the body of its answer; `again`: until it is not refused retryably."""
        while True:
            self.last_id += 1
            self.waiting[self.last_id] = answer = asyncio.get_running_loop().create_future()
            await self.write({"id": self.last_id, **body})
            frame = await answer
            if "err" not in frame:
                return next(value for name, value in frame.items() if name != "id")
            refused = Refused(frame["err"])
            if not (again and refused.retryable):
                raise refused
            await asyncio.sleep(refused.wait or random.uniform(0.2, 1))

    async def handle(self, frame):
        if "sent" in frame:  # counts as the entry
            self.take([frame["sent"] | {"from": self.user}])
        if answer := self.waiting.pop(frame.get("id", 0), None):
            answer.set_result(frame)
        elif "ping" in frame:
            await self.write({"pong": {}})
        elif "entries" in frame:
            self.take(frame["entries"].get("entries", []))
        elif "hint" in frame:
            for hint in frame["hint"].get("hints", []):
                room = self.conversation(hint["conversation"])
                room.target = max(room.target, hint["head"])
                self.heal_later(room)
        elif "lagging" in frame:
            self.live = False
            self.tasks.create_task(self.sync())
        elif "token_expiring" in frame:
            token = await self.token(frame["token_expiring"].get("in_ms", 0) / 1000 + 5)
            self.tasks.create_task(self.ask(auth={"token": token}))
        elif "go_away" in frame:
            away, self.leaving = frame["go_away"], True
            self.rejoin = (away.get("reconnect_after_ms", 0) + random.uniform(0, away.get("jitter_ms", 0))) / 1000

    async def open(self, token):
        hello = {"token": token, "device_id": self.tokens["device"], "agent": "chat_client.py/1"}
        welcome = await self.ask(hello=hello)
        self.clock = welcome["server_time"] / 1000 - time.time()
        self.silence = welcome["ping_ms"] / 1000 * 1.5 + 5
        self.user, self.in_flight = welcome["user"], min(64, welcome["limits"]["in_flight"])
        for room in list(self.conversations.values()):
            room.is_sending = room.is_healing = False
            self.send_later(room)
        await self.sync()
        await self.keep_marks()

    async def sync(self):
        held = [{"conversation": room.key, "seq": room.position} for room in self.conversations.values()]
        while len(held) > 500:
            await self.ask(sync={"mode": "all", "positions": held[:500], "more": True})
            held = held[500:]
        page = await self.ask(again=True, sync={"mode": "all", "positions": held})
        self.take(page.get("entries", []), page.get("skipped", []))
        while not page.get("synced"):
            page = await self.ask(again=True, next={})
            self.take(page.get("entries", []), page.get("skipped", []))
        self.live = self.was_live = True
        for room in list(self.conversations.values()):
            self.heal_later(room)

    def take(self, entries, skipped=()):
        items = [(entry["conversation"], entry["seq"], entry["seq"], entry) for entry in entries]
        items += [(gap["conversation"], gap["from"], gap["to"], None) for gap in skipped]
        for key, first, last, entry in sorted(items, key=lambda item: item[:2]):
            room = self.conversation(key)
            if entry:  # with a cid of the outbox it counts as `sent`
                room.outbox = [message for message in room.outbox if message["cid"] != entry.get("cid")]
            for next_entry in room.put(first, last, entry):
                if next_entry.get("kind") == "message" and next_entry["from"] != self.user:
                    self.received += 1
                    print(json.dumps(next_entry, ensure_ascii=False), flush=True)
            self.heal_later(room)

    def heal_later(self, room):
        if self.live and room.has_hole() and not room.is_healing:
            room.is_healing = True
            self.tasks.create_task(self.heal(room))

    async def heal(self, room):
        """Pulls what is missing when it does not come by itself."""
        await asyncio.sleep(0.2)
        try:
            while self.live and room.has_hole():
                place = {"after": room.position} if room.position else {"around": 1}
                page = await self.ask(again=True, history={"conversation": room.key} | place)
                self.take(page.get("entries", []), page.get("skipped", []))
                if not page.get("has_more_after"):
                    room.target = 0
                    break
        except Refused:  # no longer ours
            room.aside, room.target = {}, 0
        room.is_healing = False

    def send(self, peer, room, text):
        stamp = int((time.time() + self.clock) * 1000)
        cid = uuid.UUID(int=stamp << 80 | 7 << 76 | random.getrandbits(12) << 64 | 2 << 62 | random.getrandbits(62))
        room.outbox.append({"to": peer, "cid": str(cid), "text": text, "seen": room.position})

    def send_later(self, room):
        if room.outbox and not room.is_sending:
            room.is_sending = True
            self.tasks.create_task(self.flush(room))

    async def flush(self, room):
        """Sends open messages oldest first, many under way; when one failed, all that are open again."""
        pause = 0.2
        while room.outbox and not self.leaving:
            batch, retry = room.outbox[: self.in_flight], []
            after = [{}] + [{"after": message["cid"]} for message in batch]
            asks = [self.ask(send=message | before) for message, before in zip(batch, after)]
            for message, answer in zip(batch, await asyncio.gather(*asks, return_exceptions=True)):
                if isinstance(answer, Refused) and answer.retryable:
                    retry.append(answer.wait)
                elif isinstance(answer, Refused):
                    room.outbox.remove(message)
                    print(f"not sent: {answer}", file=sys.stderr)
                elif isinstance(answer, BaseException):
                    raise answer
            if retry:
                await asyncio.sleep(max(retry) or random.uniform(pause / 2, pause))
            pause = min(5, pause * 2) if retry else 0.2
        room.is_sending = False

    async def keep_marks(self):
        """Once a second what is shown is marked, until it is confirmed. Says `bye` when all is done."""
        while not self.leaving:
            behind = [room for room in self.conversations.values() if room.position > room.marked]
            if behind:
                await self.mark([(room, room.position) for room in behind[:500]])
            elif self.received >= self.options.expect and not any(room.outbox for room in self.conversations.values()):
                self.finished.set()
                return await self.write({"bye": {}})
            await asyncio.sleep(0.2 if self.options.expect == 0 else 1)

    async def mark(self, places):
        try:
            marks = [{"conversation": room.key, "delivered": seq, "read": seq} for room, seq in places]
            await self.ask(mark={"marks": marks})
        except Refused as refused:
            if refused.retryable:
                return
            for place in places if len(places) > 1 else []:
                await self.mark([place])
        for room, seq in places:
            room.marked = max(room.marked, seq)


async def main(options):
    client = ChatClient(options)
    if options.register:
        try:
            await client.http("POST", "/v1/accounts", {"username": options.user, "password": options.password})
        except Refused as refused:
            if refused.code != 303:  # conflict: there is one of this name; the login tells whether it is ours
                raise
    if options.send_to:
        query = urllib.parse.urlencode({"username": options.send_to})
        peer = await client.http("GET", "/v1/users?" + query, token=await client.token())
        for number in range(options.count):
            client.send(peer["id"], client.conversation(peer["direct"]), options.text.format(number))
    await asyncio.wait_for(client.run(), options.timeout)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--url", "--user", "--password"):
        parser.add_argument(name, required=True)
    parser.add_argument("--ca", help="certificate to trust (PEM)")
    parser.add_argument("--register", action="store_true", help="make the account if there is none of this name")
    parser.add_argument("--send-to", help="username to write to")
    parser.add_argument("--text", default="message {}", help="the text to write; {} is its number")
    for name, default in (("--count", 1), ("--expect", 0), ("--timeout", 60)):
        parser.add_argument(name, type=int, default=default, help="messages to send or to wait for; seconds")
    asyncio.run(main(parser.parse_args()))
