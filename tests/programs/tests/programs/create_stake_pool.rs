use cairn_program_tests::{Chain, Network, Swap, bump};
use cairn_sdk::{
    account::StakePool,
    address,
    event::{Event, StakingEvent},
    instruction,
    staking::{accounts::STAKE_POOL_DISCRIMINATOR, types::StakePoolCreated},
};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_signer::Signer;

const BYTES: usize = 8 + 256;

fn bench() -> (Chain, Network, Address) {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let mint = chain.mint().0;
    (chain, network, mint)
}

fn create(network: &Network, mint: &Address) -> Instruction {
    let authority = network.authority.pubkey();
    instruction::create_stake_pool(&authority, &network.address, mint, 86_400)
}

#[test]
fn a_stake_pool_is_created_with_an_empty_vault() {
    let (mut chain, network, mint) = bench();
    let wallet = network.authority.pubkey();
    let before = chain.lamports(&wallet);
    let sent = chain.send(&[create(&network, &mint)], &[&network.authority]);

    let stake_pool = address::stake_pool(&network.address);
    let vault = address::stake_vault(&stake_pool);
    let seeds: &[&[u8]] = &[b"stake-pool", network.address.as_ref()];
    assert_eq!(
        chain.read::<StakePool>(&stake_pool),
        StakePool {
            discriminator: STAKE_POOL_DISCRIMINATOR,
            network: network.address,
            authority: wallet,
            mint,
            vault,
            bonded_total: 0,
            unbonding_total: 0,
            cooldown_seconds: 86_400,
            version: 1,
            bump: bump(seeds, &address::STAKING),
            vault_bump: bump(&[b"stake-vault", stake_pool.as_ref()], &address::STAKING),
            reserved: [0; 105],
        }
    );
    assert_eq!(chain.raw(&stake_pool).data.len(), BYTES);
    let account = chain.raw(&vault);
    assert_eq!(account.owner, address::TOKEN_PROGRAM);
    assert_eq!(account.data.len(), 165);
    assert_eq!(account.data[..32], mint.to_bytes());
    assert_eq!(account.data[32..64], stake_pool.to_bytes());
    assert_eq!(account.data[72..76], [0; 4], "no delegate");
    assert_eq!(account.data[129..133], [0; 4], "no close authority");
    assert_eq!(chain.tokens(&vault), 0);
    assert_eq!(chain.lamports(&stake_pool), chain.rent(BYTES));
    assert_eq!(chain.lamports(&vault), chain.rent(165));
    assert_eq!(chain.lamports(&wallet), before - chain.rent(BYTES) - chain.rent(165));
    let event =
        StakePoolCreated { stake_pool, network: network.address, mint, cooldown_seconds: 86_400 };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::StakePoolCreated(event))]);
}

#[test]
fn only_the_networks_authority_creates_it_and_only_once() {
    let (mut chain, network, mint) = bench();
    let stranger = chain.wallet();
    let second = chain.mint().0;
    let create_first = create(&network, &mint);
    chain.refuse("staking::MissingRequiredSignature", &[create_first.unsigned(0)], &[]);
    let by_stranger = create_first.swap(0, &stranger.pubkey());
    chain.refuse("staking::NotAuthority", &[by_stranger], &[&stranger]);
    chain.send(&[create_first], &[&network.authority]);
    // A network has one stake pool, whatever the mint.
    for mint in [mint, second] {
        chain.refuse("system::Custom(0)", &[create(&network, &mint)], &[&network.authority]);
    }
}

#[test]
fn lamports_sent_to_the_addresses_before_do_not_block_them() {
    let (mut chain, network, mint) = bench();
    let (stake_pool, rent) = (address::stake_pool(&network.address), chain.rent(0));
    chain.dust(&stake_pool, rent);
    chain.dust(&address::stake_vault(&stake_pool), rent);
    chain.send(&[create(&network, &mint)], &[&network.authority]);
}

#[test]
fn other_accounts_are_refused() {
    let (mut chain, network, mint) = bench();
    let create = create(&network, &mint);
    let forged = chain.forge(&network.address, &address::REWARDS);
    let kind = chain.other_kind(&network.address);
    let forged_mint = chain.forge(&mint, &address::REWARDS);
    let token_account = chain.token_account(&network.authority.pubkey(), &mint);
    let elsewhere = chain.key().pubkey();
    let at = |network: &Address| {
        let stake_pool = address::stake_pool(network);
        create.swap(1, network).swap(3, &stake_pool).swap(4, &address::stake_vault(&stake_pool))
    };
    let cases = [
        ("forged network", at(&forged), "IllegalOwner"),
        ("no network", at(&kind), "InvalidAccountData"),
        ("forged mint", create.swap(2, &forged_mint), "IllegalOwner"),
        ("no mint", create.swap(2, &token_account), "InvalidAccountData"),
        ("another address", create.swap(3, &elsewhere), "InvalidSeeds"),
        ("another vault address", create.swap(4, &elsewhere), "InvalidSeeds"),
        ("Token-2022", create.swap(5, &address::TOKEN_2022_PROGRAM), "IncorrectProgramId"),
        ("no system program", create.swap(6, &address::REWARDS), "IncorrectProgramId"),
    ];
    for (what, create, name) in cases {
        let refused = chain.try_send(&[create], &[&network.authority]);
        assert_eq!(refused.unwrap_err().name, format!("staking::{name}"), "{what}");
    }
}
