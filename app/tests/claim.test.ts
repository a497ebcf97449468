// Claims as transactions: accounts as the Rust client names them, sizes as the network carries them.
import { readFileSync } from 'node:fs';
import {
  createNoopSigner,
  getAddressDecoder,
  type AccountMeta,
  type Address,
  type Instruction,
} from '@solana/kit';
import { describe, expect, test } from 'vitest';
import { claimInstruction, claimSteps, nameable, type ClaimInput, type ClaimStep } from '../src/chain/claim';
import {
  associatedToken,
  claimantOf,
  oracleSetOf,
  TOKEN_2022_PROGRAM,
  TOKEN_PROGRAM,
  vaultOf,
} from '../src/chain/pda';
import { problemOf } from '../src/chain/prepare-claim';
import { MAX_TRANSACTION_BYTES, transactionBytes } from '../src/chain/send';
import { createTable, isUsable, readTable, TABLE_PROGRAM, type LookupTable } from '../src/chain/tables';
import { concat, u64le } from '../src/lib/bytes';

type Known = { name: string; accounts: { address: Address; signer: boolean; writable: boolean }[] };
const answers = JSON.parse(readFileSync(new URL('known-answers.json', import.meta.url), 'utf8')) as {
  instructions: Known[];
};
const known = (name: string) => answers.instructions.find((one) => one.name === name)!.accounts;

const key = (n: number, of = 0): Address =>
  getAddressDecoder().decode(Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? n : at === 1 ? of : 9)));
const signer = createNoopSigner(key(0));
const pool = { address: key(1), data: { mint: key(2), tokenProgram: TOKEN_PROGRAM } };

function input(depth: number, payees: number, more: Partial<ClaimInput> = {}): ClaimInput {
  const step = { hash: '00'.repeat(32), sum: '0' };
  return {
    signer,
    pool,
    operator: key(3),
    view: {
      lifetime_total: '1',
      devices_root: '00'.repeat(32),
      leaf_index: 0,
      proof: Array.from({ length: depth }, () => step),
    },
    accounts: {
      claimant: {},
      destinations: Array.from({ length: payees }, (_, at) => key(100 + at)),
      toCreate: [],
    },
    ...more,
  };
}

const unmade = (addresses: Address[]): LookupTable => ({
  address: key(77),
  authority: signer.address,
  active: true,
  lastExtendedSlot: 0n,
  addresses,
});

/** Every transaction fits, with its table. */
function expectFits(steps: readonly ClaimStep[]) {
  const made = steps.find((step) => step.kind === 'table');
  for (const step of steps) {
    if (step.kind === 'table') continue;
    const table =
      step.kind === 'claim' ? (step.table === 'new' ? unmade(made!.addresses) : step.table) : null;
    const bytes = transactionBytes(
      signer,
      step.instructions,
      table ? { [table.address]: table.addresses } : undefined,
    );
    expect(bytes).toBeLessThanOrEqual(MAX_TRANSACTION_BYTES);
  }
}

describe('addresses are those of the Rust client', () => {
  test('of a claim', async () => {
    const [poolMeta, , vault] = known('rewards::claim');
    expect(await vaultOf(poolMeta!.address)).toBe(vault!.address);
  });

  test('of opening a claimant', async () => {
    const [, poolMeta, operator, , claimant] = known('rewards::open_claimant');
    expect(await claimantOf(poolMeta!.address, operator!.address)).toBe(claimant!.address);
  });

  test('of an oracle set', async () => {
    const accounts = known('rewards::create_oracle_set').map(({ address }) => address);
    const derived = await Promise.all(accounts.map((address) => oracleSetOf(address)));
    expect(derived.some((address) => accounts.includes(address))).toBe(true);
  });
});

describe('the instruction', () => {
  test('names the accounts in the program’s order, all payees after the first at the end', async () => {
    const claim = await claimInstruction(input(2, 3));
    const metas = claim.accounts as AccountMeta[];
    expect(metas.map(({ address }) => address)).toEqual([
      pool.address,
      await claimantOf(pool.address, key(3)),
      await vaultOf(pool.address),
      key(100),
      TOKEN_PROGRAM,
      claim.programAddress,
      key(101),
      key(102),
    ]);
    const shape = (accounts: { signer: boolean; writable: boolean }[]) =>
      accounts.map(({ writable }) => writable);
    expect(metas.map(({ role }) => (role & 1) === 1)).toEqual(shape(known('rewards::claim/payees')));
  });

  test('names the mint where Token-2022 asks for it', async () => {
    const data = { mint: key(2), tokenProgram: TOKEN_2022_PROGRAM };
    const claim = await claimInstruction({ ...input(2, 1), pool: { address: pool.address, data } });
    expect((claim.accounts as AccountMeta[])[5]!.address).toBe(key(2));
  });

  test('pays the operator’s own account when no destination is known', async () => {
    const claim = await claimInstruction(input(2, 0));
    expect((claim.accounts as AccountMeta[])[3]!.address).toBe(
      await associatedToken(key(3), key(2), TOKEN_PROGRAM),
    );
  });
});

