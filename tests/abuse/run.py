#!/usr/bin/python3
"""What one member may cost the others: each case attacks a server with its default limits and checks what it did.

run.py --url https://127.0.0.1:8443 --ca server.pem --pid 4711 [--scale 10] CASE
Prints what was measured; ends with 0 when every bound of docs/cost.md was kept.
"""
import argparse, asyncio, inspect, os
import cases
from client import Server


def main():
    known = {name: case for name, case in vars(cases).items() if inspect.iscoroutinefunction(case) and case.__doc__
             and case.__module__ == "cases"}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--pid", type=int, required=True)
    parser.add_argument("--scale", type=int, default=1, help="so many times the work of the tests")
    parser.add_argument("case", choices=sorted(known))
    options = parser.parse_args()
    server = Server(options.url, options.ca, options.pid)
    asyncio.run(known[options.case](server, os.urandom(3).hex(), options.scale))
    assert not server.unnumbered, f"{len(server.unnumbered)} refusals without a number: {server.unnumbered[:3]}"


main()
