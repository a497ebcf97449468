//! The seeds of every derived address, read back from what stands there.

use cairn_sdk::{
    account::{
        Bond, CairnAccount, Challenge, Claimant, CreditAccount, CreditMarket, Delegation,
        DelegationTarget, Device, DeviceClass, License, LockPeriod, Maker, Network, OracleSet,
        Penalty, PenaltyEpoch, Pool, Proposal, StakePool, Unbonding, proposal_content,
    },
    address::{REGISTRY, REWARDS, STAKING},
};
use solana_account::Account;
use solana_address::Address;
use solana_instruction::Instruction;

/// Prefixes of mints and token accounts that belong to another account, whose address follows.
const BELONGING: [&[u8]; 6] =
    [b"group", b"mint", b"vault", b"bond-vault", b"stake-vault", b"reward-vault"];

/// The seeds that derive `address` for the program of `tested`, where it is derived by one of
/// Cairn's programs: `account` is what stands there, made or used by `tested`.
pub fn seeds_of(
    address: &Address,
    account: &Account,
    tested: &Instruction,
) -> Option<Vec<Vec<u8>>> {
    if [REGISTRY, REWARDS, STAKING].contains(&account.owner) {
        let seeds = of_account(account);
        assert!(seeds.is_some(), "{address}: seeds of this kind of account are not known here");
        return seeds;
    }
    let owners = tested.accounts.iter().map(|meta| meta.pubkey);
    BELONGING.iter().flat_map(|prefix| owners.clone().map(move |of| (prefix, of))).find_map(
        |(prefix, of)| {
            let seeds = vec![prefix.to_vec(), of.to_bytes().to_vec()];
            let found = Address::find_program_address(&[prefix, of.as_ref()], &tested.program_id).0;
            (found == *address).then_some(seeds)
        },
    )
}

fn read<T: CairnAccount>(account: &Account) -> Option<T> {
    T::from_account(&Address::default(), account).ok()
}

fn of_account(account: &Account) -> Option<Vec<Vec<u8>>> {
    let seeds = |parts: &[&[u8]]| Some(parts.iter().map(|part| part.to_vec()).collect());
    if let Some(it) = read::<Network>(account) {
        return seeds(&[b"network", it.creator.as_ref(), &it.name]);
    }
    if let Some(it) = read::<DeviceClass>(account) {
        return seeds(&[b"class", it.network.as_ref(), &it.index.to_le_bytes()]);
    }
    if let Some(it) = read::<Maker>(account) {
        return seeds(&[b"maker", it.network.as_ref(), it.attesting_key.as_ref()]);
    }
    if let Some(it) = read::<License>(account) {
        let (network, holder) = (it.network.to_bytes(), it.holder.to_bytes());
        return seeds(&[b"license", &network, &holder, &it.region, &it.band_plan]);
    }
    if let Some(it) = read::<Device>(account) {
        let (head, tail) = it.key.split_at(32);
        return seeds(&[b"device", it.network.as_ref(), head, tail, &[it.scheme]]);
    }
    if let Some(it) = read::<Pool>(account) {
        return seeds(&[b"pool", it.network.as_ref(), it.mint.as_ref()]);
    }
    if let Some(it) = read::<OracleSet>(account) {
        return seeds(&[b"oracles", it.pool.as_ref()]);
    }
    if let Some(it) = read::<Proposal>(account) {
        let content = proposal_content(&it).hash();
        return seeds(&[b"proposal", it.pool.as_ref(), &it.epoch.to_le_bytes(), &content]);
    }
    if let Some(it) = read::<Challenge>(account) {
        return seeds(&[b"challenge", it.proposal.as_ref()]);
    }
    if let Some(it) = read::<Claimant>(account) {
        return seeds(&[b"claimant", it.pool.as_ref(), it.operator.as_ref()]);
    }
    if let Some(it) = read::<CreditMarket>(account) {
        return seeds(&[b"credits", it.pool.as_ref()]);
    }
    if let Some(it) = read::<CreditAccount>(account) {
        return seeds(&[b"credit-account", it.market.as_ref(), it.customer.as_ref()]);
    }
    if let Some(it) = read::<StakePool>(account) {
        return seeds(&[b"stake-pool", it.network.as_ref()]);
    }
    if let Some(it) = read::<Bond>(account) {
        let (pool, owner, class) = (it.stake_pool.to_bytes(), it.owner, it.class.to_le_bytes());
        return seeds(&[b"bond", &pool, owner.as_ref(), &[it.role], &class]);
    }
    if let Some(it) = read::<Unbonding>(account) {
        return seeds(&[b"unbonding", it.parent.as_ref(), &it.index.to_le_bytes()]);
    }
    if let Some(it) = read::<Delegation>(account) {
        let (pool, owner) = (it.stake_pool.to_bytes(), it.owner.to_bytes());
        return seeds(&[b"delegation", &pool, &owner, &it.index.to_le_bytes()]);
    }
    if let Some(it) = read::<DelegationTarget>(account) {
        return seeds(&[b"target", it.stake_pool.as_ref(), it.operator.as_ref()]);
    }
    if let Some(it) = read::<LockPeriod>(account) {
        return seeds(&[b"lock-period", it.stake_pool.as_ref(), &it.period.to_le_bytes()]);
    }
    if let Some(it) = read::<PenaltyEpoch>(account) {
        return seeds(&[b"penalties", it.stake_pool.as_ref(), &it.epoch.to_le_bytes()]);
    }
    if let Some(it) = read::<Penalty>(account) {
        return seeds(&[b"penalty", it.penalty_epoch.as_ref(), &it.index.to_le_bytes()]);
    }
    None
}
