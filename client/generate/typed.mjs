// Renders the typed layer over one program's Rust client: its accounts, events and the structs in
// them with units (`Tokens`, `Lamports`, `Epoch`, …), flags and texts instead of raw integers and
// bytes, readable from the generated types and writable as JSON.
//
// Usage: node typed.mjs IDL.json OUT.rs MODULE
//
// scripts/generate calls it. Every integer of 64 bits has to be named in `units` below: a field that
// is not is an error here, so that a new amount cannot stay without its unit.
import { readFileSync, writeFileSync } from 'node:fs';
import { readIdl } from './idl.mjs';

const [idlPath, out, module] = process.argv.slice(2);
if (!module) {
  console.error('usage: node typed.mjs IDL.json OUT.rs MODULE');
  process.exit(2);
}
const { idl, events } = readIdl(idlPath);

/** What the numbers count, by `Type.field` or `field`. */
const units = unitsByName({
  Tokens: `amount paid proposer_bond challenger_bond bond burned claimed_total window_outflow
    remint_cap burned_total root_sum old_root_sum new_root_sum penalties_sum
    Finalized.delegators Finalized.oracles Finalized.treasury minted earned old_paid new_paid
    delegators_total delegators_paid oracles_total oracles_paid treasury_total treasury_paid
    folded_emitted remint_folded left_over proposal_bond challenge_bond max_amount per_epoch remint
    old_amount new_amount previous_amount earlier_amount unbonding owed lost delegated cap taken
    challenger_due executed from_unbonding from_delegators for_treasury for_challenger shared stake
    rewards dust bonded_total unbonding_total delegated_total undelegating_total treasury_stake_due
    treasury_reward_due reward_balance reward_total weighted locked
    OracleSet.earned`,
  Credits: `UsageSettled.amount balance escrowed withdrawing bought_total settled_total usage_sum
    lapsed credits old_balance new_balance old_escrowed new_escrowed old_withdrawing
    new_withdrawing old_settled new_settled lifetime_spent backing previous_backing
    earlier_backing`,
  CreditPrice: 'price old_price new_price previous_price earlier_price',
  Lamports: 'onboarding_fee_lamports location_fee_lamports',
  Points: 'points_cap',
  Epoch: `epoch first_epoch from_epoch root_epoch pending_splits_epoch folded_epoch
    remint_folded_epoch penalties_from_epoch`,
  Cell: 'location previous_location old_location new_location',
  BasisPoints: `bps max_bps challenge_burn_bps penalty_cap_bps burn_bps treasury_bps challenger_bps
    Splits.operators Splits.delegators Splits.oracles Splits.treasury`,
  // Plain numbers: counts, places in a ring, factors.
  plain: `device_count live_device_count account_count unbonding_count index lock_ring factor`,
});
const flags = new Set(
  `paused license_required closed revoked has_oracle_set has_credit_market has_challenge names_mint
   reached marked counted_at_target`.split(/\s+/),
);
const texts = new Set('name symbol uri serial region band_plan'.split(' '));
/** What only the program needs. */
const skipped = /^(reserved|.*bump)$/;
/** What a program mirrors of another's. */
const mirrored = new Set(module === 'staking' ? ['Network', 'NetworkTerms'] : []);
/** Lists of which only the first so many, or those with something in them, mean anything. */
const lists = {
  'Pool.steps': '.take(usize::from(from.step_count))',
  'Pool.burns': '.filter(|burn| burn.burned != 0)',
  'CreditMarket.reports': '.filter(|report| report.at != 0)',
};

const types = new Map(idl.types.map((type) => [type.name, type]));
const eventNames = new Set(events.map((event) => event.name));
const accounts = (idl.accounts ?? []).map((a) => a.name).filter((name) => !mirrored.has(name));
const used = new Set();
const written = new Set();
for (const { args } of idl.instructions) for (const arg of args) visit(arg.type, written);
for (const name of [...accounts, ...eventNames]) visit({ defined: { name } }, used);
const rendered = [...used].filter((name) => !mirrored.has(name)).sort();

const usedUnits = new Set();
const body = rendered.map(renderType).join('\n');
const names = [...eventNames];
writeFileSync(
  out,
  `//! Accounts, events and terms of the ${module} program with their units.
//! Rendered by client/generate from the program's IDL; \`make generate\` writes it.

use crate::{${body.includes('unpadded(') ? 'address::unpadded, ' : ''}amount::{${[...usedUnits].sort().join(', ')}}};
use cairn_generated::${module}::{accounts, events, types};
use serde::Serialize;
use solana_address::Address;

${body}
/// Any event of the program. In JSON its name stands beside its fields, as \`event\`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "events are few and short-lived")]
pub enum Event {
${names.map((name) => `${docs(types.get(name).docs)}${name}(${name}),`).join('\n')}
}

impl From<&events::Event> for Event {
    fn from(from: &events::Event) -> Self {
        match from {
${names.map((name) => `events::Event::${name}(event) => Self::${name}(event.into()),`).join('\n')}
        }
    }
}
`,
);

