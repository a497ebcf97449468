use cairn_program_tests::{Network, Pool, Swap, cases::rewards as cases, operator_leaf};
use cairn_sdk::{
    address::{self, TOKEN_2022_PROGRAM},
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_signer::Signer;

#[test]
fn what_is_left_goes_to_the_treasury_and_the_rent_to_who_paid_it() {
    let mut case = cases::close_pool();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (pool, vault, bonds, treasury, payer) =
        (accounts[2], accounts[3], accounts[4], accounts[5], accounts[7]);
    // Somebody sent tokens where only bonds should be.
    let mint = accounts[6];
    let left = case.chain.tokens(&vault);
    let rent: u64 = [pool, vault, bonds].iter().map(|key| case.chain.lamports(key)).sum();
    let had = case.chain.lamports(&payer);
    let sent = case.send();
    for gone in [pool, vault, bonds] {
        assert!(!case.chain.exists(&gone));
    }
    assert_eq!(case.chain.lamports(&payer), had + rent);
    assert_eq!(case.chain.tokens(&treasury), left);
    assert!(case.chain.exists(&mint));
    let Event::Rewards(RewardsEvent::PoolClosed(event)) = &sent.events[0] else { panic!() };
    assert_eq!(event.left_over, left);
}

/// A whole life, at the end of which no token and no lamport is left anywhere.
#[test]
fn everything_owed_is_paid_first() {
    let mut world = World::with(|chain, network| {
        let mint = chain.mint_with_fee(100);
        Pool::create_full_for(chain, network, mint, TOKEN_2022_PROGRAM)
    });
    let keys = world.pool.keys;
    let (authority, treasury) = (world.authority(), world.pool.spec.terms.treasury);
    let (operator, payer) = (world.chain.wallet().pubkey(), world.chain.wallet());
    let leaf = operator_leaf(&world.pool, &operator, 200_000);
    let (_, proposal) = world.activate(0, &[leaf]);
    world.close_for_good();
    let close = instruction::close_pool(&authority, &keys, &treasury, &authority);
    let key = world.network.authority.insecure_clone();
    let refuse = |world: &mut World, name: &str| {
        world.chain.refuse(&format!("rewards::{name}"), std::slice::from_ref(&close), &[&key]);
    };
    refuse(&mut world, "HasChildren");
    let [first, second] = [0, 1].map(|n: usize| world.pool.oracles[n].pubkey());
    world.chain.send(&[instruction::close_proposal(&keys.pool, &proposal, &first)], &[]);
    world.chain.send(&[instruction::pay_oracle(&keys, 0, &first)], &[]);
    world.chain.send(&[instruction::pay_oracle(&keys, 1, &second)], &[]);
    let network = world.network.address;
    let set = instruction::close_oracle_set(&authority, &network, &keys.pool, &authority);
    world.govern(set);
    refuse(&mut world, "NotSettled");
    let delegators = world.pool.spec.terms.delegator_vault;
    world.chain.send(&[instruction::pay_delegators(&keys, &delegators)], &[]);
    world.pool.account_of(&mut world.chain, &treasury);
    world.chain.send(&[instruction::pay_treasury(&keys, &treasury)], &[]);
    refuse(&mut world, "NotSettled");
    // Claims work although nothing is finalized any more.
    world.chain.send(&[instruction::open_claimant(&payer.pubkey(), &keys, &operator)], &[&payer]);
    world.pool.account_of(&mut world.chain, &operator);
    world.chain.send(&[instruction::claim(&keys, &leaf, 0, &[], &[])], &[]);
    refuse(&mut world, "HasChildren");
    let claimant =
        instruction::close_claimant(&payer.pubkey(), &keys.pool, &operator, &payer.pubkey());
    world.chain.send(&[claimant], &[&payer]);
    // Fees that the vaults hold back: the token program refuses to close them.
    assert_eq!(
        world.chain.try_send(std::slice::from_ref(&close), &[&key]).unwrap_err().name,
        "token-2022::Custom(35)"
    );
    let harvest = instruction::harvest_withheld(&keys.mint, &[keys.vault(), keys.bond_vault()]);
    let stolen = close.swap(5, &keys.token_account(&operator));
    world.chain.refuse("rewards::InvalidDestination", &[stolen], &[&key]);
    world.chain.send(&[harvest, close.clone()], &[&key]);
    for gone in [keys.pool, keys.vault(), keys.bond_vault(), address::oracle_set(&keys.pool)] {
        assert!(!world.chain.exists(&gone));
    }
}

#[test]
fn not_before_the_closing_is_in_force_and_not_with_a_market() {
    let mut world = World::new();
    let keys = world.pool.keys;
    let (authority, treasury) = (world.authority(), world.pool.spec.terms.treasury);
    let close = instruction::close_pool(&authority, &keys, &treasury, &authority);
    let key = world.network.authority.insecure_clone();
    world.chain.refuse("rewards::PoolNotClosing", std::slice::from_ref(&close), &[&key]);
    world.market();
    world.close_for_good();
    let network = world.network.address;
    world.govern(instruction::close_oracle_set(&authority, &network, &keys.pool, &authority));
    world.chain.refuse("rewards::HasChildren", std::slice::from_ref(&close), &[&key]);
    let market = instruction::close_credit_market(&authority, &network, &keys.pool, &authority);
    world.govern(market);
    world.pool.account_of(&mut world.chain, &treasury);
    world.govern(close);
}

#[test]
fn only_the_authority_signs() {
    let mut case = cases::close_pool();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotAuthority", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
    let other = Network::create(&mut case.chain, "other");
    let elsewhere = tested.swap(1, &other.address).swap(0, &other.authority.pubkey());
    case.chain.refuse("rewards::WrongNetwork", &[elsewhere], &[&other.authority]);
}
