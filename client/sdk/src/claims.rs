//! Claims as transactions: as many to a transaction as fit 1,232 bytes, with a lookup table where
//! one claim alone is too long.
//!
//! A claim of a network with a million operators carries a proof of 800 bytes. With one or two
//! payees it fits as it is; from the third on the accounts have to be named through a table. Its
//! rent comes back when it is closed ([`Client::close_lookup_table`]), and until then every claim
//! that fits with it reuses it.
//!
//! [`plan`] decides, without a connection; [`Client::claim`] looks for tables, makes what is
//! missing, waits until it can be used, and sends.

use crate::{
    Error,
    instruction::{self, PoolKeys},
    lookup_table::{LookupTable, MAX_ADDRESSES},
    rpc::{Client, MAX_TRANSACTION_BYTES, transaction_bytes},
};
use cairn_protocol::merkle::OperatorLeaf;
use solana_address::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signature::Signature;
use solana_signer::Signer;
use std::collections::BTreeSet;

/// What claiming for one operator takes. Its claimant account and the destinations must exist.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The operator's leaf in the active root.
    pub leaf: OperatorLeaf,
    /// Place of the leaf in the tree.
    pub index: u32,
    /// Siblings from the leaf up.
    pub proof: Vec<u8>,
    /// Where the claim goes; see [`destinations`](crate::account::destinations).
    pub destinations: Vec<Address>,
}

impl Claim {
    fn instruction(&self, keys: &PoolKeys) -> Instruction {
        instruction::claim(keys, &self.leaf, self.index, &self.proof, &self.destinations)
    }
}

/// The lookup table of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// None.
    No,
    /// The table with this place among those that exist.
    Existing(usize),
    /// The table with this place among those that have to be made.
    New(usize),
}

/// One transaction.
#[derive(Debug, Clone)]
pub struct ClaimTransaction {
    /// Places of the claims that it carries.
    pub claims: Vec<usize>,
    /// The claims, in that order.
    pub instructions: Vec<Instruction>,
    /// What it names accounts through.
    pub table: Table,
}

/// How a number of claims is sent.
#[derive(Debug, Clone)]
pub struct ClaimPlan {
    /// The transactions; each claim is in one of them.
    pub transactions: Vec<ClaimTransaction>,
    /// Contents of the tables that have to be made first.
    pub new_tables: Vec<Vec<Address>>,
}

/// Packs `claims` of one pool into transactions that `payer` pays: those that fit without a table
/// first, then those that fit with one of `tables`, and the others with new tables.
///
/// # Errors
/// [`Error::TooLarge`] when a claim does not even fit with a table, which no proof that the program
/// accepts can cause.
pub fn plan(
    payer: &Address,
    keys: &PoolKeys,
    claims: &[Claim],
    tables: &[LookupTable],
) -> Result<ClaimPlan, Error> {
    let instructions: Vec<_> = claims.iter().map(|claim| claim.instruction(keys)).collect();
    let fits = |of: &[Instruction], tables: &[LookupTable]| {
        transaction_bytes(payer, of, tables).is_ok_and(|bytes| bytes <= MAX_TRANSACTION_BYTES)
    };
    let mut packing = Packing { instructions: &instructions, transactions: Vec::new() };
    let mut waiting = Vec::new();
    for (place, claim) in instructions.iter().enumerate() {
        let alone = std::slice::from_ref(claim);
        if fits(alone, &[]) {
            packing.add(place, Table::No, |of| fits(of, &[]));
        } else if let Some((at, table)) =
            tables.iter().enumerate().find(|(_, table)| fits(alone, std::slice::from_ref(table)))
        {
            packing.add(place, Table::Existing(at), |of| fits(of, std::slice::from_ref(table)));
        } else {
            waiting.push(place);
        }
    }

    let mut new_tables: Vec<LookupTable> = Vec::new();
    for place in waiting {
        let Some(claim) = instructions.get(place) else { continue };
        let needed = nameable(claim, payer);
        let room = |table: &&mut LookupTable| {
            let all: BTreeSet<_> = table.addresses.iter().chain(&needed).collect();
            all.len() <= MAX_ADDRESSES
        };
        match new_tables.last_mut().filter(room) {
            Some(table) => {
                let missing: Vec<_> =
                    needed.iter().filter(|key| !table.addresses.contains(key)).copied().collect();
                table.addresses.extend(missing);
            }
            None => new_tables.push(unmade(needed)),
        }
        let Some(table) = new_tables.last() else { continue };
        let with = std::slice::from_ref(table);
        if !fits(std::slice::from_ref(claim), with) {
            let bytes = transaction_bytes(payer, std::slice::from_ref(claim), with)?;
            return Err(Error::TooLarge { bytes, max: MAX_TRANSACTION_BYTES });
        }
        let new = Table::New(new_tables.len().saturating_sub(1));
        packing.add(place, new, |of| fits(of, with));
    }
    Ok(ClaimPlan {
        transactions: packing.transactions,
        new_tables: new_tables.into_iter().map(|table| table.addresses).collect(),
    })
}

