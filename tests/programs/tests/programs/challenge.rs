use cairn_program_tests::{Pool, Swap, cases::rewards as cases};
use cairn_sdk::{
    account::{Challenge, PoolTerms, Proposal},
    address,
    event::{Event, RewardsEvent},
    instruction::{self, PoolSpec},
};
use cases::World;
use solana_address::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;

fn challenge(world: &World, by: &Keypair, source: &Address, proposal: &Address) -> Instruction {
    instruction::challenge(&by.pubkey(), &world.pool.keys, proposal, [0xee; 32], source)
}

#[test]
fn anyone_challenges_with_a_bond_and_stops_the_proposal() {
    let mut case = cases::challenge();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (challenger, proposal, challenge, source, vault) =
        (accounts[0], accounts[2], accounts[3], accounts[4], accounts[5]);
    let (lamports, tokens, held) =
        (case.chain.lamports(&challenger), case.chain.tokens(&source), case.chain.tokens(&vault));
    let sent = case.send();
    let state: Challenge = case.chain.read(&challenge);
    let now = Pool::epoch_end(0);
    assert_eq!((state.proposal, state.challenger), (proposal, challenger));
    assert_eq!((state.bond, state.expires_at, state.outcome), (Pool::CHALLENGE_BOND, now + 600, 0));
    let rent = case.chain.rent(8 + 192);
    assert_eq!(case.chain.lamports(&challenger), lamports - rent);
    assert_eq!(case.chain.tokens(&source), tokens - Pool::CHALLENGE_BOND);
    assert_eq!(case.chain.tokens(&vault), held + Pool::CHALLENGE_BOND);
    let challenged: Proposal = case.chain.read(&proposal);
    assert_eq!((challenged.challenge, challenged.has_challenge, challenged.status), (1, 1, 0));
    let Event::Rewards(RewardsEvent::Challenged(event)) = &sent.events[0] else { panic!() };
    assert_eq!((event.bond, event.evidence_hash), (Pool::CHALLENGE_BOND, [0xee; 32]));
}

#[test]
fn a_challenged_proposal_is_not_finalized_and_others_are() {
    let mut world = World::new();
    let proposal = world.attested(&World::content(500_000));
    world.challenge(&proposal);
    let other = world.pool.propose(&mut world.chain, 0, &World::content(400_000));
    world.pool.attest(&mut world.chain, 1, &other);
    world.chain.warp_to(Pool::epoch_end(0) + 60);
    let finalize = |proposal| instruction::finalize(&world.pool.keys, proposal);
    let (challenged, sound) = (finalize(&proposal), finalize(&other));
    world.chain.refuse("rewards::ChallengeOpen", &[challenged], &[]);
    world.chain.send(&[sound], &[]);
}

#[test]
fn it_is_challenged_once_and_inside_its_window_only() {
    let mut world = World::new();
    world.chain.warp_to(Pool::epoch_end(0));
    let proposal = world.pool.propose(&mut world.chain, 0, &World::content(500_000));
    let (by, source) = world.holder(10_000);
    let tested = [challenge(&world, &by, &source, &proposal)];
    world.chain.refuse("rewards::ChallengeWindowClosed", &tested, &[&by]);
    world.pool.attest(&mut world.chain, 1, &proposal);
    world.chain.warp_to(Pool::epoch_end(0) + 60);
    world.chain.refuse("rewards::ChallengeWindowClosed", &tested, &[&by]);
    world.chain.warp_to(Pool::epoch_end(0) + 59);
    world.chain.send(&tested, &[&by]);
    world.chain.refuse("system::Custom(0)", &tested, &[&by]);
    // Dismissed, it goes on and is judged no more.
    world.vote(&proposal, &[(0, false), (1, false)]);
    let keys = world.pool.keys;
    world.chain.send(&[instruction::resolve_challenge(&keys, &proposal)], &[]);
    world.chain.send(&[instruction::close_challenge(&keys, &proposal, &by.pubkey())], &[]);
    world.chain.refuse("rewards::AlreadyChallenged", &tested, &[&by]);
    world.chain.warp_to(Pool::epoch_end(0) + 60);
    world.chain.send(&[instruction::finalize(&keys, &proposal)], &[]);
    world.chain.refuse("rewards::ProposalFinalized", &tested, &[&by]);
}

/// A challenge that costs nothing would stop every proposal for nothing.
#[test]
fn without_a_bond_there_are_no_challenges() {
    let mut world = World::with(|chain, network| {
        let full = Pool::full_spec(chain.key().pubkey(), chain.key().pubkey());
        let terms = PoolTerms { challenge_bond: 0, proposal_bond: 0, ..full.terms.into() };
        let pool = Pool::create_with(chain, network, PoolSpec { terms: (&terms).into(), ..full });
        chain.mint_to(&pool.mint, &pool.vault, 10_000_000);
        pool
    });
    let proposal = world.attested(&World::content(500_000));
    let (by, source) = world.holder(10_000);
    let tested = challenge(&world, &by, &source, &proposal);
    world.chain.refuse("rewards::ChallengesOff", &[tested], &[&by]);
}

#[test]
fn what_is_over_is_not_challenged() {
    let mut world = World::new();
    let first = world.attested(&World::content(500_000));
    let rival = world.pool.propose(&mut world.chain, 0, &World::content(400_000));
    world.pool.attest(&mut world.chain, 1, &rival);
    let rejected = world.pool.propose(&mut world.chain, 0, &World::content(300_000));
    for oracle in [1, 2] {
        let oracle = &world.pool.oracles[oracle];
        let reject = instruction::reject_proposal(&oracle.pubkey(), &world.pool.address, &rejected);
        world.chain.send(&[reject], &[oracle]);
    }
    let (by, source) = world.holder(10_000);
    let of = |proposal| challenge(&world, &by, &source, proposal);
    let (of_rejected, of_rival) = (of(&rejected), of(&rival));
    world.chain.refuse("rewards::ProposalRejected", &[of_rejected], &[&by]);
    world.chain.warp_to(Pool::epoch_end(0) + 60);
    world.chain.send(&[instruction::finalize(&world.pool.keys, &first)], &[]);
    world.chain.refuse("rewards::EpochFinalized", &[of_rival], &[&by]);
}

#[test]
fn other_accounts_are_refused() {
    let mut case = cases::challenge();
    let tested = case.tested().clone();
    let others = case.chain.wallet().pubkey();
    let mint = tested.accounts[6].pubkey;
    let foreign = case.chain.token_account(&others, &mint);
    for (what, changed, name) in [
        ("another vault", tested.swap(5, &foreign), "rewards::WrongPool"),
        ("another mint", tested.swap(6, &others), "rewards::InvalidMint"),
        ("another program", tested.swap(7, &address::TOKEN_2022_PROGRAM), "rewards::InvalidMint"),
        ("somebody's tokens", tested.swap(4, &tested.accounts[5].pubkey), "rewards::Custom(2040)"),
    ] {
        assert_eq!(case.try_send(changed).unwrap_err().name, name, "{what}");
    }
}