/** Collects the structs that `type` reaches. */
function visit(type, into) {
  const name = type?.defined?.name;
  if (name && types.has(name) && !into.has(name)) {
    into.add(name);
    for (const field of types.get(name).type.fields ?? []) visit(field.type, into);
  } else if (type?.array) visit(type.array[0], into);
  else if (type?.vec) visit(type.vec, into);
}

function renderType(name) {
  const { type, docs: about } = types.get(name);
  const from = accounts.includes(name) ? 'accounts' : 'types';
  const fields = type.fields
    .filter((field) => !skipped.test(field.name))
    .map((field) => ({ ...field, ...mapping(name, field) }));
  const dropped = type.fields.filter((field) => skipped.test(field.name));
  const lines = (f) => fields.map(f).join('\n');
  // Structs that instructions take can be written back; what they reserve is zero.
  const writable = written.has(name) && from === 'types' && fields.every((field) => field.back);
  const copy = fields.every((field) => field.copy) ? 'Copy, ' : '';
  let text = `${docs(about)}#[derive(Debug, Clone, ${copy}PartialEq, Eq, Serialize)]
pub struct ${name} {
${lines((f) => `${docs(f.docs)}${f.attribute ?? ''}pub ${f.name}: ${f.rust},`)}
}

impl From<&${from}::${name}> for ${name} {
    fn from(from: &${from}::${name}) -> Self {
        Self {
${lines((f) => `${f.name}: ${f.read},`)}
        }
    }
}
`;
  if (writable) {
    text += `
impl From<${name}> for ${from}::${name} {
    fn from(from: ${name}) -> Self {
        Self {
${lines((f) => `${f.name}: ${f.back},`)}
${dropped.map((f) => `${f.name}: ${f.type.array ? `[0; ${f.type.array[1]}]` : '0'},`).join('\n')}
        }
    }
}
`;
  }
  return text;
}

/** The Rust type of a field, how it is read, and how it is written back. */
function mapping(owner, { name, type }) {
  const from = `from.${name}`;
  const unit = units.get(`${owner}.${name}`) ?? units.get(name);
  const wide = type === 'u64' || (type === 'u16' && unit);
  if (wide && !unit) throw new Error(`${module}: ${owner}.${name} has no unit in client/generate/typed.mjs`);
  if (wide && unit !== 'plain') {
    usedUnits.add(unit);
    return { rust: unit, read: `${unit}(${from})`, back: `${from}.0`, copy: true };
  }
  if (type === 'pubkey') {
    const attribute = '#[serde(serialize_with = "crate::typed::address")]\n';
    return { rust: 'Address', read: from, back: from, attribute, copy: true };
  }
  if (type === 'u8' && flags.has(name)) {
    return { rust: 'bool', read: `${from} != 0`, back: `${from}.into()`, copy: true };
  }
  if (type === 'u128') {
    return { rust: 'u128', read: from, back: from, attribute: '#[serde(serialize_with = "crate::typed::text")]\n', copy: true };
  }
  if (typeof type === 'string') {
    const attribute = name === 'factor' ? '#[serde(serialize_with = "crate::typed::text")]\n' : undefined;
    return { rust: type, read: from, back: from, copy: true, attribute };
  }
  if (type.defined) {
    return { rust: type.defined.name, read: `(&${from}).into()`, back: `${from}.into()`, copy: true };
  }
  const [element, length] = type.array ?? [type.vec];
  if (element === 'u8' && texts.has(name)) return { rust: 'String', read: `unpadded(&${from})` };
  if (element === 'u8') {
    return { rust: `[u8; ${length}]`, read: from, attribute: '#[serde(serialize_with = "crate::typed::hex")]\n', copy: true };
  }
  if (element === 'pubkey') {
    return { rust: 'Vec<Address>', read: `${from}.to_vec()`, attribute: '#[serde(serialize_with = "crate::typed::addresses")]\n' };
  }
  if (element === 'u64' && unit !== 'plain') {
    if (!unit) throw new Error(`${module}: ${owner}.${name} has no unit in client/generate/typed.mjs`);
    usedUnits.add(unit);
    return { rust: `Vec<${unit}>`, read: `${from}.iter().copied().map(${unit}).collect()` };
  }
  if (element.defined) {
    const some = lists[`${owner}.${name}`] ?? '';
    return { rust: `Vec<${element.defined.name}>`, read: `${from}.iter()${some}.map(Into::into).collect()` };
  }
  return { rust: `[${element}; ${length}]`, read: from, copy: true };
}

function docs(lines) {
  return (lines?.length ? lines : ['As the program says.']).map((line) => `///${line ? ` ${line}` : ''}\n`).join('');
}

function unitsByName(groups) {
  const all = Object.entries(groups).flatMap(([unit, names]) =>
    names.trim().split(/\s+/).map((name) => [name, unit]),
  );
  return new Map(all);
}
