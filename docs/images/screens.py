#!/usr/bin/env python3
"""Makes the pictures of the README: the real server and two real clients in two real terminals (tmux).

Run by `./dev shot`, which builds first:  screens.py BIN FOLDER
The captured screens become SVG, once with the colours of a dark terminal and once with those of a light one.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from html import escape

CELL, LINE, SIZE = 8.1, 18, 13.5
FONT = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"
PAD, GAP, TITLE = 14, 16, 28

# Background of the page's window, its title, and the 16 colours as two common terminals have them.
THEMES = {
    "dark": ("#15191f", "#232a33", "#aeb8c4", "#e3e6ea",
             "#15191f #e5626f #8cc28a #d9b36c #6ea8e0 #c58be0 #63bfc4 #c9ced6 "
             "#6b7480 #f07a86 #a3d6a0 #e8c684 #88bdf0 #d6a3ee #7fd3d8 #ffffff"),
    "light": ("#ffffff", "#e6e9ee", "#4b5563", "#1f2430",
              "#1f2430 #c02434 #2b7a33 #8a6100 #1f5fae #8d2fb0 #0f7278 #6b7280 "
              "#9aa1ab #d03a48 #3a8f42 #a07410 #3574c4 #a148c4 #208890 #000000"),
}


class Terminals:
    """Terminals of our own tmux server, which ends with us."""

    def __init__(self, folder):
        self.name = "connect-shot-%d" % os.getpid()
        self.environment = dict(os.environ, TERM="screen-256color", LC_ALL="C.UTF-8", TMUX_TMPDIR=folder)

    def tmux(self, *words):
        command = ["tmux", "-L", self.name, "-f", "/dev/null", *words]
        return subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True).stdout

    def open(self, name, width, height, command):
        self.tmux("new-session", "-d", "-s", name, "-x", str(width), "-y", str(height), command)

    def type(self, name, text, key="Enter"):
        self.tmux("send-keys", "-t", name, "-l", text)
        self.press(name, key)

    def press(self, name, *keys):
        self.tmux("send-keys", "-t", name, *keys)

    def see(self, name, words, seconds=30):
        deadline = time.monotonic() + seconds
        while words not in self.tmux("capture-pane", "-p", "-t", name):
            if time.monotonic() > deadline:
                raise SystemExit(f"{name} does not show {words!r}:\n" + self.tmux("capture-pane", "-p", "-t", name))
            time.sleep(0.1)

    def capture(self, name):
        return self.tmux("capture-pane", "-p", "-e", "-N", "-t", name).rstrip("\n").split("\n")

    def close(self):
        subprocess.run(["tmux", "-L", self.name, "kill-server"], env=self.environment, capture_output=True)


def play(bin_folder, folder):
    """Server and clients; gives the two screens."""
    server_log = os.path.join(folder, "server.log")
    environment = dict(
        os.environ,
        CONNECT_STATE=os.path.join(folder, "state"),
        CONNECT_PASSWORD="correct horse battery staple",
        CONNECT_CA=os.path.join(folder, "data.tls", "cert.pem"),
    )
    environment.pop("NO_COLOR", None)
    client = os.path.join(bin_folder, "Connect.Cli", "release", "connect")
    server_program = os.path.join(bin_folder, "Connect.Server", "release", "connect-server")
    with open(server_log, "w") as log:
        server = subprocess.Popen(
            [server_program, "--Data=" + os.path.join(folder, "data"), "--Listen=https://localhost:0"],
            stdout=log, stderr=log)
    terminals = None
    try:
        url = ""
        for _ in range(300):
            found = re.search(r"ready.*?(https://[\w.:-]+)", open(server_log).read())
            if found:
                url = found.group(1)
                break
            time.sleep(0.1)
        environment["CONNECT_URL"] = url

        def run(*words):
            subprocess.run([client, *words], env=environment, check=True, stdout=subprocess.DEVNULL)

        for name in ("alice", "bob", "carol", "dave"):
            run("register", name)
        for name in ("bob", "carol", "dave"):
            run("contacts", "add", name, "--as", "alice")
            run("contacts", "accept", "alice", "--as", name)
        run("send", "dave", "Got the slides, thank you 📎", "--as", "alice")
        run("send", "alice", "Lunch at half past twelve?", "--as", "carol")
        run("send", "alice", "The new place, 麺屋 on the corner", "--as", "carol")
        run("group", "create", "Release 2.0", "bob", "carol", "--as", "alice")

        os.environ.update(environment)
        terminals = Terminals(folder)
        terminals.open("carol", 80, 24, f"{client} chat alice --as carol")
        terminals.see("carol", "● online")
        terminals.open("alice", 86, 24, f"{client} --as alice")
        terminals.open("bob", 48, 24, f"{client} --as bob")
        for name in ("alice", "bob"):
            terminals.see(name, "Release 2.0")
            terminals.see(name, "● online")
            terminals.press(name, "Home", "Enter")
            terminals.see(name, "3 members")
        say = terminals.type
        say("alice", "Morning Bob. Did the deploy go out?")
        terminals.see("bob", "Did the deploy")
        say("bob", "At nine. I pulled the plug on the server in the middle of it 🔌")
        terminals.see("alice", "🔌")
        say("alice", "And?")
        terminals.see("bob", "And?")
        say("bob", "Nothing lost, nothing twice, all in order.")
        say("bob", "What I wrote meanwhile waited here and went out by itself when it was back.")
        terminals.see("alice", "meanwhile")
        say("alice", "Then we ship it today 🚀")
        terminals.see("bob", "ship it")
        terminals.see("alice", "read by 1 of 2")
        terminals.see("alice", "carol ●")
        say("alice", "I'll tell the others", key="Left")
        terminals.press("alice", "End")
        say("bob", "I told Carol alrea", key="Left")
        terminals.press("bob", "End")
        terminals.see("alice", "bob is typing")
        return terminals.capture("alice"), terminals.capture("bob")
    finally:
        if terminals:
            terminals.close()
        server.terminate()
        server.wait()


def runs(line, codes):
    """Parts of a captured line: (column, columns, text, codes). The codes run on into the next line."""
    column = 0
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        sequence = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if sequence:
            for code in (sequence.group(1) or "0").split(";"):
                if code in ("", "0"):
                    codes.clear()
                else:
                    codes.append(int(code))
            continue
        for text in re.findall(r"[\x20-\x7e]+|[─]+|.", part):
            width = sum(columns(each) for each in text)
            if width:
                yield column, width, text, list(codes)
            column += width


def columns(character):
    if unicodedata.combining(character) or character in "\u200d\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def style(codes, theme):
    _, _, _, text, colours = THEMES[theme]
    fill, bold, dim, inverse = text, False, False, False
    for code in codes:
        bold, dim, inverse = bold or code == 1, dim or code == 2, inverse or code == 7
        if code == 22:
            bold = dim = False
        elif code == 27:
            inverse = False
        elif 30 <= code <= 37 or 90 <= code <= 97:
            fill = colours.split()[code - 30 if code < 90 else code - 82]
        elif code == 39:
            fill = text
    return fill, bold, dim, inverse


def window(lines, title, width, height, left, theme):
    background, bar, caption, _, _ = THEMES[theme]
    across, down = width * CELL + 2 * PAD, height * LINE + TITLE + PAD
    yield (f'<rect x="{left:.1f}" y="{GAP}" width="{across:.1f}" height="{down:.1f}" rx="9" fill="{background}" '
           f'stroke="{bar}"/>')
    yield (f'<path d="M{left:.1f} {GAP + TITLE}v-{TITLE - 9}a9 9 0 0 1 9-9h{across - 18:.1f}a9 9 0 0 1 9 9v{TITLE - 9}z" '
           f'fill="{bar}"/>')
    yield (f'<text x="{left + PAD:.1f}" y="{GAP + 19}" font-family="ui-sans-serif,system-ui,sans-serif" '
           f'font-size="13" fill="{caption}">{escape(title)}</text>')
    carried = []
    for row, line in enumerate(lines):
        top = GAP + TITLE + 6 + row * LINE
        for column, cells, text, codes in runs(line, carried):
            fill, bold, dim, inverse = style(codes, theme)
            x = left + PAD + column * CELL
            if inverse:
                yield (f'<rect x="{x - 0.2:.1f}" y="{top}" width="{cells * CELL + 0.4:.1f}" height="{LINE}" '
                       f'fill="{fill}"/>')
                fill = background
            shade = ' opacity=".62"' if dim else ""
            if set(text) == {"─"}:
                yield (f'<path d="M{x:.1f} {top + LINE / 2}h{cells * CELL:.1f}" stroke="{fill}"{shade}/>')
            elif text == "│":
                yield (f'<path d="M{x + CELL / 2:.1f} {top}v{LINE}" stroke="{fill}"{shade}/>')
            elif text == "▌":
                yield f'<rect x="{x:.1f}" y="{top}" width="{CELL / 2:.1f}" height="{LINE}" fill="{fill}"/>'
            elif text.strip():
                weight = ' font-weight="700"' if bold else ""
                yield (f'<text xml:space="preserve" x="{x:.1f}" y="{top + 13.5}" textLength="{cells * CELL:.1f}" '
                       f'lengthAdjust="spacingAndGlyphs" font-size="{SIZE}" fill="{fill}"{weight}{shade}>'
                       f'{escape(text)}</text>')


def picture(screens, theme):
    across = GAP + sum(width * CELL + 2 * PAD + GAP for _, _, width in screens)
    height = max(len(lines) for lines, _, _ in screens)
    down = height * LINE + TITLE + PAD + 2 * GAP
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" width="{across:.0f}" height="{down:.0f}" '
           f'viewBox="0 0 {across:.0f} {down:.0f}" font-family="{FONT}" role="img" '
           f'aria-label="Two terminals: Alice and Bob chat, with a list of conversations, unread counts and ticks">')
    left = GAP
    for lines, title, width in screens:
        yield from window(lines, title, width, height, left, theme)
        left += width * CELL + 2 * PAD + GAP
    yield "</svg>"


def main():
    bin_folder, target = sys.argv[1:]
    folder = tempfile.mkdtemp(prefix="connect-shot-")
    try:
        alice, bob = play(bin_folder, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    screens = [(alice, "connect --as alice", 86), (bob, "connect --as bob", 48)]
    for theme in THEMES:
        file = os.path.join(target, f"full-screen-{theme}.svg")
        with open(file, "w") as svg:
            svg.write("\n".join(picture(screens, theme)) + "\n")
        print(file)


main()
