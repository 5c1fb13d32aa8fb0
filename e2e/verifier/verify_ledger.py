#!/usr/bin/env python3
"""Verifies a ledger of Comptoir: its format, its Merkle tree, its signed checkpoints.

Written from docs/LEDGER-FORMAT.md and from nothing else of Comptoir, with the standard library of Python 3.9 alone, so that it
agrees with `comptoir audit verify` only if both do what that page says. The books are not its matter.

It reads the events from standard input, one JSON array a line, as section 6 of that page makes them:

    [position, stream, revision, event_id, event_type, schema_version, recorded_at_us, data, metadata, leaf_hash]

    verify_ledger.py [--horizon N] [--key VKEY]... [--checkpoints FILE] [--kept FILE]... < events.jsonl

--horizon      where the ledger says that it ends: the position of `ledger_horizon`
--key          a key that checkpoints may be signed with, such as `shop.example+0a1b2c3d+AaXk...`
--checkpoints  the signed checkpoints, one JSON array a line: [size, root in hex, note]
--kept         a file with a note that was kept elsewhere

Each finding is a line `rule position what`; the names of the rules are those of docs/AUDIT.md. The last line says what was read.
Exit status: 0 nothing was found, 1 something was, 2 it could not be carried out.
"""

import argparse
import base64
import hashlib
import json
import struct
import sys
import uuid

import ed25519


def text(value):
    encoded = value.encode("utf-8")
    return struct.pack(">I", len(encoded)) + encoded


def leaf_hash(position, stream, revision, event_id, event_type, schema_version, recorded_at_us, data, metadata):
    """Section 3."""
    leaf = b"\x00\x01" + struct.pack(">q", position) + text(stream) + struct.pack(">q", revision)
    leaf += uuid.UUID(event_id).bytes + text(event_type) + struct.pack(">i", schema_version)
    leaf += struct.pack(">q", recorded_at_us) + text(data) + text(metadata)
    return hashlib.sha256(leaf).digest()


class Tree:
    """Section 4: the roots of the full subtrees so far, largest first, with their sizes."""

    def __init__(self):
        self.subtrees = []

    def push(self, leaf):
        self.subtrees.append((1, leaf))
        while len(self.subtrees) > 1 and self.subtrees[-1][0] == self.subtrees[-2][0]:
            (size, right), (_, left) = self.subtrees.pop(), self.subtrees.pop()
            self.subtrees.append((2 * size, hashlib.sha256(b"\x01" + left + right).digest()))

    def root(self):
        if not self.subtrees:
            return hashlib.sha256().digest()
        root = self.subtrees[-1][1]
        for _, left in reversed(self.subtrees[:-1]):
            root = hashlib.sha256(b"\x01" + left + root).digest()
        return root


class Key:
    """A verifier key of C2SP signed-note: name, id and, in base64, the algorithm and the key."""

    def __init__(self, vkey):
        self.name, key_id, encoded = vkey.split("+", 2)
        algorithm_and_key = base64.b64decode(encoded, validate=True)
        if algorithm_and_key[:1] != b"\x01" or len(algorithm_and_key) != 33:
            raise ValueError("not an Ed25519 key of a log")
        self.key = algorithm_and_key[1:]
        self.id = hashlib.sha256(self.name.encode() + b"\n" + algorithm_and_key).digest()[:4]
        if self.id.hex() != key_id:
            raise ValueError("its id is not that of name and key")

    def signed(self, note):
        for name, signature in note.signatures:
            if name == self.name and signature[:4] == self.id:
                if ed25519.holds(self.key, note.text.encode(), signature[4:]):
                    return True
        return False


class Note:
    """A signed checkpoint: origin, size, root, an empty line, and the signatures (C2SP signed-note, tlog-checkpoint)."""

    def __init__(self, written):
        self.text, signatures = written.rsplit("\n\n", 1)
        self.text += "\n"
        if not signatures.endswith("\n"):
            raise ValueError("its last line does not end")
        self.signatures = []
        for line in signatures[:-1].split("\n"):
            dash, name, encoded = line.split(" ")
            signature = base64.b64decode(encoded, validate=True)
            if dash != "\u2014" or not name or len(signature) < 68:
                raise ValueError("a signature is a dash, a name and base64")
            self.signatures.append((name, signature))
        lines = self.text.split("\n")
        self.origin, size, root = lines[0], lines[1], base64.b64decode(lines[2], validate=True)
        if not self.origin or not size.isascii() or not size.isdigit() or str(int(size)) != size or len(root) != 32:
            raise ValueError("a checkpoint is an origin, a size and a root, a line each")
        self.size, self.root = int(size), root


