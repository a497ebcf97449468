use cairn_program_tests::{Swap, cases::rewards as cases};
use cairn_sdk::{
    account::{self, PayeeShare},
    address,
    amount::BasisPoints,
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_address::Address;
use solana_signer::Signer;

const BARE: usize = 8 + 224 + 4;

#[test]
fn the_operator_divides_and_pays_the_rent_of_it() {
    let mut case = cases::set_payees();
    let (operator, claimant) = (case.tested().accounts[0].pubkey, case.tested().accounts[2].pubkey);
    let had = case.chain.lamports(&operator);
    let sent = case.send();
    let data = case.chain.raw(&claimant).data;
    assert_eq!(data.len(), BARE + 3 * 72);
    let rent = case.chain.rent(BARE + 3 * 72);
    assert_eq!(case.chain.lamports(&claimant), rent);
    assert_eq!(case.chain.lamports(&operator), had - (rent - case.chain.rent(BARE)));
    let payees = account::payees(&data);
    let bps: Vec<_> = payees.iter().map(|payee| payee.bps.0).collect();
    assert_eq!(bps, [5_000, 3_000, 2_000]);
    let Event::Rewards(RewardsEvent::PayeesSet(event)) = &sent.events[0] else { panic!() };
    assert_eq!((event.old.len(), event.new.len()), (0, 3));
    // Fewer, then none: the rent comes back.
    let pool = case.tested().accounts[1].pubkey;
    let one = [PayeeShare { wallet: payees[2].wallet, bps: 10_000 }];
    let signers: Vec<_> = case.signers.iter().collect();
    let set = instruction::set_payees(&operator, &pool, &one);
    case.chain.send(&[set], &signers);
    let data = case.chain.raw(&claimant).data;
    assert_eq!(
        account::payees(&data),
        [account::Payee { bps: BasisPoints(10_000), ..payees[2].clone() }]
    );
    case.chain.send(&[instruction::set_payees(&operator, &pool, &[] as &[PayeeShare])], &signers);
    assert_eq!(case.chain.raw(&claimant).data.len(), BARE);
    assert_eq!(case.chain.lamports(&operator), had);
    let destination = address::associated_token(
        &operator,
        &case.chain.read::<account::Pool>(&pool).mint,
        &address::TOKEN_PROGRAM,
    );
    assert_eq!(account::destinations(&case.chain.raw(&claimant).data).unwrap(), [destination]);
}

#[test]
fn the_parts_are_of_different_wallets_and_add_up() {
    let mut world = World::new();
    let operator = world.chain.wallet();
    world.pool.open(&mut world.chain, &operator.pubkey());
    let wallets: Vec<_> = (0..9).map(|_| world.chain.key().pubkey()).collect();
    let payee = |wallet: Address, bps| PayeeShare { wallet, bps };
    let nine: Vec<_> = wallets.iter().map(|wallet| payee(*wallet, 1_000)).collect();
    let refused = [
        nine,
        vec![payee(wallets[0], 9_999)],
        vec![payee(wallets[0], 5_000), payee(wallets[1], 5_001)],
        vec![payee(wallets[0], 5_000), payee(wallets[0], 5_000)],
        vec![payee(wallets[0], 10_000), payee(wallets[1], 0)],
        vec![payee(Address::default(), 10_000)],
    ];
    for payees in refused {
        let set = instruction::set_payees(&operator.pubkey(), &world.pool.address, &payees);
        world.chain.refuse("rewards::InvalidPayees", &[set], &[&operator]);
    }
    let eight: Vec<_> = wallets[..8].iter().map(|wallet| payee(*wallet, 1_250)).collect();
    let set = instruction::set_payees(&operator.pubkey(), &world.pool.address, &eight);
    world.chain.send(&[set], &[&operator]);
}

#[test]
fn nobody_else_divides() {
    let mut case = cases::set_payees();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    let by_stranger = tested.swap(0, &stranger.pubkey());
    case.chain.refuse("rewards::NotClaimantOwner", &[by_stranger], &[&stranger]);
}
