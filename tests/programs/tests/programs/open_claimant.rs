use cairn_program_tests::{Chain, Network, Pool, Swap, bump};
use cairn_sdk::{
    account::Claimant,
    address::{self, TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    event::{Event, RewardsEvent},
    instruction,
    rewards::{accounts::CLAIMANT_DISCRIMINATOR, types::ClaimantOpened},
};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_signer::Signer;

/// The number of payees follows.
const BYTES: usize = 8 + 224 + 4;

fn bench() -> (Chain, Pool) {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let pool = Pool::create(&mut chain, &network);
    (chain, pool)
}

fn open(pool: &Pool, payer: &Address, operator: &Address) -> Instruction {
    instruction::open_claimant(payer, &pool.keys, operator)
}

#[test]
fn anyone_may_open_an_operators_claimant_for_it() {
    let (mut chain, pool) = bench();
    let (payer, operator) = (chain.wallet(), chain.wallet().pubkey());
    let (before, of_operator) = (chain.lamports(&payer.pubkey()), chain.lamports(&operator));
    let sent = chain.send(&[open(&pool, &payer.pubkey(), &operator)], &[&payer]);

    let claimant = address::claimant(&pool.address, &operator);
    let destination = address::associated_token(&operator, &pool.mint.0, &TOKEN_PROGRAM);
    let seeds: &[&[u8]] = &[b"claimant", pool.address.as_ref(), operator.as_ref()];
    assert_eq!(
        chain.read::<Claimant>(&claimant),
        Claimant {
            discriminator: CLAIMANT_DISCRIMINATOR,
            pool: pool.address,
            operator,
            destination,
            rent_payer: payer.pubkey(),
            claimed_total: 0,
            window_outflow: 0,
            window_at: 0,
            version: 1,
            bump: bump(seeds, &address::REWARDS),
            reserved: [0; 70],
        }
    );
    assert_eq!(chain.raw(&claimant).data.len(), BYTES);
    assert_eq!(chain.lamports(&claimant), chain.rent(BYTES));
    assert_eq!(chain.lamports(&payer.pubkey()), before - chain.rent(BYTES));
    assert_eq!(chain.lamports(&operator), of_operator);
    // The token account is not created here.
    assert!(!chain.exists(&destination));
    let event = ClaimantOpened { pool: pool.address, operator, destination };
    assert_eq!(sent.events, [Event::Rewards(RewardsEvent::ClaimantOpened(event))]);
}

#[test]
fn an_operator_may_pay_for_itself() {
    let (mut chain, pool) = bench();
    let operator = chain.wallet();
    let wallet = operator.pubkey();
    chain.send(&[open(&pool, &wallet, &wallet)], &[&operator]);
    let claimant = chain.read::<Claimant>(&address::claimant(&pool.address, &wallet));
    assert_eq!(claimant.operator, wallet);
}

#[test]
fn a_destination_other_than_the_operators_own_is_refused() {
    let (mut chain, pool) = bench();
    let (payer, operator) = (chain.wallet(), chain.key().pubkey());
    let open = open(&pool, &payer.pubkey(), &operator);
    let (foreign_mint, payers) =
        (chain.mint().0, chain.token_account(&payer.pubkey(), &pool.mint.0));
    for (what, destination) in [
        ("the payer's", payers),
        ("of another mint", address::associated_token(&operator, &foreign_mint, &TOKEN_PROGRAM)),
        ("of Token-2022", address::associated_token(&operator, &pool.mint.0, &TOKEN_2022_PROGRAM)),
        ("the vault", pool.vault),
        ("the operator", operator),
    ] {
        let refused = chain.try_send(&[open.swap(3, &destination)], &[&payer]);
        assert_eq!(refused.unwrap_err().name, "rewards::InvalidDestination", "{what}");
    }
}

#[test]
fn a_claimant_is_opened_once_for_life() {
    let (mut chain, pool) = bench();
    let (payer, operator) = (chain.wallet(), chain.key().pubkey());
    let open = open(&pool, &payer.pubkey(), &operator);
    chain.send(std::slice::from_ref(&open), &[&payer]);
    chain.refuse("system::Custom(0)", &[open], &[&payer]);
}

#[test]
fn lamports_sent_to_the_address_before_do_not_block_it() {
    let (mut chain, pool) = bench();
    let (payer, operator) = (chain.wallet(), chain.key().pubkey());
    let rent = chain.rent(0);
    chain.dust(&address::claimant(&pool.address, &operator), rent);
    chain.send(&[open(&pool, &payer.pubkey(), &operator)], &[&payer]);
}

#[test]
fn other_accounts_are_refused() {
    let (mut chain, pool) = bench();
    let other_network = Network::create(&mut chain, "other");
    let other = Pool::create(&mut chain, &other_network);
    let (payer, operator) = (chain.wallet(), chain.key().pubkey());
    let open = open(&pool, &payer.pubkey(), &operator);
    let forged = chain.forge(&pool.address, &address::STAKING);
    let at_forged = open.swap(1, &forged).swap(4, &address::claimant(&forged, &operator));
    let kind = chain.other_kind(&pool.address);
    let at_kind = open.swap(1, &kind).swap(4, &address::claimant(&kind, &operator));
    let others = address::claimant(&other.address, &operator);
    chain.refuse("rewards::MissingRequiredSignature", &[open.unsigned(0)], &[]);
    chain.refuse("rewards::IllegalOwner", &[at_forged], &[&payer]);
    chain.refuse("rewards::InvalidAccountData", &[at_kind], &[&payer]);
    chain.refuse("rewards::InvalidSeeds", &[open.swap(4, &others)], &[&payer]);
    chain.refuse("rewards::InvalidSeeds", &[open.swap(2, &payer.pubkey())], &[&payer]);
}