/// Accounts that a table can name: not programs that are called, nor signers.
fn nameable(instruction: &Instruction, payer: &Address) -> Vec<Address> {
    let mut keys = Vec::new();
    for meta in &instruction.accounts {
        if !meta.is_signer && meta.pubkey != *payer && !keys.contains(&meta.pubkey) {
            keys.push(meta.pubkey);
        }
    }
    keys
}

/// A table that is not on chain yet.
fn unmade(addresses: Vec<Address>) -> LookupTable {
    LookupTable {
        address: Address::default(),
        authority: None,
        deactivated_slot: None,
        last_extended_slot: 0,
        addresses,
        rent: crate::amount::Lamports(0),
    }
}

struct Packing<'a> {
    instructions: &'a [Instruction],
    transactions: Vec<ClaimTransaction>,
}

impl Packing<'_> {
    /// Puts a claim into the last transaction with this table where it fits, else into a new one.
    fn add(&mut self, place: usize, table: Table, fits: impl Fn(&[Instruction]) -> bool) {
        let Some(instruction) = self.instructions.get(place) else { return };
        let last = self.transactions.iter_mut().rev().find(|last| last.table == table);
        if let Some(last) = last {
            last.instructions.push(instruction.clone());
            if fits(&last.instructions) {
                last.claims.push(place);
                return;
            }
            last.instructions.pop();
        }
        let instructions = vec![instruction.clone()];
        self.transactions.push(ClaimTransaction { claims: vec![place], instructions, table });
    }
}

/// A transaction of claims that was sent.
#[derive(Debug, Clone)]
pub struct SentClaims {
    /// Places of the claims that it carried.
    pub claims: Vec<usize>,
    /// The transaction.
    pub signature: Signature,
    /// The lookup table that it used.
    pub table: Option<Address>,
}

