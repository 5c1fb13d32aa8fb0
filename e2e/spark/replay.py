"""Replays an export of the ledger on Spark: checks every event, and computes each seller's money from events alone.

    spark-submit replay.py --export FOLDER [--findings-max 100]

FOLDER is what `comptoir audit export --format parquet --output FOLDER` has written, of the whole ledger. Prints one JSON object:
how many events there are, what is wrong with them (leaf hashes, positions, revisions, the manifest), and the totals by
currency and by seller, in the form in which `comptoir audit verify --json` has them. Ends with 1 if something is wrong.
docs/SCALE.md says how it scales, and what its figures mean.

Nothing here is taken from the engine: it is written from docs/LEDGER-FORMAT.md and from the meaning of the order's events.
"""

import argparse
import hashlib
import json
import os
import struct
import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

COLUMNS = ["position", "stream", "category", "revision", "event_id", "event_type", "schema_version", "recorded_us", "data",
           "metadata", "leaf_hash"]
MONEY = ["revenue_minor", "refunded_minor", "pending_minor", "lost_minor", "balance_minor"]
LOST = {"dispute_lost", "dispute_accepted"}


def text(value):
    data = value.encode()
    return struct.pack(">I", len(data)) + data


def leaf_hash(row):
    """Section 3 of docs/LEDGER-FORMAT.md."""
    return hashlib.sha256(
        b"\x00\x01"
        + struct.pack(">q", row.position)
        + text(row.stream)
        + struct.pack(">q", row.revision)
        + bytes.fromhex(row.event_id.replace("-", ""))
        + text(row.event_type)
        + struct.pack(">i", row.schema_version)
        + struct.pack(">q", row.recorded_us)
        + text(row.data)
        + text(row.metadata)
    ).digest()


def split(amount, weights):
    """In proportion to the weights, by largest remainder: the parts add up. None where there are no weights."""
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        return None
    parts = [amount * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: -(amount * weights[index] % total))
    for index in by_remainder[: amount - sum(parts)]:
        parts[index] += 1
    return parts


class Order:
    """What the events of one order say about money."""

    def __init__(self):
        self.currency, self.lines, self.received = None, [], 0
        self.refunds, self.disputes = {}, {}

    def apply(self, kind, event):
        if kind == "order.placed":
            self.currency = event["currency"]
            self.lines = [(line["seller_id"], line["total"]["amount"]) for line in event["lines"]]
        elif kind == "order.paid":
            self.received = event["amount"]["amount"]
        elif kind == "order.refund_opened":
            if event["reason"] == "late_payment_unavailable":
                self.received = event["amount"]["amount"]
            parts = [(part["line"], part["amount"]["amount"]) for part in event.get("parts", [])]
            if not parts:
                # Version 1 does not say to which lines it belongs: in proportion to what is left of each.
                kept = [line["balance_minor"] for line in self.balances()]
                parts = list(enumerate(split(event["amount"]["amount"], kept) or []))
            self.refunds[event["refund_id"]] = ["pending", parts]
        elif kind == "order.refund_settled":
            self.refunds[event["refund_id"]][0] = "refunded"
        elif kind == "order.refund_declined":
            self.refunds[event["refund_id"]][0] = None
        elif kind in ("order.disputed", "order.dispute_changed", "order.dispute_closed"):
            self.disputes[event["dispute_id"]] = (event["status"] in LOST, event["amount"])

    def balances(self):
        paid = [total if self.received else 0 for _, total in self.lines]
        gone = {standing: [0] * len(self.lines) for standing in ("refunded", "pending")}
        for standing, parts in self.refunds.values():
            for line, amount in parts if standing else []:
                gone[standing][line] += amount
        left = [max(0, whole - back - going) for whole, back, going in zip(paid, *gone.values())]
        lost = self.lost(paid, left)
        amounts = zip(paid, gone["refunded"], gone["pending"], lost)
        return [
            dict(zip(MONEY, (whole, back, going, taken, whole - back - going - taken)))
            for whole, back, going, taken in amounts
        ]

    def lost(self, paid, left):
        """What lost disputes have taken: of each line by its price, and what one has no more of from the others."""
        wanted = 0
        for is_lost, amount in self.disputes.values():
            if is_lost:
                wanted += max(0, amount["amount"]) if amount["currency"] == self.currency else sum(left)
        lost_total = min(wanted, sum(left))
        if lost_total <= 0:
            return [0] * len(left)
        lost = [min(part, most) for part, most in zip(split(lost_total, paid), left)]
        room = [most - part for most, part in zip(left, lost)]
        more = split(lost_total - sum(lost), room) or [0] * len(left)
        return [part + extra for part, extra in zip(lost, more)]


