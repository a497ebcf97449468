use cairn_program_tests::{Chain, NOW, Network, Onboard, Swap, cases, emitted};
use cairn_sdk::{
    account::{self, DeviceClass, Maker},
    address::{self, TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    event::RegistryEvent,
    instruction,
    registry::types::DeviceRetired,
};
use solana_instruction::{AccountMeta, Instruction};
use solana_signer::Signer;

const SETTLE: i64 = Network::SETTLE_SECONDS as i64;

#[test]
fn the_nft_is_burned_and_every_lamport_goes_to_the_holder() {
    let mut case = cases::registry::retire_device();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|account| account.pubkey).collect();
    let [holder, token, network, class, maker, device, mint, _] = accounts[..] else {
        unreachable!()
    };
    let counts = |case: &cases::Case| {
        let network: account::Network = case.chain.read(&network);
        let maker: Maker = case.chain.read(&maker);
        let class: DeviceClass = case.chain.read(&class);
        [
            network.device_count,
            network.live_device_count,
            maker.onboarded.into(),
            maker.live.into(),
            class.device_count,
        ]
    };
    assert_eq!(counts(&case), [1; 5]);
    let before = case.chain.lamports(&holder);
    let rent: u64 = [token, device, mint].iter().map(|at| case.chain.lamports(at)).sum();
    let sent = case.send();
    for closed in [token, device, mint] {
        assert!(!case.chain.exists(&closed));
    }
    assert_eq!(case.chain.lamports(&holder), before + rent);
    // Onboardings are counted for ever, devices while they live.
    assert_eq!(counts(&case), [1, 0, 1, 0, 0]);
    let event = DeviceRetired { network, device, holder };
    assert_eq!(sent.events, emitted(RegistryEvent::DeviceRetired(event)));
}

/// A device whose retirement was requested.
fn retiring() -> (Chain, Network, Onboard, Instruction) {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let onboard = network.onboard(&mut chain);
    let (owner, device) = (onboard.owner.pubkey(), onboard.address());
    let maker = address::maker(&network.address, &network.maker.pubkey());
    let retire = instruction::retire_device(&owner, &network.address, 0, &maker, &device);
    chain.refuse("registry::NotRetiring", std::slice::from_ref(&retire), &[&onboard.owner]);
    chain.warp_to(NOW + 10);
    let request = instruction::request_retirement(&owner, &network.address, &device);
    chain.send(&[request], &[&onboard.owner]);
    (chain, network, onboard, retire)
}

#[test]
fn it_waits_until_oracles_do_not_need_the_device() {
    let (mut chain, network, onboard, retire) = retiring();
    let guardian = &network.guardian;
    let suspend =
        instruction::suspend_device(&guardian.pubkey(), &network.address, &onboard.address());
    chain.warp_to(NOW + 2 * SETTLE - 1);
    let tested = std::slice::from_ref(&retire);
    chain.refuse("registry::RetirementSettling", tested, &[&onboard.owner]);
    // A suspension does not prolong it.
    chain.send(&[suspend], &[guardian]);
    chain.warp_to(NOW + 2 * SETTLE);
    chain.send(&[retire], &[&onboard.owner]);
}

#[test]
fn the_device_may_join_again() {
    let (mut chain, _, mut onboard, retire) = retiring();
    let owner = onboard.owner.insecure_clone();
    chain.warp_to(NOW + 2 * SETTLE);
    chain.send(&[retire], &[&owner]);
    onboard.sign();
    chain.send(&instruction::onboard_device(&onboard.form), &[&onboard.payer]);
    assert_eq!(chain.tokens(&onboard.token_of(&owner.pubkey())), 1);
}

#[test]
fn the_one_who_holds_the_nft_now_retires_the_device() {
    let (mut chain, _, onboard, retire) = retiring();
    chain.warp_to(NOW + 2 * SETTLE);
    let (seller, buyer) = (&onboard.owner, chain.wallet());
    let [from, to] = [seller, &buyer].map(|key| onboard.token_of(&key.pubkey()));
    let create = instruction::create_associated_token(
        &buyer.pubkey(),
        &buyer.pubkey(),
        &onboard.mint(),
        &TOKEN_2022_PROGRAM,
    );
    // `TransferChecked` of one token without decimals.
    let transfer = Instruction {
        program_id: TOKEN_2022_PROGRAM,
        accounts: vec![
            AccountMeta::new(from, false),
            AccountMeta::new_readonly(onboard.mint(), false),
            AccountMeta::new(to, false),
            AccountMeta::new_readonly(seller.pubkey(), true),
        ],
        data: vec![12, 1, 0, 0, 0, 0, 0, 0, 0, 0],
    };
    chain.send(&[create, transfer], &[&buyer, seller]);
    chain.refuse("registry::NotHolder", std::slice::from_ref(&retire), &[seller]);
    let by_buyer = retire.swap(0, &buyer.pubkey()).swap(1, &to);
    chain.send(&[by_buyer], &[&buyer]);
    // The seller's empty account is its own to close, and does not keep the device from joining
    // again.
    assert!(chain.exists(&from));
    let mut again = onboard;
    again.sign();
    chain.send(&instruction::onboard_device(&again.form), &[&again.payer]);
    assert_eq!(chain.tokens(&from), 1);
}

#[test]
fn other_accounts_are_refused() {
    let (mut chain, network, onboard, retire) = retiring();
    let other = Network::create(&mut chain, "other");
    network.add_class(&mut chain, &Network::class(1));
    let neighbour = network.onboard(&mut chain);
    let owner = &onboard.owner;
    let their_maker = address::maker(&other.address, &other.maker.pubkey());
    chain.warp_to(NOW + 2 * SETTLE);
    for (index, account, name) in [
        (1, neighbour.token_of(&neighbour.owner.pubkey()), "registry::NotHolder"),
        (2, other.address, "registry::WrongNetwork"),
        (3, address::class(&network.address, 1), "registry::WrongClass"),
        (3, address::class(&other.address, 0), "registry::WrongClass"),
        (4, their_maker, "registry::WrongMaker"),
        (5, neighbour.address(), "registry::InvalidSeeds"),
        (6, neighbour.mint(), "registry::InvalidSeeds"),
        (7, TOKEN_PROGRAM, "registry::IncorrectProgramId"),
    ] {
        chain.refuse(name, &[retire.swap(index, &account)], &[owner]);
    }
    let stranger = chain.wallet();
    let by_stranger = retire.swap(0, &stranger.pubkey());
    chain.refuse("registry::NotHolder", &[by_stranger], &[&stranger]);
    for index in 1..=6 {
        let readonly = retire.readonly(index);
        chain.refuse("registry::Custom(2000)", &[readonly], &[owner]);
    }
    chain.send(&[retire], &[owner]);
}