impl Client {
    /// Sends `claims`, as few transactions as possible, which `payer` pays. Lookup tables that are
    /// missing are created for `payer`, and stay for its next claims.
    ///
    /// # Errors
    /// Whatever the programs refuse; claims in transactions before it have been paid.
    pub async fn claim(
        &self,
        payer: &Keypair,
        keys: &PoolKeys,
        claims: &[Claim],
    ) -> Result<Vec<SentClaims>, Error> {
        let wallet = payer.pubkey();
        let mut tables = Vec::new();
        let mut plan = plan(&wallet, keys, claims, &tables)?;
        if !plan.new_tables.is_empty() {
            let slot = self.slot().await?;
            tables = self.lookup_tables(&wallet).await?;
            tables.retain(|table| table.is_usable_in(slot));
            plan = self::plan(&wallet, keys, claims, &tables)?;
        }
        let mut made = Vec::with_capacity(plan.new_tables.len());
        for addresses in &plan.new_tables {
            made.push(self.create_lookup_table(payer, addresses).await?);
        }
        let mut sent = Vec::with_capacity(plan.transactions.len());
        for ClaimTransaction { claims, instructions, table } in plan.transactions {
            let table = match table {
                Table::No => None,
                Table::Existing(at) => tables.get(at),
                Table::New(at) => made.get(at),
            };
            let signature =
                self.send_with_tables(&instructions, payer, &[], table.as_slice()).await?;
            sent.push(SentClaims { claims, signature, table: table.map(|table| table.address) });
        }
        Ok(sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address;

    fn key(n: u8, of: u8) -> Address {
        Address::new_from_array([
            n, of, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9,
            9, 9, 9,
        ])
    }

    fn keys() -> PoolKeys {
        PoolKeys::new(&key(1, 0), &key(2, 0), &address::TOKEN_PROGRAM, false)
    }

    fn claim(operator: u8, depth: usize, payees: u8) -> Claim {
        let leaf = OperatorLeaf {
            pool: keys().pool.to_bytes(),
            operator: key(3, operator).to_bytes(),
            lifetime_total: 1,
            devices_root: [0; 32],
        };
        let destinations = (0..payees).map(|payee| key(100 + payee, operator)).collect();
        Claim { leaf, index: 0, proof: vec![0; 40 * depth], destinations }
    }

    fn planned(claims: &[Claim], tables: &[LookupTable]) -> ClaimPlan {
        let plan = plan(&key(0, 0), &keys(), claims, tables).unwrap();
        let mut places: Vec<_> =
            plan.transactions.iter().flat_map(|sent| sent.claims.clone()).collect();
        places.sort_unstable();
        assert_eq!(places, (0..claims.len()).collect::<Vec<_>>(), "each claim once");
        for transaction in &plan.transactions {
            let table = match transaction.table {
                Table::No => None,
                Table::Existing(at) => Some(tables[at].clone()),
                Table::New(at) => Some(unmade(plan.new_tables[at].clone())),
            };
            let bytes =
                transaction_bytes(&key(0, 0), &transaction.instructions, table.as_slice()).unwrap();
            assert!(bytes <= MAX_TRANSACTION_BYTES, "{bytes}");
        }
        plan
    }

    #[test]
    fn one_and_two_payees_need_no_table_and_more_do() {
        for (payees, tables) in [(1, 0), (2, 0), (3, 1), (8, 1)] {
            let plan = planned(&[claim(1, 20, payees)], &[]);
            assert_eq!(plan.new_tables.len(), tables, "{payees} payees");
            assert_eq!(plan.transactions.len(), 1);
        }
    }

    #[test]
    fn a_table_that_is_there_is_used_again_whatever_else_it_holds() {
        let eight = claim(1, 20, 8);
        let contents = planned(std::slice::from_ref(&eight), &[]).new_tables.remove(0);
        let unrelated = unmade((0..50).map(|n| key(200, n)).collect());
        let mut wider = unmade(contents);
        wider.addresses.extend(unrelated.addresses.clone());
        let plan = planned(std::slice::from_ref(&eight), &[unrelated.clone(), wider]);
        assert!(plan.new_tables.is_empty());
        assert_eq!(plan.transactions[0].table, Table::Existing(1));
        assert_eq!(planned(&[eight], &[unrelated]).new_tables.len(), 1);
    }

    #[test]
    fn claims_share_a_transaction_as_far_as_they_fit() {
        let small: Vec<_> = (0..6).map(|operator| claim(operator, 2, 1)).collect();
        let plan = planned(&small, &[]);
        assert!(plan.new_tables.is_empty());
        assert!(plan.transactions.len() < 6, "{}", plan.transactions.len());

        let mixed = [claim(0, 20, 8), claim(1, 2, 1), claim(2, 20, 3), claim(3, 2, 1)];
        let plan = planned(&mixed, &[]);
        assert_eq!(plan.new_tables.len(), 1, "one table for both");
        assert_eq!(plan.transactions.len(), 3);
    }

    #[test]
    fn many_operators_with_payees_take_tables_of_256() {
        let claims: Vec<_> = (0..60).map(|operator| claim(operator, 20, 8)).collect();
        let plan = planned(&claims, &[]);
        assert!(plan.new_tables.iter().all(|table| table.len() <= MAX_ADDRESSES));
        assert_eq!(plan.new_tables.len(), 3);
    }

    #[test]
    fn a_proof_that_fits_nowhere_is_refused() {
        let long = [claim(0, 26, 3)];
        let refused = plan(&key(0, 0), &keys(), &long, &[]);
        assert!(matches!(refused, Err(Error::TooLarge { .. })));
    }
}