def fold(rows, from_the_start):
    """One partition, sorted by stream and revision: findings, and the money of its orders."""
    stream, order, previous = None, None, None
    for row in rows:
        if row.stream != stream:
            yield from books(order)
            stream, order, previous = row.stream, Order() if row.category == "order" else None, None
        expected = previous + 1 if previous is not None else (0 if from_the_start else row.revision)
        if row.revision != expected:
            yield "finding", (row.position, f"revision {expected} of {row.stream} was to come, and it is {row.revision}")
        previous = row.revision
        if bytes(row.leaf_hash) != leaf_hash(row):
            yield "finding", (row.position, "its leaf hash is not that of its columns")
        if row.stream.split("-", 1)[0] != row.category:
            yield "finding", (row.position, "its category is not that of its stream")
        if order is not None:
            try:
                order.apply(row.event_type, json.loads(row.data))
            except (KeyError, ValueError, TypeError, IndexError) as error:
                yield "finding", (row.position, f"it cannot be read: {error!r}")
    yield from books(order)


def books(order):
    if order is not None:
        for (seller, _), balance in zip(order.lines, order.balances()):
            yield "money", ((seller, order.currency), list(balance.values()))


def check_positions(events, manifest):
    """Dense, and all that the manifest tells of."""
    first, last, count, distinct = events.agg(
        F.min("position"), F.max("position"), F.count("position"), F.count_distinct("position")
    ).first()
    if count != manifest["events"]:
        yield None, f"there are {count} events, and the manifest tells of {manifest['events']}"
    if count and distinct != count:
        yield None, f"{count - distinct} positions are there more than once"
    if manifest["asked"]["category"] is None and count and last - first + 1 != distinct:
        yield None, f"{last - first + 1 - distinct} positions are missing between {first} and {last}"
    after, through = manifest["range"]["after"], manifest["range"]["through"]
    if manifest["asked"]["category"] is None and count and (first, last) != (after + 1, through):
        yield None, f"the events are {first} to {last}, and the manifest tells of {after + 1} to {through}"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--export", required=True)
    arguments.add_argument("--findings-max", type=int, default=100)
    arguments = arguments.parse_args()
    spark = SparkSession.builder.appName("comptoir ledger replay").getOrCreate()
    manifest_path = os.path.join(arguments.export, "manifest.json")
    manifest = json.loads("\n".join(row.value for row in spark.read.text(manifest_path).collect()))
    if manifest["asked"]["format"] != "parquet":
        sys.exit("replay.py reads Parquet: export with --format parquet")

    events = spark.read.parquet(os.path.join(arguments.export, "events"))
    events = events.withColumn("recorded_us", F.unix_micros("recorded_at")).select(*COLUMNS)
    from_the_start = manifest["range"]["after"] == 0
    by_stream = events.repartition("stream").sortWithinPartitions("stream", "revision")
    folded = by_stream.rdd.mapPartitions(lambda rows: fold(rows, from_the_start)).persist()
    findings = list(check_positions(events, manifest))
    of_events = folded.filter(lambda item: item[0] == "finding").map(lambda item: item[1])
    findings += of_events.takeOrdered(arguments.findings_max)
    money = folded.filter(lambda item: item[0] == "money").map(lambda item: item[1])
    sums = money.reduceByKey(lambda one, other: [a + b for a, b in zip(one, other)]).collect()

    sellers, currencies = [], {}
    for (seller, currency), amounts in sorted(sums):
        sellers.append({"seller_id": seller, "currency": currency, **dict(zip(MONEY, amounts))})
        total = currencies.setdefault(currency, dict.fromkeys(MONEY, 0))
        for name, amount in zip(MONEY, amounts):
            total[name] += amount
    totals = [{"currency": currency, **amounts} for currency, amounts in sorted(currencies.items())]
    report = {
        "events": manifest["events"],
        "findings": [{"position": position, "problem": problem} for position, problem in findings],
        "totals": {"currencies": totals, "sellers": sellers},
    }
    print(json.dumps(report, indent=1))
    spark.stop()
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
