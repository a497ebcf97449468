#!/usr/bin/env python3
"""Writes the known-answer vectors beside it: merkle.json, emission.json, messages.json,
compute.json, sensor.json, sealing.json.

An implementation of the protocol's byte formats that shares no code with the Rust crate: Python
integers, hashlib, and Ed25519 straight from RFC 8032, section 5.1. The Rust tests, the programs'
tests and the web app all check themselves against these files.

    python3 make.py            writes the files
    python3 make.py --check    fails when a file is not what this script would write

Conventions: bytes are lower-case hex, every u64 is a decimal string, u16, u8 and indexes are numbers.
"""

import hashlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
U64_MAX = 2**64 - 1


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def seeded(*words) -> bytes:
    """32 arbitrary bytes that anyone can make again."""
    return sha256("/".join(str(word) for word in words).encode())


def le(value: int, size: int, signed: bool = False) -> bytes:
    return value.to_bytes(size, "little", signed=signed)


# --- Merkle-sum tree -----------------------------------------------------------------------------

EMPTY = (bytes(32), 0)


def operator_leaf(pool, operator, total, devices_root):
    return sha256(pool + operator + le(total, 8) + devices_root), total


def device_leaf(operator, device, total):
    return sha256(operator + device + le(total, 8)), total


def parent(left, right):
    total = left[1] + right[1]
    assert total <= U64_MAX
    return sha256(left[0] + le(left[1], 8) + right[0] + le(right[1], 8)), total


def node_bytes(node):
    return node[0] + le(node[1], 8)


def root_and_proofs(leaves):
    """Recursive halves over a tree filled up to a power of two, unlike the Rust code's levels."""
    depth = (len(leaves) - 1).bit_length()

    def at(level, index):
        """The node at a level (0 = leaves); EMPTY when it has no leaf below, unless it is needed
        as a parent, which only ever happens above a real leaf."""
        first = index << level
        if first >= len(leaves):
            return EMPTY
        if level == 0:
            return leaves[index]
        return parent(at(level - 1, 2 * index), at(level - 1, 2 * index + 1))

    proofs = [
        b"".join(node_bytes(at(level, (index >> level) ^ 1)) for level in range(depth))
        for index in range(len(leaves))
    ]
    return at(depth, 0), proofs


def node_json(node):
    return {"hash": node[0].hex(), "sum": str(node[1])}


