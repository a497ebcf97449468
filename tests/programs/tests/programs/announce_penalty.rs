use cairn_program_tests::{StakePool, Swap, cases};
use cairn_protocol::merkle::PenaltyLeaf;
use cairn_sdk::{
    account::{Bond, DelegationTarget, Penalty, PenaltyEpoch},
    amount::Tokens,
    event::{Event, StakingEvent},
    instruction,
    staking::types::PenaltyAnnounced,
};
use solana_signer::Signer;

const BYTES: usize = 8 + 272;

#[test]
fn a_proven_penalty_opens_its_appeal_window() {
    let mut case = cases::staking::announce_penalty();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let now = case.chain.now();
    let lamports = case.chain.lamports(&accounts[0]);
    let sent = case.send();
    let penalty: Penalty = case.chain.read(&accounts[5]);
    let executable_at = now + i64::from(StakePool::APPEAL_SECONDS);
    assert_eq!((penalty.penalty_epoch, penalty.bond), (accounts[2], accounts[3]));
    assert_eq!((penalty.target, penalty.rent_payer), (accounts[4], accounts[0]));
    assert_eq!((penalty.amount, penalty.taken, penalty.challenger_due), (1_500, 0, 0));
    assert_eq!((penalty.executable_at, penalty.index, penalty.reason), (executable_at, 0, 206));
    assert_eq!((penalty.status, penalty.counted_at_target), (0, 1));
    assert_eq!(penalty.evidence_hash, [0x33; 32]);
    assert_eq!(case.chain.read::<Bond>(&accounts[3]).pending_penalties, 1);
    assert_eq!(case.chain.read::<DelegationTarget>(&accounts[4]).pending_penalties, 1);
    assert_eq!(case.chain.read::<PenaltyEpoch>(&accounts[2]).penalty_count, 1);
    assert_eq!(case.chain.lamports(&accounts[0]), lamports - case.chain.rent(BYTES));
    let event = PenaltyAnnounced {
        penalty: accounts[5],
        bond: accounts[3],
        amount: 1_500,
        reason: 206,
        evidence_hash: [0x33; 32],
        challenger: penalty.challenger,
        executable_at,
    };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::PenaltyAnnounced(event))]);
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "system::Custom(0)");
}

#[test]
fn only_exactly_what_the_oracles_finalized() {
    let (mut chain, pool) = StakePool::bench();
    let (first, _, bond) = pool.bonded(&mut chain, 1_000);
    let (second, _, other) = pool.bonded(&mut chain, 1_000);
    let leaves = [pool.penalty(0, &bond, 100), pool.penalty(0, &other, 50)];
    let tree = pool.register(&mut chain, 0, &leaves);
    let payer = chain.wallet();
    let owner = first.pubkey();
    let announce = |leaf: &PenaltyLeaf, index, proof: &[u8]| {
        let key = payer.pubkey();
        instruction::announce_penalty(&key, &pool.address, &owner, leaf, index, proof)
    };
    let proof = tree.prove(0).unwrap();
    let leaf = leaves[0];
    let wrong = [
        PenaltyLeaf { amount: 101, ..leaf },
        PenaltyLeaf { reason: 207, ..leaf },
        PenaltyLeaf { evidence_hash: [0x34; 32], ..leaf },
        PenaltyLeaf { challenger: payer.pubkey().to_bytes(), ..leaf },
    ];
    for leaf in wrong {
        chain.refuse("staking::InvalidProof", &[announce(&leaf, 0, &proof)], &[&payer]);
    }
    chain.refuse(
        "staking::ZeroAmount",
        &[announce(&PenaltyLeaf { amount: 0, ..leaf }, 0, &proof)],
        &[&payer],
    );
    chain.refuse("staking::InvalidProof", &[announce(&leaf, 1, &proof)], &[&payer]);
    chain.refuse("staking::InvalidProof", &[announce(&leaf, 2, &proof)], &[&payer]);
    chain.refuse("staking::InvalidProof", &[announce(&leaf, 0, &proof[..39])], &[&payer]);
    chain.refuse("staking::InvalidProof", &[announce(&leaf, 0, &[])], &[&payer]);
    // Against somebody else's bond, and with somebody else's delegators.
    let right = announce(&leaf, 0, &proof);
    chain.refuse("staking::InvalidProof", &[right.swap(3, &other)], &[&payer]);
    let foreign = pool.target(&mut chain, &second.pubkey());
    chain.refuse("staking::WrongTarget", &[right.swap(4, &foreign)], &[&payer]);
    chain.send(&[right], &[&payer]);
}

#[test]
fn expired_penalties_are_refused() {
    let mut case = cases::staking::announce_penalty();
    let epoch: PenaltyEpoch = case.chain.read(&case.tested().accounts[2].pubkey);
    case.chain.warp_to(epoch.expires_at + 1);
    let announce = case.tested().clone();
    assert_eq!(case.try_send(announce).unwrap_err().name, "staking::PenaltiesExpired");
    case.chain.warp_to(epoch.expires_at);
    case.send();
}

#[test]
fn an_oracles_bond_leaves_its_delegators_alone() {
    let (mut chain, pool) = StakePool::bench();
    let (owner, account) = pool.staker(&mut chain, 1_000);
    let wallet = owner.pubkey();
    let bond = pool.open_role(&mut chain, &owner, 1);
    chain.send(
        &[instruction::add_to_bond(&wallet, &account, &pool.stake, &bond, Tokens(1_000))],
        &[&owner],
    );
    let (_, _, delegation) = pool.delegated(&mut chain, &wallet, 1_000, 0);
    pool.announced(&mut chain, &bond, 5_000, &wallet);
    let target = chain.read::<DelegationTarget>(&delegation.target);
    assert_eq!((target.pending_penalties, target.delegated), (0, 1_000));
}
