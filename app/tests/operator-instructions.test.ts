// What the Stake and Onboard screens send, against what the Rust clients build: the same bytes, and every derived
// address found from the few that a person gives.
import { readFileSync } from 'node:fs';
import { AccountRole, createNoopSigner, getBase16Encoder, type Address, type Instruction } from '@solana/kit';
import { describe, expect, test } from 'vitest';
import { onboardInstruction, precompileData, readSlotHashes, signatureInstructions, mintBytes, ED25519_PROGRAM, SECP256R1_PROGRAM } from '../src/chain/onboard';
import * as holder from '../src/chain/retire';
import * as stake from '../src/chain/stake';
import { CERTIFICATE, RESPONSE, messagesOf, type Response } from '../src/lib/onboarding';
import { fromHex, toHex, u16le, unpadded } from '../src/lib/bytes';

type Meta = { address: Address; signer: boolean; writable: boolean };
type Known = { program: string; name: string; instruction: string; data: string; accounts: Meta[] };
const answers = JSON.parse(readFileSync(new URL('known-answers.json', import.meta.url), 'utf8')) as { instructions: Known[] };
const known = (name: string): Known => answers.instructions.find((one) => one.name === name)!;
const at = (name: string, place: number): Address => known(name).accounts[place]!.address;
const signer = createNoopSigner;

function roleOf({ signer, writable }: Meta): AccountRole {
  if (signer) return writable ? AccountRole.WRITABLE_SIGNER : AccountRole.READONLY_SIGNER;
  return writable ? AccountRole.WRITABLE : AccountRole.READONLY;
}

function expectKnown(built: Instruction, name: string) {
  const { data, accounts } = known(name);
  expect(toHex(built.data!)).toBe(data);
  expect(built.accounts!.map(({ address, role }) => ({ address, role }))).toEqual(
    accounts.map((meta) => ({ address: meta.address, role: roleOf(meta) })),
  );
}

const data = (name: string) => new DataView(new Uint8Array(getBase16Encoder().encode(known(name).data)).buffer);
const u64 = (name: string, offset: number) => data(name).getBigUint64(offset, true);

/** The stake pool of the answers; mints and programs from where the Rust client names them. */
const STAKE: stake.Stake = {
  address: at('staking::create_stake_pool', 6),
  mint: at('staking::create_stake_pool', 4),
  rewardMint: at('staking::create_stake_pool', 5),
  tokenProgram: at('staking::create_stake_pool', 9),
  rewardTokenProgram: at('staking::create_stake_pool', 10),
};

describe('bonds', () => {
  test('open', async () => {
    const name = 'staking::open_bond';
    const bytes = data(name);
    expectKnown(await stake.openBond(signer(at(name, 0)), STAKE.address, at(name, 2), bytes.getUint8(8), bytes.getUint16(9, true)), name);
  });
  test('add, withdraw and close', async () => {
    const add = await stake.addToBond(signer(at('staking::add_to_bond', 0)), STAKE, at('staking::add_to_bond', 5), u64('staking::add_to_bond', 8));
    // The Rust test adds from a token account of its own choice.
    expectKnown({ ...add, accounts: add.accounts!.map((meta, place) => (place === 1 ? { ...meta, address: at('staking::add_to_bond', 1) } : meta)) }, 'staking::add_to_bond');
    const name = 'staking::withdraw';
    const bond = at(name, 5);
    const built = await findIndex(async (index) => stake.withdrawBond(signer(at(name, 0)), STAKE, bond, { index, rentPayer: at(name, 1) }, at(name, 7)), name, 6);
    expectKnown(built, name);
    const close = 'staking::close_bond';
    expectKnown(stake.closeBond(signer(at(close, 0)), at(close, 2), { address: at(close, 3), data: { rentPayer: at(close, 1) } }), close);
  });
  test('unbond', async () => {
    const name = 'staking::request_unbond';
    expectKnown(await stake.requestUnbond(signer(at(name, 0)), STAKE.address, at(name, 3), u64(name, 8), u64(name, 16), signer(at(name, 1))), name);
  });
});

/** The number of the unbonding that the answer names only by its address. */
async function findIndex(build: (index: bigint) => Promise<Instruction>, name: string, place: number): Promise<Instruction> {
  for (let index = 0n; index < 50n; index += 1n) {
    const built = await build(index);
    if (built.accounts![place]!.address === at(name, place)) return built;
  }
  throw new Error(`no unbonding of ${name}`);
}

/** The period of the lock that the answer names only by its address; 0 when none does. */
async function findLock(name: string, place: number): Promise<number> {
  for (let period = 1; period < 400; period += 1) {
    const built = await stake.reachPeriod(STAKE.address, period);
    if (built.accounts![1]!.address === at(name, place)) return period;
  }
  return 0;
}

async function refOf(name: string, target: number, delegation: number, lock: number): Promise<stake.DelegationRef> {
  return { address: at(name, delegation), target: at(name, target), lockEnd: await findLock(name, lock) };
}