class Verifier:
    def __init__(self, keys, checkpoints):
        self.keys, self.checkpoints = keys, sorted(checkpoints)
        self.found, self.tree = 0, Tree()
        self.count, self.last, self.latest = 0, 0, None
        self.revisions, self.ids = {}, {}

    def find(self, rule, position, what):
        self.found += 1
        print(f"{rule} {position} {what}")

    def take(self, fields, stored):
        position, stream, revision, event_id, _, _, recorded_at_us, _, _ = fields
        if position != self.last + 1:
            self.find("position-dense", position, f"follows position {self.last}")
        if self.latest is not None and recorded_at_us < self.latest:
            self.find("time-order", position, f"was recorded before position {self.last}")
        expected = self.revisions.get(stream, -1) + 1
        if revision != expected:
            self.find("revision-dense", position, f"has revision {revision}, where {expected} follows")
        if event_id in self.ids:
            self.find("event-id-unique", position, f"its id is that of position {self.ids[event_id]} too")
        leaf = leaf_hash(*fields)
        if leaf.hex() != stored:
            self.find("leaf-hash", position, f"the row has the leaf hash {leaf.hex()}")
        self.tree.push(leaf)
        self.revisions[stream] = revision
        self.ids[event_id] = position
        self.count, self.last = self.count + 1, position
        self.latest = recorded_at_us if self.latest is None else max(self.latest, recorded_at_us)
        while self.checkpoints and self.checkpoints[0][0] <= position:
            size, root = self.checkpoints.pop(0)
            if size < position or root != self.tree.root():
                self.find("checkpoint-root", size, "a checkpoint names another root than the events have")

    def finish(self, horizon):
        if horizon is not None and self.last < horizon:
            self.find("end", self.last + 1, f"the horizon is {horizon}: the end is missing")
        for size, _ in self.checkpoints:
            self.find("checkpoint-root", size, f"a checkpoint reaches further than the ledger, to {size}")
        print(f"{self.count} events in {len(self.revisions)} streams; root {self.tree.root().hex()}")
        return 1 if self.found else 0


def note_findings(size, root, written, keys):
    """What is wrong with a stored checkpoint itself."""
    try:
        note = Note(written)
    except (ValueError, IndexError) as error:
        return [("checkpoint-note", str(error))]
    found = []
    if (note.size, note.root) != (size, root):
        found.append(("checkpoint-note", "the note says something else than its row"))
    if keys and not any(key.signed(note) for key in keys):
        found.append(("checkpoint-signature", "it is signed by none of the keys given"))
    return found


def main():
    parser = argparse.ArgumentParser(description="Verifies a ledger of Comptoir; docs/LEDGER-FORMAT.md says how.")
    parser.add_argument("--horizon", type=int)
    parser.add_argument("--key", action="append", default=[], type=Key)
    parser.add_argument("--checkpoints", type=argparse.FileType("r", encoding="utf-8"))
    parser.add_argument("--kept", action="append", default=[], type=argparse.FileType("r", encoding="utf-8"))
    arguments = parser.parse_args()
    checkpoints, about_notes = [], []
    for line in arguments.checkpoints or []:
        size, root, written = json.loads(line)
        checkpoints.append((size, bytes.fromhex(root)))
        about_notes += [(rule, size, what) for rule, what in note_findings(size, bytes.fromhex(root), written, arguments.key)]
    for file in arguments.kept:
        note = Note(file.read())
        checkpoints.append((note.size, note.root))
        if arguments.key and not any(key.signed(note) for key in arguments.key):
            about_notes.append(("checkpoint-signature", note.size, f"{file.name} is signed by none of the keys given"))
    verifier = Verifier(arguments.key, checkpoints)
    for rule, size, what in about_notes:
        verifier.find(rule, size, what)
    for line in sys.stdin.buffer:
        *fields, stored = json.loads(line)
        verifier.take(fields, stored)
    return verifier.finish(arguments.horizon)


if __name__ == "__main__":
    sys.exit(main())