def merkle():
    pool = seeded("pool")

    def leaf_json(count, at, total, devices_root):
        operator = seeded("operator", count, at)
        node = operator_leaf(pool, operator, total, devices_root)
        return node, {
            "pool": pool.hex(),
            "operator": operator.hex(),
            "lifetime_total": str(total),
            "devices_root": devices_root.hex(),
            "hash": node[0].hex(),
        }

    operator_leaves = [
        leaf_json("single", at, total, devices)[1]
        for at, (total, devices) in enumerate(
            [(0, bytes(32)), (1, seeded("devices")), (U64_MAX, b"\xff" * 32)]
        )
    ]
    device_leaves = []
    for at, total in enumerate([0, 1, 1_000_000_007, U64_MAX]):
        operator, device = seeded("operator", at), seeded("device", at)
        device_leaves.append(
            {
                "operator": operator.hex(),
                "device": device.hex(),
                "lifetime_total": str(total),
                "hash": device_leaf(operator, device, total)[0].hex(),
            }
        )
    penalty_leaves, usage_leaves = [], []
    for at, (epoch, amount, reason) in enumerate([(0, 0, 0), (7, 1_000_000_007, 300), (U64_MAX, U64_MAX, 65_535)]):
        target, evidence, challenger = (seeded(what, at) for what in ("target", "evidence", "challenger"))
        penalty_leaves.append(
            {
                "pool": pool.hex(),
                "epoch": str(epoch),
                "target": target.hex(),
                "amount": str(amount),
                "reason": reason,
                "evidence_hash": evidence.hex(),
                "challenger": challenger.hex(),
                "hash": sha256(
                    pool + le(epoch, 8) + target + le(amount, 8) + le(reason, 2) + evidence + challenger
                ).hex(),
            }
        )
        usage_leaves.append(
            {
                "pool": pool.hex(),
                "customer": target.hex(),
                "lifetime_spent": str(amount),
                "hash": sha256(b"cairn:usage:v1".ljust(16, b"\0") + pool + target + le(amount, 8)).hex(),
            }
        )
    proposals = []
    for at, numbers in enumerate([(0, 0, 0, 0), (5, 1, 2, 3), (U64_MAX, 2**32 - 1, U64_MAX, U64_MAX)]):
        root_sum, leaf_count, penalties_sum, usage_sum = numbers
        root, manifest, penalties, usage = (seeded(what, at) for what in ("root", "manifest", "penalties", "usage"))
        proposals.append(
            {
                "root": root.hex(),
                "root_sum": str(root_sum),
                "leaf_count": leaf_count,
                "manifest_hash": manifest.hex(),
                "penalties_root": penalties.hex(),
                "penalties_sum": str(penalties_sum),
                "usage_root": usage.hex(),
                "usage_sum": str(usage_sum),
                "hash": sha256(
                    root + le(root_sum, 8) + le(leaf_count, 4) + manifest
                    + penalties + le(penalties_sum, 8) + usage + le(usage_sum, 8)
                ).hex(),
            }
        )
    nodes = []
    for left, right in [
        ((seeded("left"), 5), (seeded("right"), 7)),
        ((seeded("left"), 5), EMPTY),
        (EMPTY, (seeded("right"), U64_MAX)),
        ((seeded("left"), 2**63), (seeded("right"), 2**63 - 1)),
    ]:
        nodes.append(
            {
                "left": node_json(left),
                "right": node_json(right),
                "parent": node_json(parent(left, right)),
            }
        )

    trees, refused = [], []
    for count in (1, 2, 3, 5, 8, 13):
        leaves, shown = [], []
        for at in range(count):
            # Totals of every size, a zero among them, and a sum that stays below 2^64.
            total = 0 if at == 4 else int.from_bytes(seeded("total", count, at)[:7], "little") >> (4 * at)
            devices = bytes(32) if at == 2 else seeded("devices", count, at)
            node, leaf = leaf_json(count, at, total, devices)
            leaves.append(node)
            shown.append(leaf)
        root, proofs = root_and_proofs(leaves)
        trees.append(
            {"leaves": shown, "root": node_json(root), "proofs": [proof.hex() for proof in proofs]}
        )
        if count == 5:

            def refuse(why, leaf, index, proof):
                refused.append(
                    {
                        "why": why,
                        "root": node_json(root),
                        "leaf": node_json(leaf),
                        "index": index,
                        "proof": proof.hex(),
                    }
                )

            leaf, proof = leaves[1], proofs[1]
            steps = [proof[at : at + 40] for at in range(0, len(proof), 40)]
            flipped = bytes([proof[0] ^ 1]) + proof[1:]
            more = proof[:32] + le(int.from_bytes(proof[32:40], "little") + 1, 8) + proof[40:]
            refuse("a bit of a sibling's hash is flipped", leaf, 1, flipped)
            refuse("a sibling's sum is one higher", leaf, 1, more)
            refuse("the leaf's sum is one higher", (leaf[0], leaf[1] + 1), 1, proof)
            refuse("another leaf at this index", leaves[2], 1, proof)
            refuse("the right leaf at its sibling's index", leaf, 0, proof)
            refuse("an index with a bit above the depth", leaf, 1 | 1 << len(steps), proof)
            refuse("the last step is missing", leaf, 1, b"".join(steps[:-1]))
            refuse("the last byte is missing", leaf, 1, proof[:-1])
            refuse("one byte too many", leaf, 1, proof + b"\0")
            refuse("one empty step too many", leaf, 1, proof + bytes(40))
            refuse("two steps swapped", leaf, 1, b"".join([steps[1], steps[0], *steps[2:]]))
            refuse("the root itself as a leaf, below an empty step", root, 0, bytes(40))
            refuse("33 steps", leaf, 1, proof + bytes(40) * (33 - len(steps)))
            huge = proof[:32] + le(U64_MAX, 8) + proof[40:]
            refuse("the sums exceed 64 bits", leaf, 1, huge)
    return {
        "operator_leaves": operator_leaves,
        "device_leaves": device_leaves,
        "penalty_leaves": penalty_leaves,
        "usage_leaves": usage_leaves,
        "proposals": proposals,
        "nodes": nodes,
        "trees": trees,
        "refused": refused,
    }


# --- Emission and allocation ---------------------------------------------------------------------


PPB = 10**9


