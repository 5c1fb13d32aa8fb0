"""What the peers in Python share: one document a line as JSON, answered with nanoseconds and bytes."""

import json
import sys
import time


def serve(render):
    keep = sys.argv[2] if len(sys.argv) > 2 else None
    for line in sys.stdin:
        begun = time.perf_counter_ns()
        job = json.loads(line)
        pdf = render(job["data"], job["qr"])
        took = time.perf_counter_ns() - begun
        if keep:
            with open(keep, "wb") as out:
                out.write(pdf)
        print(took, len(pdf), flush=True)


def runs(modules):
    """The dark runs of a row of a QR code: where they begin, and how long they are."""
    column = 0
    while column < len(modules):
        if modules[column] != "1":
            column += 1
            continue
        end = column
        while end < len(modules) and modules[end] == "1":
            end += 1
        yield column, end - column
        column = end
