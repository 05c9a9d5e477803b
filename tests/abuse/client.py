"""A small JSON client of Connect for members who mean no good. Needs Python 3.11 and python3-websockets 10."""
import asyncio, base64, http.client, json, os, ssl, time, urllib.parse, uuid
import websockets


PASSWORD = "a password"


def cid():
    """A UUIDv7."""
    raw = bytearray(int(time.time() * 1000).to_bytes(6, "big") + os.urandom(10))
    raw[6], raw[8] = (raw[6] & 0x0F) | 0x70, (raw[8] & 0x3F) | 0x80
    return str(uuid.UUID(bytes=bytes(raw)))


def unknown_id():
    """The id of a conversation or user that does not exist."""
    return base64.urlsafe_b64encode(b"\0\0" + os.urandom(14)).decode().rstrip("=")


class Server:
    """The server under attack: its address, its certificate and its process."""
    def __init__(self, url, ca, pid):
        self.url, self.pid = urllib.parse.urlsplit(url), pid
        self.tls = ssl.create_default_context(cafile=ca)
        # Addresses of the loopback network that no other run has used up: one for everybody, one for who means no good.
        network = "127.{}.{}.".format(*os.urandom(2))
        self.everybody, self.hostile = network + "1", network + "2"
        self.unnumbered = []  # refusals without a number, which there must not be

    def user(self, name, address=None):
        """A new account, logged in on a first device."""
        address = address or self.everybody
        Http(self, address).must("POST", "/v1/accounts", {"username": name, "password": PASSWORD})
        return self.login(name, address)

    def attacker(self, name):
        return self.user(name, self.hostile)

    def login(self, name, address=None):
        """Another device of an account."""
        address = address or self.everybody
        body = {"grant": "password", "username": name, "password": PASSWORD}
        answer = Http(self, address).must("POST", "/v1/tokens", body)
        return User(self, name, answer, address)

    def refused(self, refusal, by):
        """Every refusal has a name and a number of the contract."""
        if not (isinstance(refusal, dict) and refusal.get("name") and refusal.get("code", 0) > 0):
            self.unnumbered.append(f"{by}: {refusal}")

    def cpu(self):
        """Seconds of CPU the process has used."""
        with open(f"/proc/{self.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident(self):
        """Megabytes of memory the process has."""
        with open(f"/proc/{self.pid}/status") as status:
            return int(next(line for line in status if line.startswith("VmRSS")).split()[1]) / 1024

    def written(self):
        """Bytes the process has written, sockets and files."""
        with open(f"/proc/{self.pid}/io") as io:
            return int(next(line for line in io if line.startswith("wchar")).split()[1])


class Http:
    """One connection, made anew when it is gone."""
    def __init__(self, server, address):
        self.server, self.address, self.connection = server, address, None

    def call(self, method, path, body=None, token=None, headers=None):
        """The status, the body as JSON (or None) and the headers."""
        headers = {"Content-Type": "application/json"} | (headers or {})
        headers |= {"Authorization": "Bearer " + token} if token else {}
        data = None if body is None else json.dumps(body)
        for attempt in range(2):
            try:
                if self.connection is None:
                    where = self.server.url
                    self.connection = http.client.HTTPSConnection(
                        where.hostname, where.port, context=self.server.tls, timeout=60,
                        source_address=(self.address, 0))
                self.connection.request(method, path, data, headers)
                answer = self.connection.getresponse()
                read = answer.read()
                is_json = "json" in (answer.headers.get("Content-Type") or "") and read
                content = json.loads(read) if is_json else None
                if answer.status >= 400:
                    self.server.refused(content, f"{method} {path}: {answer.status}")
                return answer.status, content, answer.headers
            except (http.client.HTTPException, OSError):
                self.connection = None
                if attempt:
                    raise

    def must(self, method, path, body=None, token=None, headers=None):
        """The body of an answer that is no refusal; waits as it is told when it is too fast."""
        while True:
            status, answer, _ = self.call(method, path, body, token, headers)
            if status < 400:
                return answer
            assert status == 429, f"{method} {path}: {status} {answer}"
            time.sleep(answer["retry_after_ms"] / 1000)


class User:
    def __init__(self, server, name, login, address):
        self.server, self.name, self.address = server, name, address
        self.id, self.token, self.device = login["user"], login["access_token"], login["device"]
        self.http = Http(server, address)

    def another_device(self):
        return self.server.login(self.name, self.address)

    def call(self, method, path, body=None):
        return self.http.call(method, path, body, self.token, {"Idempotency-Key": cid()})

    def must(self, method, path, body=None):
        return self.http.must(method, path, body, self.token, {"Idempotency-Key": cid()})

    def group(self, *members, title="group"):
        body = {"title": title, "members": [each.id for each in members]}
        return self.must("POST", "/v1/conversations", body)["conversation"]

    def befriend(self, other):
        self.must("PUT", f"/v1/contacts/{other.id}", {})
        other.must("PUT", f"/v1/contacts/{self.id}", {})

    def direct(self, other):
        """The id of the direct conversation of two."""
        return self.must("GET", f"/v1/users?username={other.name}")["direct"]

    async def open(self, sync=True):
        return await Socket(self).open(sync)


class Closed(Exception):
    """The server ended the connection; `code` says why."""
    def __init__(self, code):
        super().__init__(f"closed with {code}")
        self.code = code


class Socket:
    def __init__(self, user):
        self.user, self.last, self.waiting, self.pushes = user, 0, {}, []
        self.closed = None

    async def open(self, sync):
        where = self.user.server.url
        self.socket = await websockets.connect(
            f"wss://{where.hostname}:{where.port}/v1/connect", ssl=self.user.server.tls,
            subprotocols=["connect.v1.json"], max_size=1 << 20, max_queue=None, ping_interval=None,
            local_addr=(self.user.address, 0))
        self.reader = asyncio.create_task(self.read())
        hello = await self.ask(hello={"token": self.user.token, "device_id": self.user.device})
        assert "welcome" in hello, hello
        if sync:
            await self.sync()
        return self

    async def sync(self):
        """Syncs to the end; the number of pages."""
        answer, pages = await self.ask(sync={"mode": "all"}), 1
        while not answer["sync_page"].get("synced"):
            answer, pages = await self.ask(next={}), pages + 1
        return pages

    async def ask(self, **frame):
        """The answer, an `err` frame or another."""
        self.last += 1
        self.waiting[self.last] = future = asyncio.get_running_loop().create_future()
        await self.write(json.dumps({"id": self.last} | frame))
        return await asyncio.wait_for(future, 60)

    async def write(self, text):
        if self.closed is not None:
            raise Closed(self.closed)
        try:
            await self.socket.send(text)
        except websockets.ConnectionClosed as closed:
            raise Closed(closed.code) from None

    async def read(self):
        try:
            async for message in self.socket:
                for line in filter(None, message.split("\n")):
                    frame = json.loads(line)
                    if "err" in frame:
                        self.user.server.refused(frame["err"], "a frame")
                    if "ping" in frame:
                        await self.socket.send('{"pong":{}}')
                    elif future := self.waiting.pop(frame.get("id"), None):
                        future.set_result(frame)
                    else:
                        self.pushes.append(frame)
        except websockets.ConnectionClosed:
            pass
        self.closed = self.socket.close_code or 1006
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(Closed(self.closed))

    async def close(self):
        await self.socket.close()


def outcome(answer):
    """What became of a request: the name of its error, or `ok`."""
    return answer["err"]["name"] if "err" in answer else "ok"


async def victim(socket, seconds, every=0.05, **send):
    """Sends one message after the other: what became of each, and how long each took."""
    took, became, end = [], {}, time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        answer = await socket.ask(send={"cid": cid(), "text": "hello"} | send)
        took.append(time.monotonic() - began)
        became[outcome(answer)] = became.get(outcome(answer), 0) + 1
        await asyncio.sleep(every)
    took.sort()
    at = lambda part: f"{took[min(len(took) - 1, int(len(took) * part))] * 1000:.1f} ms"
    return became, f"{len(took)} sends, P50 {at(0.5)}, P99 {at(0.99)}"