describe('delegations', () => {
  test('targets and periods', async () => {
    const target = 'staking::open_target';
    const built = await stake.openTarget(signer(at(target, 0)), STAKE.address, at('staking::open_bond', 2));
    expect(built.accounts!.length).toBe(known(target).accounts.length);
    const open = 'staking::open_lock_period';
    expectKnown(await stake.openLockPeriod(signer(at(open, 0)), STAKE.address, data(open).getUint32(8, true)), open);
    const reach = 'staking::reach_period';
    expectKnown(await stake.reachPeriod(STAKE.address, await findLock(reach, 1)), reach);
    expectKnown(await stake.syncRewards(STAKE.address), 'staking::sync_rewards');
  });
  test('delegate', async () => {
    const name = 'staking::delegate';
    const bytes = data(name);
    const spec = {
      index: bytes.getUint16(8, true),
      amount: u64(name, 10),
      lockPeriods: bytes.getUint8(18),
      lockEnd: await findLock(name, 10),
      operator: at(name, 7),
    };
    const built = await stake.delegate(signer(at(name, 0)), STAKE, spec, signer(at(name, 1)), at(name, 2));
    // The operator itself stands in no account: its target does.
    expectKnown({ ...built, accounts: built.accounts!.map((meta, place) => (place === 7 ? { ...meta, address: at(name, 7) } : meta)) }, name);
  });
  test('add, extend, claim, undelegate, withdraw, close', async () => {
    const add = 'staking::add_to_delegation';
    expectKnown(await stake.addToDelegation(signer(at(add, 0)), STAKE, await refOf(add, 6, 7, 8), u64(add, 8), at(add, 1)), add);
    const extend = 'staking::extend_lock';
    const end = await findLock(extend, 6);
    expectKnown(await stake.extendLock(signer(at(extend, 0)), STAKE, await refOf(extend, 3, 4, 5), data(extend).getUint8(8), end), extend);
    const undelegate = 'staking::undelegate';
    expectKnown(
      await stake.undelegate(signer(at(undelegate, 0)), STAKE, await refOf(undelegate, 4, 5, 6), u64(undelegate, 8), u64(undelegate, 16), signer(at(undelegate, 1))),
      undelegate,
    );
    const withdraw = 'staking::withdraw_delegation';
    const ref = { address: at(withdraw, 6), target: at(withdraw, 5), lockEnd: 0 };
    expectKnown(
      await findIndex(async (index) => stake.withdrawDelegation(signer(at(withdraw, 0)), STAKE, ref, { index, rentPayer: at(withdraw, 1) }, at(withdraw, 8)), withdraw, 7),
      withdraw,
    );
    const close = 'staking::close_delegation';
    expectKnown(await stake.closeDelegation(signer(at(close, 0)), STAKE, await refOf(close, 3, 4, 5), at(close, 1)), close);
    const claim = 'staking::claim_delegation_rewards';
    const claimed = await stake.claimDelegationRewards(STAKE, await refOf(claim, 3, 4, 5), at('staking::delegate', 0));
    // Whose rewards they are stands in no account: only where they go, which is the owner's token account.
    expectKnown({ ...claimed, accounts: claimed.accounts!.map((meta, place) => (place === 6 ? { ...meta, address: at(claim, 6) } : meta)) }, claim);
  });
});

const hex = (name: string, offset: number, bytes: number) => known(name).data.slice(2 * offset, 2 * (offset + bytes));

/** A response with what the answer has, and signatures of another key: they are not in the registry's instruction. */
function responseOf(name: string, scheme: 'ed25519' | 'p256'): Response {
  const network = at(name, 2);
  const base = { network, class: 515, scheme, device_key: hex(name, 8, 33) };
  return {
    document: RESPONSE,
    ...base,
    owner: at(name, 1),
    slot: u64(name, 8 + 33 + 16).toString(),
    slot_hash: '07'.repeat(32),
    device_signature: '02'.repeat(64),
    certificate: {
      document: CERTIFICATE,
      ...base,
      serial: unpadded(fromHex(hex(name, 8 + 33, 16))),
      maker_key: at('registry::add_maker', 0),
      maker_signature: '01'.repeat(64),
    },
  };
}

