// The TypeScript clients against what the Rust clients and the programs said: same bytes, same
// accounts, every account and event decodes. `known-answers.json` comes from
// tests/programs/tests/programs/known_answers.rs.
import { readFileSync } from 'node:fs';
import {
  AccountRole,
  createNoopSigner,
  getBase16Encoder,
  type AccountMeta,
  type Address,
  type Codec,
  type ReadonlyUint8Array,
} from '@solana/kit';
import { describe, expect, test } from 'vitest';
import * as registry from '../src/generated/registry';
import * as rewards from '../src/generated/rewards';
import * as staking from '../src/generated/staking';

type Meta = { address: string; signer: boolean; writable: boolean };
type Known = { program: keyof typeof clients; data: string };
type KnownInstruction = Known & { name: string; instruction: string; accounts: Meta[] };

const clients = {
  registry: registry as Record<string, unknown>,
  rewards: rewards as Record<string, unknown>,
  staking: staking as Record<string, unknown>,
};
const answers = JSON.parse(readFileSync(new URL('known-answers.json', import.meta.url), 'utf8')) as {
  instructions: KnownInstruction[];
  accounts: Known[];
  events: Known[];
};
type IdlAccount = { name: string; signer?: boolean };
type Idl = {
  address: string;
  instructions: { name: string; accounts: IdlAccount[] }[];
  accounts: { name: string; discriminator: number[] }[];
  events: { name: string; discriminator: number[] }[];
};
const idls = Object.fromEntries(
  Object.keys(clients).map((program) => [
    program,
    JSON.parse(readFileSync(new URL(`../../idl/cairn_${program}.json`, import.meta.url), 'utf8')) as Idl,
  ]),
);

const bytes = (hex: string) => getBase16Encoder().encode(hex);
const camel = (snake: string) => snake.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const pascal = (snake: string) => camel(`_${snake}`);

/** A function of a client, by name. */
function call<T>(program: keyof typeof clients, name: string, ...args: unknown[]): T {
  const found = clients[program][name];
  if (typeof found !== 'function') throw new Error(`the ${program} client has no ${name}`);
  return found(...args) as T;
}

function roleOf(meta: Meta): AccountRole {
  if (meta.signer) return meta.writable ? AccountRole.WRITABLE_SIGNER : AccountRole.READONLY_SIGNER;
  return meta.writable ? AccountRole.WRITABLE : AccountRole.READONLY;
}

describe('instructions', () => {
  test('every instruction of every program is known', () => {
    for (const [program, idl] of Object.entries(idls)) {
      const known = answers.instructions.filter((one) => one.program === program).map((one) => one.instruction);
      for (const { name } of idl.instructions) expect(known).toContain(name);
    }
  });

  test.each(answers.instructions)('$name is what the Rust client builds', (known) => {
    const data = bytes(known.data);
    const name = pascal(known.instruction);
    const codec = call<Codec<object>>(known.program, `get${name}InstructionDataCodec`);
    const args = codec.decode(data) as Record<string, unknown>;
    expect(codec.encode(args)).toEqual(data);

    const idl = idls[known.program]!.instructions.find((one) => one.name === known.instruction)!;
    const accounts = Object.fromEntries(
      idl.accounts.map((account, at) => {
        const address = known.accounts[at]!.address as Address;
        return [camel(account.name), account.signer ? createNoopSigner(address) : address];
      }),
    );
    // An argument may have the name of an account; the client then calls it `…Arg`.
    const renamed = Object.fromEntries(
      Object.entries(args).map(([key, value]) => [key in accounts ? `${key}Arg` : key, value]),
    );
    const built = call<{ accounts: AccountMeta[]; data: ReadonlyUint8Array; programAddress: Address }>(
      known.program,
      `get${name}Instruction`,
      { ...accounts, ...renamed },
    );
    expect(built.programAddress).toBe(idls[known.program]!.address);
    expect(built.data).toEqual(data);
    // What follows the accounts of the IDL, such as further payees, is the caller's to add.
    const metas = known.accounts.slice(0, idl.accounts.length);
    expect(built.accounts.map(({ address, role }) => ({ address, role }))).toEqual(
      metas.map((meta) => ({ address: meta.address, role: roleOf(meta) })),
    );
  });
});

describe('accounts', () => {
  test.each(answers.accounts)('$program account decodes to the same bytes: $data', (known) => {
    const data = bytes(known.data);
    const kind = idls[known.program]!.accounts.find((account) =>
      account.discriminator.every((byte, at) => byte === data[at]),
    );
    const codec = call<Codec<object>>(known.program, `get${kind!.name}Codec`);
    const account = codec.decode(data) as { version: number };
    expect(account.version).toBe(1);
    const encoded = codec.encode(account);
    // An account may have a tail, such as a claimant's payees.
    expect(encoded).toEqual(data.slice(0, encoded.length));
  });
});

describe('events', () => {
  test('every event of every program is known', () => {
    for (const [program, idl] of Object.entries(idls)) {
      const known = answers.events.filter((one) => one.program === program).map((one) => one.data.slice(0, 16));
      for (const { name, discriminator } of idl.events) {
        const hex = discriminator.map((byte) => byte.toString(16).padStart(2, '0')).join('');
        expect(known, `${program} logs ${name}`).toContain(hex);
      }
    }
  });

  test.each(answers.events)('$program event decodes: $data', (known) => {
    const data = bytes(known.data);
    const kind = idls[known.program]!.events.find((event) =>
      event.discriminator.every((byte, at) => byte === data[at]),
    )!;
    const event = call<{ kind: string; data: object }>(known.program, 'decodeEvent', data);
    expect(event.kind).toBe(kind.name);
    const encoder = call<{ encode(value: object): ReadonlyUint8Array }>(known.program, `get${kind.name}Encoder`);
    expect(encoder.encode(event.data)).toEqual(data.slice(8));
  });
});
