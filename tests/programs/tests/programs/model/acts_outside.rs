//! What happens to tokens without Cairn's programs: fees change and are collected, and anybody may
//! send tokens anywhere.

use super::{
    driver::{FEE_AUTHORITY, Mint, World},
    ledger::Purse,
};
use cairn_sdk::{address::TOKEN_2022_PROGRAM, instruction};
use rand::RngExt;
use solana_address::Address;
use solana_instruction::{AccountMeta, Instruction};

/// Number of `TransferChecked`, and the decimals of all mints.
const TRANSFER_CHECKED: u8 = 12;
const DECIMALS: u8 = 6;
/// Number of Token-2022's instructions about fees, and of three of them.
const TRANSFER_FEE: u8 = 26;
const WITHDRAW_FROM_MINT: u8 = 2;
const WITHDRAW_FROM_ACCOUNTS: u8 = 3;
const SET_FEE: u8 = 5;
/// All of something in basis points.
const ALL: u16 = 10_000;

impl World {
    pub(super) fn act_outside(&mut self) {
        let mints: Vec<_> = self.ledger.fees.keys().copied().collect();
        let Some(mint) = self.pick(&mints) else { return };
        match self.below(10) {
            0 | 1 => self.act_set_fee(mint),
            2 | 3 => {
                let some = self.some_with_fees(mint);
                self.harvest(&some);
            }
            4 => self.collect_from_accounts(mint),
            5 => self.collect_from_mint(mint),
            _ => self.act_give(),
        }
    }

    /// Sends what cannot fail and compares.
    fn outside(&mut self, what: String, instruction: &Instruction, purses: &[Purse], mint: usize) {
        self.note(what);
        self.chain.try_send_unsigned(std::slice::from_ref(instruction)).unwrap();
        for purse in purses {
            self.compare_purse(&self.address(*purse), *purse);
        }
        self.compare_mint(&self.mints[mint].address, mint);
        self.check_pools();
        self.check_stake();
    }

    fn fee_authority(&self) -> Address {
        self.others[FEE_AUTHORITY]
    }

    fn act_set_fee(&mut self, mint: usize) {
        let bps = match self.below(10) {
            0 => 0,
            1 => ALL,
            2 => self.rng.random_range(600..ALL),
            _ => self.rng.random_range(1..600),
        };
        let most = match self.below(6) {
            0 => self.rng.random_range(0..50),
            1 | 2 => self.rng.random_range(50..5_000),
            _ => u64::MAX,
        };
        let epoch = self.ledger.chain_epoch;
        self.ledger.fees.get_mut(&mint).unwrap().change(bps, most, epoch);
        let data = [&[TRANSFER_FEE, SET_FEE], &bps.to_le_bytes()[..], &most.to_le_bytes()].concat();
        let accounts = vec![
            AccountMeta::new(self.mints[mint].address, false),
            AccountMeta::new_readonly(self.fee_authority(), true),
        ];
        let set = Instruction { program_id: TOKEN_2022_PROGRAM, accounts, data };
        let what = format!("in chain epoch {epoch}: {bps} bps up to {most} for mint {mint}");
        self.outside(what, &set, &[], mint);
    }

    /// Some of the accounts that hold fees back, of programs and of wallets.
    fn some_with_fees(&mut self, mint: usize) -> Vec<Purse> {
        let collector = Purse::Wallet(mint, self.fee_authority());
        let mut all: Vec<_> = self
            .ledger
            .purses()
            .filter(|(purse, of, _)| {
                *of == mint && self.ledger.withheld(**purse) > 0 && **purse != collector
            })
            .map(|(purse, ..)| *purse)
            .collect();
        let count = self.below(8);
        // Vaults come first, so that they are among them every other time.
        let at = if self.once_in(2) { 0 } else { self.below(all.len()) };
        all.drain(..at);
        all.truncate(count);
        all
    }

