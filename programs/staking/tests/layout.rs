//! What the staking program reads of the rewards program's accounts is where they have it.

use anchor_lang::Discriminator;
use cairn_rewards::state::{self, Pool, Proposal};
use cairn_staking::rewards::{FinalProposal, REWARDS_ID, RewardsPool, STATUS_FINALIZED};
use std::mem::offset_of;

#[test]
fn the_mirrored_accounts_are_like_the_originals() {
    assert_eq!(REWARDS_ID, cairn_rewards::ID);
    assert_eq!(STATUS_FINALIZED, state::STATUS_FINALIZED);
    assert_eq!(RewardsPool::DISCRIMINATOR, Pool::DISCRIMINATOR);
    assert_eq!(FinalProposal::DISCRIMINATOR, Proposal::DISCRIMINATOR);
    assert!(size_of::<RewardsPool>() <= size_of::<Pool>());
    assert!(size_of::<FinalProposal>() <= size_of::<Proposal>());
    macro_rules! same {
        ($mirror:ty, $original:ty: $($field:ident),*) => {$(
            assert_eq!(offset_of!($mirror, $field), offset_of!($original, $field));
        )*};
    }
    same!(RewardsPool, Pool: network, mint, epoch_seconds);
    same!(
        FinalProposal, Proposal:
        pool, penalties_root, epoch, penalties_sum, finalized_at, status
    );
}