def emission():
    def nth(step, nth):
        """What the epoch number `nth` of a step (first, amount, keep, every, times) emits."""
        _, amount, keep, every, times = step
        for _ in range(min(times, nth // every) if times else 0):
            amount = amount * keep // PPB
        return amount

    def emitted_in(steps, epoch):
        return next((nth(step, epoch - step[0]) for step in reversed(steps) if step[0] <= epoch), 0)

    def emitted_through(steps, epoch):
        """Each step's epochs up to `epoch`, which an endless last step closes: every decay adds
        the difference that it makes to all epochs after it."""
        ends = [step[0] for step in steps[1:]] + [None]
        total = 0
        for step, end in zip(steps, ends):
            first, amount, _, every, times = step
            count = max(0, (epoch + 1 if end is None else min(end, epoch + 1)) - first)
            total += amount * count
            for decay in range(1, times + 1):
                left = count - decay * every
                if left <= 0:
                    break
                total -= (nth(step, (decay - 1) * every) - nth(step, decay * every)) * left
        return total

    tables = []
    for name, steps in {
        "constant": [(0, 1_000_000)],
        "halving every 4 epochs, then none": [(0, 800), (4, 400), (8, 200), (12, 100), (16, 0)],
        "late start": [(0, 0), (10, 5_000_000_000)],
        "one epoch of everything": [(0, U64_MAX), (1, 0)],
        "overflows at epoch 2": [(0, 2**63 - 1), (2, 2)],
        "last step at the last epoch": [(0, 0), (U64_MAX, 7)],
        "64 steps": [(7 * at, 1_000 - 3 * at) for at in range(64)],
        "halving every 4 epochs, for ever": [(0, 800, PPB // 2, 4, 64)],
        "one per mille less each epoch": [(0, U64_MAX // 2_000, 999_000_000, 1, 1_024)],
        "decays cut off by a step": [(0, 1_000_003, 900_000_000, 10, 20), (25, 77), (40, 9, 0, 2, 1)],
        "keeps all": [(0, 5, PPB, 1, 7)],
    }.items():
        steps = [step if len(step) == 5 else (*step, PPB, 0, 0) for step in steps]
        epochs = sorted(
            {0, 1, 2, 3, 100, 1_000_000, U64_MAX}
            | {step[0] for step in steps}
            | {max(0, step[0] - 1) for step in steps}
        )
        rows = []
        for epoch in epochs:
            through = emitted_through(steps, epoch)
            # A literal sum confirms the closed form where it is short enough to take.
            if epoch <= 1_000:
                assert through == sum(emitted_in(steps, e) for e in range(epoch + 1))
            rows.append(
                {
                    "epoch": str(epoch),
                    "emitted_in": str(emitted_in(steps, epoch)),
                    "emitted_through": str(through) if through <= U64_MAX else None,
                }
            )
        tables.append({"name": name, "steps": steps_json(steps), "epochs": rows})
    invalid = [
        {"error": "empty", "steps": []},
        {"error": "too_many_steps", "steps": steps_json(constant((at, 1) for at in range(65)))},
        {"error": "first_step_not_zero", "steps": steps_json(constant([(1, 5)]))},
        {"error": "not_increasing", "steps": steps_json(constant([(0, 5), (3, 4), (3, 1)]))},
        {"error": "not_increasing", "steps": steps_json(constant([(0, 5), (3, 4), (2, 1)]))},
        {"error": "invalid_decay", "steps": steps_json([(0, 5, PPB + 1, 1, 1)])},
        {"error": "invalid_decay", "steps": steps_json([(0, 5, PPB, 0, 1)])},
        {"error": "too_many_decays", "steps": steps_json([(0, 5, PPB, 1, 1_000), (9, 5, PPB, 1, 25)])},
    ]
    allocations = []
    for budget, weights in [
        (100, [1, 1, 1]),
        (10, [0, 0]),
        (10, []),
        (0, [3, 4]),
        (1, [1, 1]),
        (1_000_000_007, [9_655, 3, 0, 17, 17_075]),
        (U64_MAX, [U64_MAX, U64_MAX, 1]),
        (U64_MAX, [1]),
    ]:
        total = sum(weights)
        shares = [budget * weight // total if total else 0 for weight in weights]
        allocations.append(
            {
                "budget": str(budget),
                "weights": [str(weight) for weight in weights],
                "shares": [str(share) for share in shares],
                "dust": str(budget - sum(shares) if total else 0),
            }
        )
    return {"tables": tables, "invalid": invalid, "allocations": allocations}


def steps_json(steps):
    return [
        {
            "first_epoch": str(first),
            "per_epoch": str(amount),
            "keep_ppb": keep,
            "every_epochs": every,
            "times": times,
        }
        for first, amount, keep, every, times in steps
    ]


def constant(steps):
    return [(first, amount, PPB, 0, 0) for first, amount in steps]


# --- Ed25519 (RFC 8032, section 5.1) -------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P
    return x, (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P


def multiply(scalar, point):
    total = (0, 1)
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def recover_x(y):
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    return x if x % 2 == 0 else P - x


BASE_Y = 4 * pow(5, -1, P) % P
BASE = (recover_x(BASE_Y), BASE_Y)


def compress(point):
    return le(point[1] | (point[0] & 1) << 255, 32)


def expand(secret):
    digest = hashlib.sha512(secret).digest()
    scalar = int.from_bytes(digest[:32], "little") & (2**254 - 8) | 2**254
    return scalar, digest[32:]


def public_key(secret):
    return compress(multiply(expand(secret)[0], BASE))


def sign(secret, message):
    scalar, prefix = expand(secret)
    key = compress(multiply(scalar, BASE))
    nonce = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % ORDER
    point = compress(multiply(nonce, BASE))
    challenge = int.from_bytes(hashlib.sha512(point + key + message).digest(), "little") % ORDER
    return point + le((nonce + challenge * scalar) % ORDER, 32)


# RFC 8032, section 7.1, test 2: this script signs as the standard does.
assert sign(
    bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"), b"\x72"
).hex().startswith("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da")


# --- Messages and proofs -------------------------------------------------------------------------

KINDS = {
    "beacon": 1,
    "witness": 2,
    "heartbeat": 3,
    "usage_receipt": 4,
    "storage_commitment": 10,
    "storage_answer": 11,
    "retrieval_receipt": 12,
    "job_commitment": 20,
    "job_result": 21,
    "benchmark": 22,
    "reading_batch": 30,
    "track": 31,
    "coverage": 32,
}


def position_bytes(position):
    return le(position["latitude_e7"], 4, True) + le(position["longitude_e7"], 4, True)


def beacon_body(body):
    position = body["position"]
    return (
        bytes.fromhex(body["entropy"])
        + (b"\0" if position is None else b"\1" + position_bytes(position))
        + le(int(body["frequency_hz"]), 8)
        + le(body["eirp_cdbm"], 4, True)
        + le(body["bandwidth_hz"], 4)
        + le(body["spreading_factor"], 1)
    )


def witness_body(body):
    return (
        bytes.fromhex(body["payload"])
        + le(body["rssi_cdbm"], 4, True)
        + le(body["snr_cdb"], 4, True)
        + le(int(body["frequency_hz"]), 8)
    )


def beacon_payload(network, challenge, key, entropy):
    """What a beacon sends by radio; `key` in the registry's 33 bytes."""
    return sha256(b"cairn:beacon:v1\0" + network + challenge + key + entropy)


def key_bytes(scheme, key):
    """borsh of the enum: a variant byte, then the key's own bytes."""
    return le({"ed25519": 0, "p256": 1}[scheme], 1) + key


def messages():
    network = seeded("network")
    maker_messages = []
    for scheme, number, key in [
        ("ed25519", 0, seeded("device key") + b"\0"),
        ("p256", 1, b"\x02" + seeded("device key")),
    ]:
        for class_number, serial in [(0, b"A1"), (515, b"0018B20000020CBC")]:
            padded = serial + bytes(16 - len(serial))
            maker_messages.append(
                {
                    "network": network.hex(),
                    "scheme": scheme,
                    "device_key": key.hex(),
                    "class": class_number,
                    "serial": padded.hex(),
                    "message": (
                        b"cairn:maker:v1\0\0"
                        + sha256(network + le(number, 1) + key + le(class_number, 2) + padded)
                    ).hex(),
                }
            )
    device_messages = [
        {
            "network": network.hex(),
            "owner": seeded("owner").hex(),
            "slot": str(slot),
            "slot_hash": seeded("slot", slot).hex(),
            "message": (
                b"cairn:device:v1\0"
                + sha256(network + seeded("owner") + le(slot, 8) + seeded("slot", slot))
            ).hex(),
        }
        for slot in (0, 437_000_123, U64_MAX)
    ]

    device_secret = seeded("device secret")
    registry_key = public_key(device_secret) + b"\0"
    payload = beacon_payload(network, seeded("challenge"), registry_key, seeded("entropy")).hex()
    bodies = [
        (
            "beacon",
            {
                "entropy": seeded("entropy").hex(),
                "position": {"latitude_e7": 451_950_073, "longitude_e7": 57_183_838},
                "frequency_hz": "867900000",
                "eirp_cdbm": 1_600,
                "bandwidth_hz": 125_000,
                "spreading_factor": 11,
            },
        ),
        (
            "beacon",
            {
                "entropy": seeded("entropy", 2).hex(),
                "position": None,
                "frequency_hz": "868100000",
                "eirp_cdbm": -5_000,
                "bandwidth_hz": 1_000,
                "spreading_factor": 0,
            },
        ),
        (
            "witness",
            {
                "payload": payload,
                "rssi_cdbm": -10_900,
                "snr_cdb": -2_000,
                "frequency_hz": "867900000",
            },
        ),
        (
            "beacon",
            {
                "entropy": "ff" * 32,
                "position": {"latitude_e7": -900_000_000, "longitude_e7": -1_800_000_000},
                "frequency_hz": "100000000000",
                "eirp_cdbm": 6_000,
                "bandwidth_hz": 1_000_000_000,
                "spreading_factor": 12,
            },
        ),
    ]
    proofs, batch = [], []
    for scheme in ("ed25519", "p256"):
        previous = bytes(32)
        for at, (kind, body) in enumerate(bodies if scheme == "ed25519" else bodies[:1]):
            secret = device_secret
            key = public_key(secret) if scheme == "ed25519" else b"\x03" + seeded("p256 point")
            encoded_body = beacon_body(body) if kind == "beacon" else witness_body(body)
            epoch, sequence = (at, at + 1) if at < 3 else (U64_MAX, U64_MAX)
            captured_at_ms = 1_795_350_900_000 + 137 * at
            challenge = bytes(32) if kind != "beacon" else seeded("challenge")
            unsigned = (
                le(1, 1)
                + le(KINDS[kind], 1)
                + key_bytes(scheme, key)
                + le(epoch, 8)
                + le(sequence, 8)
                + previous
                + le(captured_at_ms, 8)
                + challenge
                + le(len(encoded_body), 4)
                + encoded_body
            )
            message = b"cairn:proof:v1\0\0" + network + unsigned
            identity = sha256(message)
            # Of P-256 the vectors give the bytes to sign alone: its signatures are not unique.
            signature = sign(secret, message) if scheme == "ed25519" else bytes(64)
            proofs.append(
                {
                    "network": network.hex(),
                    "secret": secret.hex() if scheme == "ed25519" else None,
                    "version": 1,
                    "kind": kind,
                    "device": {"scheme": scheme, "key": key.hex()},
                    "epoch": str(epoch),
                    "sequence": str(sequence),
                    "previous": previous.hex(),
                    "captured_at_ms": str(captured_at_ms),
                    "challenge": challenge.hex(),
                    "body": body,
                    "body_bytes": encoded_body.hex(),
                    "signed_message": message.hex(),
                    "id": identity.hex(),
                    "signature": signature.hex(),
                    "encoded": (unsigned + signature).hex(),
                }
            )
            batch.append(unsigned + signature)
            previous = identity
    malformed = b"not a proof"
    batch.append(malformed)
    encoded_batch = le(len(batch), 4) + b"".join(le(len(one), 4) + one for one in batch)

    seed = seeded("fleet seed")
    keys = []
    for identifier in ("0018B20000020CBC", "111KEcyjmMxhvUK85fP3dTCNLvfzNqmjVaTVMejhQQyEdSHVbU2"):
        secret = sha256(b"cairn:device-key:v1" + seed + identifier.encode())
        keys.append(
            {
                "seed": seed.hex(),
                "id": identifier,
                "secret": secret.hex(),
                "public_key": public_key(secret).hex(),
            }
        )
    return {
        "maker_messages": maker_messages,
        "device_messages": device_messages,
        "beacon_payload": {
            "network": network.hex(),
            "challenge": seeded("challenge").hex(),
            "device_key": registry_key.hex(),
            "entropy": seeded("entropy").hex(),
            "payload": payload,
        },
        "proofs": proofs,
        "bodies": bodies_of_each_kind(network, registry_key),
        "batch": {"malformed": malformed.hex(), "encoded": encoded_batch.hex()},
        "device_keys": keys,
    }


# --- Compute -------------------------------------------------------------------------------------

P61 = 2**61 - 1


def words(key: bytes, lane: int):
    """The endless stream of 64-bit words of a key and a lane."""
    counter = 0
    while True:
        block = sha256(key + le(lane, 4) + le(counter, 8))
        for at in range(0, 32, 8):
            yield int.from_bytes(block[at : at + 8], "little")
        counter += 1


def elements(key: bytes, lane: int, count: int):
    values = (word & P61 for word in words(key, lane))
    return [value for value, _ in zip((v for v in values if v != P61), range(count))]


def distinct(stream, count: int, of: int):
    numbers = list(range(of))
    for at in range(min(count, of)):
        bound = of - at
        word = next(word for word in stream if word < 2**64 // bound * bound)
        other = at + word % bound
        numbers[at], numbers[other] = numbers[other], numbers[at]
    return numbers[: min(count, of)]


def tree_root(leaves):
    while len(leaves) > 1:
        leaves = leaves + [bytes(32)] * (len(leaves) % 2)
        leaves = [sha256(a + b) for a, b in zip(leaves[::2], leaves[1::2])]
    return leaves[0]


def packed(values):
    return b"".join(le(value, 8) for value in values)


def compute():
    key = b"\x02" + seeded("compute device")
    products = []
    for side, epoch, number in ((16, 0, 0), (19, 7, 65535)):
        seed, later = seeded("matrices", side), seeded("challenge", side)
        matrix = []
        for which in (0, 1):
            own = sha256(
                b"cairn:matrix:v1\0"
                + seed
                + key
                + le(epoch, 8)
                + le(side, 2)
                + le(number, 2)
                + bytes([which])
            )
            matrix.append([elements(own, row, side) for row in range(side)])
        a, b = matrix
        product = [
            [sum(a[i][k] * b[k][j] for k in range(side)) % P61 for j in range(side)]
            for i in range(side)
        ]
        root = tree_root([sha256(b"cairn:row:v1\0\0\0\0" + packed(row)) for row in product])
        commitment = seeded("commitment", side)
        challenge = sha256(b"cairn:vector:v1\0" + later + commitment)
        vector = elements(challenge, 0, side)
        image = [sum(c * r for c, r in zip(row, vector)) % P61 for row in product]
        products.append(
            {
                "key": key.hex(),
                "seed": seed.hex(),
                "epoch": str(epoch),
                "side": side,
                "number": number,
                "first_of_a": str(a[0][0]),
                "last_of_b": str(b[-1][-1]),
                "product": [[str(value) for value in row] for row in product],
                "root": root.hex(),
                "challenge": later.hex(),
                "commitment": commitment.hex(),
                "vector": [str(value) for value in vector],
                "rows": distinct(words(challenge, 1), 5, side),
                "image": sha256(b"cairn:image:v1\0\0" + packed(image)).hex(),
            }
        )
    seed, proof = seeded("benchmark"), seeded("benchmark proof")
    first = sha256(b"cairn:hashes:v1\0" + seed + key)
    hashed = first
    for _ in range(1_000):
        hashed = sha256(hashed)
    stretches = distinct(words(sha256(b"cairn:stretch:v1" + seed + proof), 0), 6, 255)
    salt, result, device = seeded("salt"), seeded("result"), seeded("address")
    return {
        "products": products,
        "hashes": {
            "key": key.hex(),
            "seed": seed.hex(),
            "first": first.hex(),
            "after_1000": hashed.hex(),
            "proof": proof.hex(),
            "checked_6_of_256": sorted([0] + [1 + stretch for stretch in stretches]),
        },
        "duplicates": {
            "key": key.hex(),
            "salt": salt.hex(),
            "result": result.hex(),
            "commitment": sha256(b"cairn:result:v1\0" + key + salt + result).hex(),
            "seed": seed.hex(),
            "posted": proof.hex(),
            "device": device.hex(),
            "lot": sha256(b"cairn:choice:v1\0" + seed + proof + device).hex(),
        },
    }


# --- Sensor --------------------------------------------------------------------------------------


def sensor():
    """Bodies of the sensor kinds, and chains of readings."""
    batches = []
    before = bytes(32)
    for quantity, readings in (
        (1, [(1_795_350_000_000, 2_150)]),
        (1, [(1_795_350_300_000, -1), (1_795_350_600_000, 2**63 - 1), (1_795_350_600_001, -(2**63))]),
        (65_535, [(at, at * at) for at in range(1, 40)]),
    ):
        chain = before
        for at, value in readings:
            link = b"cairn:reading:v1" + chain + le(quantity, 2) + le(at, 8) + le(value, 8, True)
            chain = sha256(link)
        items = b"".join(le(at, 8) + le(value, 8, True) for at, value in readings)
        batches.append(
            {
                "quantity": quantity,
                "chain_before": before.hex(),
                "readings": [{"at_ms": at, "value": value} for at, value in readings],
                "encoded": (le(quantity, 2) + before + le(len(readings), 4) + items).hex(),
                "chain_after": chain.hex(),
            }
        )
        before = chain

    def place(north, east):
        return le(north, 4, True) + le(east, 4, True)

    fixes = [
        (1_795_350_000_000, -109_393_414, -370_627_421, 20, None),
        (1_795_350_000_000, 900_000_000, -1_800_000_000, 0, 0),
        (1_795_350_001_000, -900_000_000, 1_800_000_000, 65_535, 65_535),
    ]
    encoded = b"".join(
        le(at, 8)
        + place(north, east)
        + le(accuracy, 2)
        + (b"\0" if speed is None else b"\1" + le(speed, 2))
        for at, north, east, accuracy, speed in fixes
    )
    track = {
        "fixes": [
            {
                "at_ms": at,
                "position": {"latitude_e7": north, "longitude_e7": east},
                "accuracy_m": accuracy,
                "speed_cm_s": speed,
            }
            for at, north, east, accuracy, speed in fixes
        ],
        "encoded": (le(len(fixes), 4) + encoded).hex(),
    }
    content = seeded("image")
    observations = [(1_795_350_000_000, 451_885_000, 57_245_000, content)]
    coverage = {
        "observations": [
            {
                "at_ms": at,
                "position": {"latitude_e7": north, "longitude_e7": east},
                "content_hash": image.hex(),
            }
            for at, north, east, image in observations
        ],
        "encoded": (
            le(len(observations), 4)
            + b"".join(le(at, 8) + place(n, e) + image for at, n, e, image in observations)
        ).hex(),
    }
    return {"batches": batches, "track": track, "coverage": coverage}


# --- Bodies --------------------------------------------------------------------------------------


def some(count, of):
    """borsh of a list: its length, then the items."""
    items = [of(at) for at in range(count)]
    return le(count, 4) + b"".join(items)


def receipt(network, kind, registry_key, content_root):
    """A customer's receipt in borsh, with the message that the customer signs."""
    secret = seeded("customer secret")
    parts = [
        seeded("receipt id")[:16],
        public_key(secret),
        le(250, 8),
        le(1_234_567, 8),
        le(987, 4),
        le(1_795_350_900_000, 8),
        le(1_795_350_961_500, 8),
    ]
    message = (
        b"cairn:receipt:v1" + network + le(KINDS[kind], 1) + registry_key + content_root + b"".join(parts)
    )
    return b"".join(parts) + sign(secret, message), message


def bodies_of_each_kind(network, registry_key):
    """One body of each kind, with what follows from it; the Rust test builds the same values."""
    opening = lambda at: le(at, 8) + seeded("leaf", at) * 8 + some(2, lambda up: seeded("up", up))
    served, served_message = receipt(network, "usage_receipt", registry_key, bytes(32))
    root = seeded("content root")
    fetched, fetched_message = receipt(network, "retrieval_receipt", registry_key, root)
    place = {"latitude_e7": 451_950_073, "longitude_e7": 57_183_838}

    chain = seeded("chain before")
    readings = [(1_795_350_900_000 + 1_000 * at, 21_500 - 7 * at) for at in range(3)]
    for at_ms, value in readings:
        chain = sha256(b"cairn:reading:v1" + chain + le(7, 2) + le(at_ms, 8) + le(value, 8, True))

    bodies = [
        (
            "beacon",
            beacon_body(
                {
                    "entropy": seeded("entropy").hex(),
                    "position": place,
                    "frequency_hz": "868100000",
                    "eirp_cdbm": 1_600,
                    "bandwidth_hz": 125_000,
                    "spreading_factor": 12,
                }
            ),
            {},
        ),
        (
            "witness",
            witness_body(
                {
                    "payload": seeded("payload").hex(),
                    "rssi_cdbm": -10_900,
                    "snr_cdb": -2_000,
                    "frequency_hz": "868100000",
                }
            ),
            {},
        ),
        ("heartbeat", position_bytes(place) + le(12, 2) + le(86_400, 4), {}),
        ("usage_receipt", served, {"signed_by_customer": served_message.hex()}),
        (
            "storage_commitment",
            le(3, 4)
            + root
            + seeded("middle root")
            + seeded("replica root")
            + le(1_000, 8)
            + le(4_096, 4)
            + le(5_000, 8),
            {},
        ),
        (
            "storage_answer",
            le(3, 4)
            + some(2, opening)
            + le(1, 1)
            + opening(7)
            + le(0, 1)
            + some(2, lambda at: opening(8 + at)),
            {},
        ),
        ("retrieval_receipt", root + fetched, {"signed_by_customer": fetched_message.hex()}),
        ("job_commitment", le(0, 1) + le(64, 2) + le(2, 2) + seeded("rows root"), {}),
        (
            "job_result",
            seeded("commitment id")
            + le(0, 1)
            + seeded("image hash")
            + some(1, lambda at: le(5, 2) + some(3, lambda e: le(e, 8)) + some(2, lambda up: seeded("up", up))),
            {},
        ),
        (
            "benchmark",
            le(1_000_000, 4) + some(2, lambda at: seeded("checkpoint", at)) + le(30_500, 4),
            {},
        ),
        (
            "reading_batch",
            le(7, 2)
            + seeded("chain before")
            + some(3, lambda at: le(readings[at][0], 8) + le(readings[at][1], 8, True)),
            {"chain_after": chain.hex()},
        ),
        (
            "track",
            some(
                2,
                lambda at: le(1_795_350_900_000 + 500 * at, 8)
                + position_bytes(place)
                + le(4 + at, 2)
                + (b"\1" + le(1_250, 2) if at > 0 else b"\0"),
            ),
            {},
        ),
        (
            "coverage",
            some(2, lambda at: le(1_795_350_900_000 + at, 8) + position_bytes(place) + seeded("image", at)),
            {},
        ),
    ]
    return [
        {"kind": kind, "code": KINDS[kind], "body_bytes": encoded.hex(), **more}
        for kind, encoded, more in bodies
    ]


# --- Sealed replicas -----------------------------------------------------------------------------

LEAF = 256


def leaf_tree(leaves):
    """Root over leaves, recursively: the number of leaves with the top node."""

    def at(level, index):
        if (index << level) >= len(leaves):
            return bytes(32)
        if level == 0:
            return sha256(leaves[index])
        return sha256(at(level - 1, 2 * index) + at(level - 1, 2 * index + 1))

    return sha256(le(len(leaves), 8) + at((len(leaves) - 1).bit_length(), 0))


def draws(seed):
    """64 bits at a time."""
    counter = 0
    while True:
        block = sha256(seed + le(counter, 4))
        for at in range(0, 32, 8):
            yield int.from_bytes(block[at : at + 8], "little")
        counter += 1


def parents(seal_id, leaf_count, backward, index):
    node = leaf_count - 1 - index if backward else index
    if node == 0:
        return []
    source = draws(sha256(b"cairn:graph:v1\0\0" + seal_id + le(backward, 1) + le(node, 8)))
    found = [node - 1]
    for _ in range(5):
        # One of the powers 2, 4, … up to the first above the node; the distance is cut at the node.
        power = 2 ** (1 + (next(source) * node.bit_length() >> 64))
        most = min(power, node)
        least = min(max(most // 2, 2), node)
        found.append(node - least - (next(source) * (most - least + 1) >> 64))
    return [leaf_count - 1 - one for one in found] if backward else found


def seal_pass(seal_id, rounds, backward, before):
    count = len(before)
    after = [None] * count
    for index in reversed(range(count)) if backward else range(count):
        key = sha256(
            seal_id
            + le(backward, 1)
            + le(index, 8)
            + b"".join(after[one] for one in parents(seal_id, count, backward, index))
        )
        for _ in range(rounds):
            key = sha256(key)
        stream = b"".join(sha256(key + le(block, 1)) for block in range(8))
        after[index] = bytes(one ^ other for one, other in zip(before[index], stream))
    return after


def sealing():
    replicas = []
    for scheme, key, replica, length, rounds in [
        ("ed25519", seeded("storage device") + b"\0", 0, 1, 1),
        ("ed25519", seeded("storage device") + b"\0", 7, 300, 2),
        ("p256", b"\x03" + seeded("storage device"), 7, 300, 2),
        ("p256", b"\x02" + seeded("storage device"), 2**32 - 1, 13 * LEAF, 5),
        ("ed25519", seeded("another device") + b"\0", 1, 70 * LEAF - 9, 3),
    ]:
        content = b"".join(seeded("content", at) for at in range(length // 32 + 1))[:length]
        count = -(-length // LEAF)
        padded = content + bytes(count * LEAF - length)
        leaves = [padded[at * LEAF : (at + 1) * LEAF] for at in range(count)]
        content_root = leaf_tree(leaves)
        seal_id = sha256(
            b"cairn:seal:v1\0\0\0" + key + le(replica, 4) + content_root + le(count, 8) + le(rounds, 4)
        )
        middle = seal_pass(seal_id, rounds, False, leaves)
        sealed = seal_pass(seal_id, rounds, True, middle)
        replicas.append(
            {
                "scheme": scheme,
                "device": key.hex(),
                "replica": replica,
                "content": content.hex(),
                "leaf_count": str(count),
                "rounds": rounds,
                "content_root": content_root.hex(),
                "middle_root": leaf_tree(middle).hex(),
                "replica_root": leaf_tree(sealed).hex(),
                "last_parents": [
                    [str(one) for one in parents(seal_id, count, False, count - 1)],
                    [str(one) for one in parents(seal_id, count, True, 0)],
                ],
                "first_sealed_leaf": sealed[0].hex(),
            }
        )
    schedules = []
    for starts_at_ms, ends_at_ms, window_ms, deadline_ms, challenges in [
        (1_000_000, 1_600_000, 10_000, 30_000, 4),
        (1_000_001, 1_600_000, 60_000, 60_000, 3),
        (1_000_000, 1_050_000, 10_000, 10_000, 9),
        (1_000_000, 1_040_000, 60_000, 10_000, 2),
    ]:
        key = seeded("storage device") + b"\0"
        first = -(-starts_at_ms // window_ms) * window_ms
        starts = list(range(first, ends_at_ms - deadline_ms - window_ms + 1, window_ms))
        slots = min(len(starts), challenges)
        due = []
        for slot in range(slots):
            members = [w for w in range(len(starts)) if w * slots // len(starts) == slot]
            for position, window in enumerate(members):
                seed = seeded("window", starts[window])
                draw = sha256(b"cairn:ask:v1\0\0\0\0" + seed + key + le(7, 4))
                left = len(members) - position
                if int.from_bytes(draw[:8], "little") * left >> 64:
                    continue
                source = draws(draw)
                due.append(
                    {
                        "slot": str(slot),
                        "from_ms": str(starts[window]),
                        "leaves": [str(next(source) * 1_000_003 >> 64) for _ in range(5)],
                        "seal": next(source) * 5 >> 64,
                        "pass": next(source) * 2 >> 64,
                    }
                )
                break
        schedules.append(
            {
                "starts_at_ms": str(starts_at_ms),
                "ends_at_ms": str(ends_at_ms),
                "window_ms": str(window_ms),
                "deadline_ms": str(deadline_ms),
                "challenges": challenges,
                "device": key.hex(),
                "replica": 7,
                "leaf_count": "1000003",
                # Of every window that begins from here on, in order, ten before the epoch first.
                "seeds": [
                    {"from_ms": str(at), "seed": seeded("window", at).hex()}
                    for at in range(first - 10 * window_ms, ends_at_ms + 3 * window_ms, window_ms)
                ],
                "due": due,
            }
        )
    return {"replicas": replicas, "schedules": schedules}


def main():
    check = sys.argv[1:] == ["--check"]
    stale = []
    contents = {
        "merkle": merkle(),
        "emission": emission(),
        "messages": messages(),
        "compute": compute(),
        "sensor": sensor(),
        "sealing": sealing(),
    }
    for name, content in contents.items():
        path = HERE / f"{name}.json"
        text = json.dumps(content, indent=1) + "\n"
        if not check:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            stale.append(path.name)
    if stale:
        sys.exit(f"not what make.py writes: {', '.join(stale)}; run python3 {__file__}")


if __name__ == "__main__":
    main()