    /// Moves the fees that accounts hold back to their mint, as anybody may.
    pub(super) fn harvest(&mut self, purses: &[Purse]) {
        let mut purses = purses.to_vec();
        purses.retain(|purse| self.ledger.withheld(*purse) > 0);
        let Some(first) = purses.first() else { return };
        let (mint, _) = self.mint_index_and_owner(*first);
        let addresses: Vec<_> = purses.iter().map(|purse| self.address(*purse)).collect();
        for purse in &purses {
            self.ledger.harvest(*purse);
        }
        let harvest = instruction::harvest_withheld(&self.mints[mint].address, &addresses);
        self.outside(format!("harvest {purses:?}"), &harvest, &purses, mint);
    }

    fn collect_from_accounts(&mut self, mint: usize) {
        let purses = self.some_with_fees(mint);
        let to = Purse::Wallet(mint, self.fee_authority());
        let mut accounts = vec![
            AccountMeta::new(self.mints[mint].address, false),
            AccountMeta::new(self.address(to), false),
            AccountMeta::new_readonly(self.fee_authority(), true),
        ];
        for purse in &purses {
            accounts.push(AccountMeta::new(self.address(*purse), false));
            self.ledger.collect(*purse, to);
        }
        let count = u8::try_from(purses.len()).unwrap();
        let data = vec![TRANSFER_FEE, WITHDRAW_FROM_ACCOUNTS, count];
        let collect = Instruction { program_id: TOKEN_2022_PROGRAM, accounts, data };
        let what = format!("collect fees from {purses:?}");
        self.outside(what, &collect, &[&purses[..], &[to]].concat(), mint);
    }

    fn collect_from_mint(&mut self, mint: usize) {
        let to = Purse::Wallet(mint, self.fee_authority());
        self.ledger.collect_harvested(mint, to);
        let accounts = vec![
            AccountMeta::new(self.mints[mint].address, false),
            AccountMeta::new(self.address(to), false),
            AccountMeta::new_readonly(self.fee_authority(), true),
        ];
        let data = vec![TRANSFER_FEE, WITHDRAW_FROM_MINT];
        let collect = Instruction { program_id: TOKEN_2022_PROGRAM, accounts, data };
        self.outside(format!("collect the fees of mint {mint}"), &collect, &[to], mint);
    }

    fn act_give(&mut self) {
        let to = match self.below(8) {
            0 => Purse::BondVault(self.below(2)),
            1 => Purse::StakeVault,
            2 | 3 => Purse::RewardVault,
            4 => Purse::Vault(1),
            _ => Purse::Vault(0),
        };
        let most = if to == Purse::Vault(0) { 1_500_000 } else { 30_000 };
        let amount = self.rng.random_range(1..most);
        self.give(to, amount);
    }

    /// Somebody who has tokens sends some to a program's account, which get there less a fee.
    pub(super) fn give(&mut self, to: Purse, amount: u64) {
        let (mint, _) = self.mint_index_and_owner(to);
        let Mint { address, program, .. } = self.mints[mint];
        // Whoever has the most.
        let wallets = self.others.clone().into_iter();
        let from = wallets.max_by_key(|wallet| self.ledger.amount(Purse::Wallet(mint, *wallet)));
        let wallet = from.unwrap();
        let from = Purse::Wallet(mint, wallet);
        let amount = amount.min(self.ledger.amount(from));
        let arrived = self.ledger.transfer(from, to, amount);
        match to {
            Purse::Vault(id) => self.pools[id].funded += arrived,
            Purse::BondVault(_) | Purse::StakeVault => self.ledger.stray(to, arrived),
            Purse::RewardVault | Purse::Wallet(..) => {}
        }
        let accounts = vec![
            AccountMeta::new(self.address(from), false),
            AccountMeta::new_readonly(address, false),
            AccountMeta::new(self.address(to), false),
            AccountMeta::new_readonly(wallet, true),
        ];
        let data = [&[TRANSFER_CHECKED], &amount.to_le_bytes()[..], &[DECIMALS]].concat();
        let transfer = Instruction { program_id: program, accounts, data };
        self.outside(format!("{amount} from {wallet} to {to:?}"), &transfer, &[from, to], mint);
    }
}