describe('transactions', () => {
  test.each([
    [1, false],
    [2, false],
    [3, true],
    [8, true],
  ])('a proof of a million operators with %d payees: a table is %s', async (payees, table) => {
    const steps = await claimSteps(input(20, payees));
    expect(steps.map(({ kind }) => kind)).toEqual(table ? ['table', 'claim'] : ['claim']);
    expectFits(steps);
  });

  test('a table that is there is used again, whatever else it holds', async () => {
    const [table] = await claimSteps(input(20, 8));
    const addresses = table?.kind === 'table' ? table.addresses : [];
    const unrelated = unmade(Array.from({ length: 50 }, (_, at) => key(200, at)));
    const wider = unmade([...addresses, ...unrelated.addresses]);
    const steps = await claimSteps(input(20, 8, { tables: [unrelated, wider] }));
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({ kind: 'claim', table: wider });
    expect((await claimSteps(input(20, 8, { tables: [unrelated] }))).map(({ kind }) => kind)).toEqual([
      'table',
      'claim',
    ]);
  });

  test('the first claim opens the claimant in the same transaction when that fits', async () => {
    const accounts = { claimant: null, destinations: [key(100)], toCreate: [key(3)] };
    const small = await claimSteps(input(6, 1, { accounts }));
    expect(small).toHaveLength(1);
    expect(small[0]).toMatchObject({ kind: 'claim', opens: true });
    expect((small[0] as { instructions: Instruction[] }).instructions).toHaveLength(3);
    const large = await claimSteps(input(20, 1, { accounts }));
    expect(large.map(({ kind }) => kind)).toEqual(['open', 'claim']);
    expectFits([...small, ...large]);
  });

  test('missing token accounts of payees are created first, as many to a transaction as fit', async () => {
    const payees = Array.from({ length: 8 }, (_, at) => key(100 + at));
    const steps = await claimSteps(
      input(20, 8, {
        accounts: { claimant: {}, destinations: payees, toCreate: payees.map((_, at) => key(150 + at)) },
      }),
    );
    expect(steps.at(-2)?.kind).toBe('table');
    expect(steps.filter(({ kind }) => kind === 'accounts').length).toBeLessThan(8);
    const created = steps.flatMap((step) => (step.kind === 'accounts' ? step.instructions : []));
    expect(created).toHaveLength(8);
    expectFits(steps);
  });

  test('a proof that fits nowhere is refused', async () => {
    await expect(claimSteps(input(26, 3))).rejects.toMatchObject({ code: 'transaction_too_large' });
  });
});

describe('before anything is signed', () => {
  const cost = { balance: 10_000n, total: 5_000n, keep: 5_000n };
  const free = { payable: 5n, cap: { room: null } };

  test('nothing is known against a claim that is paid for', () => {
    expect(problemOf(5n, free, cost)).toBeNull();
  });

  test.each([
    ['rewards_nothing_to_claim', 0n, { ...free, payable: 0n }, cost],
    ['rewards_breaker_open', 5n, { ...free, payable: 0n }, cost],
    ['rewards_operator_cap_reached', 5n, { payable: 0n, cap: { room: 0n } }, cost],
    ['insufficient_sol', 5n, free, { ...cost, balance: 9_999n }],
  ])('%s', (code, due, held, price) => {
    expect(problemOf(due, held, price)).toMatchObject({ code, hint: expect.any(String) });
  });
});

describe('lookup tables', () => {
  test('name neither programs nor signers', async () => {
    const claim = await claimInstruction(input(2, 2));
    const named = nameable(claim, signer.address);
    expect(named).not.toContain(claim.programAddress);
    expect(named).toContain(key(101));
    expect(new Set(named).size).toBe(named.length);
  });

  test('are made and filled by one transaction', async () => {
    const [step] = await claimSteps(input(20, 8));
    const addresses = step?.kind === 'table' ? step.addresses : [];
    expect(addresses.length).toBeLessThanOrEqual(20);
    const { instructions } = await createTable(signer, 123n, addresses);
    expect(transactionBytes(signer, instructions)).toBeLessThanOrEqual(MAX_TRANSACTION_BYTES);
  });

  test('decode, and know when they can be used', () => {
    const raw = (deactivated: bigint) => ({
      address: key(5),
      owner: TABLE_PROGRAM,
      lamports: 1n,
      data: concat(
        [1, 0, 0, 0],
        u64le(deactivated),
        u64le(7n),
        [0, 1],
        Array.from({ length: 32 }, (_, at) => (at === 0 ? 0 : at === 1 ? 0 : 9)),
        [0, 0],
        new Uint8Array(32).fill(2),
      ),
    });
    const table = readTable(raw((1n << 64n) - 1n))!;
    expect(table).toMatchObject({ authority: signer.address, active: true, lastExtendedSlot: 7n });
    expect(table.addresses).toHaveLength(1);
    expect([isUsable(table, 7n), isUsable(table, 8n)]).toEqual([false, true]);
    expect(isUsable(readTable(raw(100n))!, 1_000n)).toBe(false);
    expect(readTable({ ...raw(0n), owner: key(1) })).toBeNull();
  });
});
