#!/usr/bin/env python3
"""The known answer of `epoch.rs`, from the documented preimages and nothing of the Rust code."""
import hashlib
import struct


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def u64(n):
    return struct.pack("<Q", n)


def address(what, number):
    return sha(what, bytes([number]))


def parent(a, b):
    return sha(a[0], u64(a[1]), b[0], u64(b[1])), a[1] + b[1]


def root(nodes):
    while len(nodes) > 1:
        if len(nodes) % 2:
            nodes.append((bytes(32), 0))
        nodes = [parent(nodes[i], nodes[i + 1]) for i in range(0, len(nodes), 2)]
    return nodes[0]


NETWORK, POOL, TREASURY, PRICE, BUDGET = bytes([5]) * 32, bytes([6]) * 32, bytes([7]) * 32, 50_000_000, 1_000
# Devices 0, 1 and 7 have one point each; device 1 has a receipt of 12 credits, worth 240 smallest
# units, of which 80 % may be earned; receipts may earn 30 % of the budget.
usage = min(BUDGET * 3_000 // 10_000, 12 * 10**9 * 8_000 // (PRICE * 10_000))
rest = BUDGET - usage
shares = {0: rest // 3, 1: rest // 3 + usage, 7: rest // 3}
dust = BUDGET - sum(shares.values())
operators = {}
for number, tokens in shares.items():
    devices = operators.setdefault(address(b"operator", number % 5), {})
    devices[address(b"device", number)] = tokens
leaves = []
for operator in sorted(set(operators) | ({TREASURY} if dust else set())):
    devices = operators.get(operator, {})
    nodes = [(sha(operator, d, u64(t)), t) for d, t in sorted(devices.items())]
    devices_root = root(nodes)[0] if nodes else bytes(32)
    total = sum(devices.values()) + (dust if operator == TREASURY else 0)
    leaves.append((sha(POOL, operator, u64(total), devices_root), total))
top = root(leaves)
print("root", top[0].hex(), top[1])
customer = sha(b"customer", bytes([3]))
print("usage root", sha(b"cairn:usage:v1\0\0", POOL, customer, u64(12)).hex())
manifest = b"".join([
    b"cairn:manifest:2", NETWORK, POOL, u64(3), u64(300), u64(400), TREASURY, u64(BUDGET),
    b"\x01", u64(PRICE), bytes(32), u64(0), bytes(32), u64(0), struct.pack("<I", 2),
] + [bytes([n]) * 32 for n in range(1, 9)])
print("manifest", sha(manifest).hex())
