//! Address lookup tables: what lets a transaction name an account by one byte instead of 32.
//!
//! A table belongs to its authority, is filled with up to 256 addresses, and can be used from the
//! slot after the one that filled it. It is given up in two steps: after `deactivate` it stays
//! readable while its deactivation's slot is among the 512 recent ones (some 205 s); then `close`
//! pays its rent back. The program's instructions and accounts are those of
//! `solana-address-lookup-table-interface`
//! (<https://docs.anza.xyz/proposals/versioned-transactions>).

use crate::{Error, amount::Lamports};
use solana_account::Account;
use solana_address::Address;
use solana_address_lookup_table_interface::{
    program,
    state::{AddressLookupTable, LOOKUP_TABLE_MAX_ADDRESSES},
};
use solana_message::AddressLookupTableAccount;

/// Addresses that one table holds.
pub const MAX_ADDRESSES: usize = LOOKUP_TABLE_MAX_ADDRESSES;
/// Addresses that one transaction can add beside the table's creation.
pub const ADDRESSES_PER_TRANSACTION: usize = 20;
/// How many slots back the chain remembers: a deactivated table closes when this many have passed.
pub const COOLDOWN_SLOTS: u64 = 512;
/// Where a table has its authority, after the tag that says that it has one.
pub(crate) const AUTHORITY_AT: usize = 22;
/// The deactivation slot of an active table.
const ACTIVE: u64 = u64::MAX;

/// A lookup table as it stands on chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookupTable {
    /// Its address.
    pub address: Address,
    /// Who may fill, deactivate and close it; `None` when it is frozen for good.
    pub authority: Option<Address>,
    /// Slot of its deactivation; `None` while it is active.
    pub deactivated_slot: Option<u64>,
    /// The last slot that added addresses: usable after it.
    pub last_extended_slot: u64,
    /// What it holds.
    pub addresses: Vec<Address>,
    /// Its rent, which closing pays back.
    pub rent: Lamports,
}

impl LookupTable {
    /// Decodes an account after checking its owner and kind.
    ///
    /// # Errors
    /// [`Error::WrongAccount`].
    pub fn from_account(address: &Address, account: &Account) -> Result<Self, Error> {
        let wrong = |reason: &str| Error::WrongAccount {
            what: "lookup table",
            address: *address,
            reason: reason.into(),
        };
        if !program::check_id(&account.owner) {
            return Err(wrong("it belongs to another program"));
        }
        let table =
            AddressLookupTable::deserialize(&account.data).map_err(|_| wrong("it is no table"))?;
        let meta = table.meta;
        Ok(Self {
            address: *address,
            authority: meta.authority,
            deactivated_slot: (meta.deactivation_slot != ACTIVE).then_some(meta.deactivation_slot),
            last_extended_slot: meta.last_extended_slot,
            addresses: table.addresses.into_owned(),
            rent: Lamports(account.lamports),
        })
    }

    /// Whether transactions can use all of it in `slot` and for as long as nobody deactivates it.
    pub const fn is_usable_in(&self, slot: u64) -> bool {
        self.deactivated_slot.is_none() && slot > self.last_extended_slot
    }

    /// The first slot in which it can surely be closed; `None` while it is active.
    pub fn closable_from(&self) -> Option<u64> {
        let after = COOLDOWN_SLOTS.saturating_add(1);
        self.deactivated_slot.map(|slot| slot.saturating_add(after))
    }

    /// In the form that messages are compiled with.
    pub fn for_message(&self) -> AddressLookupTableAccount {
        AddressLookupTableAccount { key: self.address, addresses: self.addresses.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use solana_address_lookup_table_interface::state::LOOKUP_TABLE_META_SIZE;

    fn account(deactivated: u64, authority: Option<[u8; 32]>, addresses: &[[u8; 32]]) -> Account {
        let mut data = vec![1, 0, 0, 0];
        data.extend_from_slice(&deactivated.to_le_bytes());
        data.extend_from_slice(&7u64.to_le_bytes());
        data.push(0);
        data.push(authority.is_some().into());
        data.extend_from_slice(&authority.unwrap_or_default());
        data.resize(LOOKUP_TABLE_META_SIZE, 0);
        data.extend(addresses.iter().flatten());
        Account { lamports: 9, data, owner: program::ID, ..Account::default() }
    }

    #[test]
    fn a_table_decodes_and_knows_when_it_can_be_used_and_closed() {
        let key = Address::new_from_array([1; 32]);
        let active = account(u64::MAX, Some([5; 32]), &[[2; 32], [3; 32]]);
        let table = LookupTable::from_account(&key, &active).unwrap();
        assert_eq!(table.authority, Some(Address::new_from_array([5; 32])));
        assert_eq!(active.data[AUTHORITY_AT..AUTHORITY_AT + 32], [5; 32]);
        assert_eq!(table.addresses.len(), 2);
        assert_eq!((table.rent, table.closable_from()), (Lamports(9), None));
        assert!(!table.is_usable_in(7) && table.is_usable_in(8));

        let table = LookupTable::from_account(&key, &account(100, None, &[])).unwrap();
        assert_eq!((table.authority, table.closable_from()), (None, Some(613)));
        assert!(!table.is_usable_in(1_000));
    }

    #[test]
    fn another_account_is_refused() {
        let key = Address::new_from_array([1; 32]);
        let good = account(u64::MAX, None, &[]);
        let foreign = Account { owner: key, ..good.clone() };
        let short = Account { data: good.data[..55].to_vec(), ..good.clone() };
        let uninitialized = Account { data: vec![0; 56], ..good };
        for account in [foreign, short, uninitialized] {
            assert!(matches!(
                LookupTable::from_account(&key, &account),
                Err(Error::WrongAccount { .. })
            ));
        }
    }
}