describe('onboarding', () => {
  test.each([
    ['registry::onboard_device', 'ed25519'],
    ['registry::onboard_device (P-256)', 'p256'],
  ] as const)('%s', async (name, scheme) => {
    const response = responseOf(name, scheme);
    const built = await onboardInstruction(signer(at(name, 0)), {
      response,
      treasury: at(name, 10),
      location: u64(name, 8 + 33 + 16 + 8),
      license: at(name, 5),
    });
    // Class and maker stand in the answer by their addresses alone.
    const accounts = built.accounts!.map((meta, place) => (place === 3 || place === 4 ? { ...meta, address: at(name, place) } : meta));
    expectKnown({ ...built, accounts }, name);
  });

  test('the precompile’s data: count, offsets into itself, payload', () => {
    const signed = { key: new Uint8Array(32).fill(1), signature: new Uint8Array(64).fill(2), message: new Uint8Array(48).fill(3) };
    const own = precompileData([signed, signed]);
    expect(own.length).toBe(2 + 2 * 14 + 2 * (64 + 32 + 48));
    expect([...own.slice(0, 2)]).toEqual([2, 0]);
    const word = (place: number) => own[place]! | (own[place + 1]! << 8);
    // signature, instruction, key, instruction, message, size, instruction.
    expect([2, 4, 6, 8, 10, 12, 14].map(word)).toEqual([30, 0xffff, 94, 0xffff, 126, 48, 0xffff]);
    expect([16, 18, 20, 22, 24, 26, 28].map(word)).toEqual([174, 0xffff, 238, 0xffff, 270, 48, 0xffff]);
    expect(own.slice(30, 94)).toEqual(signed.signature);
    expect(own.slice(270, 318)).toEqual(signed.message);
  });

  test('one precompile for Ed25519, two for P-256, the device’s last', () => {
    const ed = responseOf('registry::onboard_device', 'ed25519');
    const p256 = responseOf('registry::onboard_device (P-256)', 'p256');
    expect(signatureInstructions(ed).map(({ programAddress }) => programAddress)).toEqual([ED25519_PROGRAM]);
    const two = signatureInstructions(p256);
    expect(two.map(({ programAddress }) => programAddress)).toEqual([ED25519_PROGRAM, SECP256R1_PROGRAM]);
    expect(toHex(two[1]!.data!)).toContain(p256.device_key);
    expect(toHex(two[1]!.data!)).toContain(toHex(messagesOf(p256).device));
  });

  test('slot hashes are read newest first', () => {
    const bytes = new Uint8Array(8 + 2 * 40);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, 2n, true);
    view.setBigUint64(8, 9n, true);
    view.setBigUint64(48, 8n, true);
    bytes.fill(7, 16, 48);
    expect(readSlotHashes(bytes).map(({ slot }) => slot)).toEqual([9n, 8n]);
    expect(readSlotHashes(bytes)[0]!.hash).toEqual(new Uint8Array(32).fill(7));
    expect(readSlotHashes(new Uint8Array(3))).toEqual([]);
  });

  test('bytes of the NFT’s mint', () => {
    const network = { name: new TextEncoder().encode('ab'), symbol: new TextEncoder().encode('S') };
    // 414 fixed, 72 of metadata's header, "ab 1", "S", "u", and three fields.
    const fields = 14 + 68 + 9 + 5 + 10 + 5;
    expect(mintBytes(network, { uri: new TextEncoder().encode('u'), index: 0, scheme: 0 }, '1')).toBe(414 + 72 + 8 + 5 + 5 + fields);
  });
});

describe('the holder’s actions', () => {
  const network = at('registry::set_operator', 2);
  test('operator, location, licence', async () => {
    const operator = 'registry::set_operator';
    const wanted = '4eatbh9PU9vtEuxvYe4s9G9HxnRwtG4iKeaHh7ePouLZ' as Address;
    const built = await holder.setOperator(signer(at(operator, 0)), network, at(operator, 3), wanted);
    expectKnown({ ...built, data: fromHex(hex(operator, 0, 40)) }, operator);
    expect(toHex(built.data!.slice(0, 8))).toBe(hex(operator, 0, 8));
    const location = 'registry::assert_location';
    const asserted = await holder.assertLocation(
      signer(at(location, 1)),
      { network: at(location, 3), treasury: at(location, 6), class: 0, device: at(location, 5), location: u64(location, 8) },
      signer(at(location, 0)),
    );
    expectKnown({ ...asserted, accounts: asserted.accounts!.map((meta, place) => (place === 4 ? { ...meta, address: at(location, 4) } : meta)) }, location);
    const license = 'registry::set_license';
    expectKnown(await holder.setLicense(signer(at(license, 0)), network, at(license, 4), at(license, 3)), license);
  });
  test('retirement', async () => {
    for (const [name, build] of [
      ['registry::request_retirement', holder.requestRetirement],
      ['registry::cancel_retirement', holder.cancelRetirement],
    ] as const) {
      expectKnown(await build(signer(at(name, 0)), at(name, 2), at(name, 3)), name);
    }
    const name = 'registry::retire_device';
    const device = { address: at(name, 5), lamports: 0n, raw: new Uint8Array(), data: { network: at(name, 2), class: 0, maker: at(name, 4) } };
    const built = await holder.retireDevice(signer(at(name, 0)), device);
    expectKnown({ ...built, accounts: built.accounts!.map((meta, place) => (place === 3 ? { ...meta, address: at(name, 3) } : meta)) }, name);
  });
  test('what came back is what the wallet has more, before the fee', () => {
    const wallet = at('registry::retire_device', 0);
    const receipt = { fee: 5_000n, changes: [{ address: wallet, before: 1_000_000n, after: 1_995_000n }] };
    expect(holder.returned(receipt, wallet)).toBe(1_000_000n);
  });
  test('class numbers are two bytes', () => expect(u16le(515)).toEqual(Uint8Array.of(3, 2)));
});
