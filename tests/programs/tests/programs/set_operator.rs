use cairn_program_tests::{Chain, NOW, Network, Onboard, Swap};
use cairn_sdk::{
    account::{Device, operators},
    address::{self, TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    event::{Event, RegistryEvent},
    instruction,
    registry::types::OperatorSet,
};
use solana_account::Account;
use solana_address::Address;
use solana_instruction::{AccountMeta, Instruction};
use solana_keypair::Keypair;
use solana_signer::Signer;

fn token_of(holder: &Address, device: &Address) -> Address {
    address::associated_token(holder, &address::device_mint(device), &TOKEN_2022_PROGRAM)
}

/// Token-2022 `TransferChecked` of the one token.
fn transfer(from: &Address, to: &Address, mint: &Address, owner: &Address) -> Instruction {
    let mut data = vec![12];
    data.extend_from_slice(&1u64.to_le_bytes());
    data.push(0);
    Instruction {
        program_id: TOKEN_2022_PROGRAM,
        accounts: vec![
            AccountMeta::new(*from, false),
            AccountMeta::new_readonly(*mint, false),
            AccountMeta::new(*to, false),
            AccountMeta::new_readonly(*owner, true),
        ],
        data,
    }
}

/// Sells the device's NFT.
fn sell(chain: &mut Chain, onboard: &Onboard, buyer: &Keypair) {
    let (seller, device) = (onboard.owner.pubkey(), onboard.address());
    let mint = address::device_mint(&device);
    let create = instruction::create_associated_token(
        &buyer.pubkey(),
        &buyer.pubkey(),
        &mint,
        &TOKEN_2022_PROGRAM,
    );
    let (from, to) = (token_of(&seller, &device), token_of(&buyer.pubkey(), &device));
    chain.send(&[create, transfer(&from, &to, &mint, &seller)], &[buyer, &onboard.owner]);
}

#[test]
fn the_holder_sets_the_operator_and_the_old_ones_stay_known() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let onboard = network.onboard(&mut chain);
    let device = onboard.address();
    let before = chain.read::<Device>(&device);
    let owner = onboard.owner.pubkey();
    let [first, second, third] = [(); 3].map(|()| chain.key().pubkey());
    let set =
        |operator: &Address| instruction::set_operator(&owner, &network.address, &device, operator);
    let settle = Network::SETTLE_SECONDS;
    let [one, two] = [1, 2].map(|periods| NOW + periods * i64::from(settle));

    // Within the settlement period in which it joined: as if it had never had another operator
    // for the epochs that end later.
    chain.warp_to(NOW + 100);
    let sent = chain.send(&[set(&first)], &[&onboard.owner]);
    let after = Device { operator: first, operator_since: NOW + 100, ..before };
    assert_eq!(chain.read::<Device>(&device), after);
    let event = OperatorSet { device, old_operator: owner, new_operator: first };
    assert_eq!(sent.events, [Event::Registry(RegistryEvent::OperatorSet(event))]);

    // In the next period any number of times; only the last counts from the one after on.
    chain.warp_to(one + 1);
    chain.send(&[set(&second)], &[&onboard.owner]);
    chain.warp_to(one + 2);
    chain.send(&[set(&third)], &[&onboard.owner]);
    let after = Device {
        operator: third,
        operator_since: one + 2,
        previous_operator: first,
        previous_operator_since: NOW + 100,
        earlier_operator: owner,
        ..after
    };
    assert_eq!(chain.read::<Device>(&device), after);
    let at = |time| operators(&after).at(time, settle);
    assert_eq!([NOW, one - 1, one, two - 1, two].map(at), [owner, owner, first, first, third]);
}

#[test]
fn a_sold_nft_gives_the_right_to_the_buyer_and_takes_it_from_the_seller() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let onboard = network.onboard(&mut chain);
    let (device, seller) = (onboard.address(), onboard.owner.pubkey());
    let buyer = chain.wallet();
    let by_buyer =
        instruction::set_operator(&buyer.pubkey(), &network.address, &device, &buyer.pubkey());
    sell(&mut chain, &onboard, &buyer);

    // The seller holds nothing, and the buyer's account is not the seller's.
    let by_seller =
        instruction::set_operator(&seller, &network.address, &device, &chain.key().pubkey());
    chain.refuse("registry::NotHolder", std::slice::from_ref(&by_seller), &[&onboard.owner]);
    let with_buyers_account = by_seller.swap(1, &token_of(&buyer.pubkey(), &device));
    chain.refuse("registry::NotHolder", &[with_buyers_account], &[&onboard.owner]);

    chain.send(&[by_buyer], &[&buyer]);
    assert_eq!(chain.read::<Device>(&device).operator, buyer.pubkey());
}

#[test]
fn nobody_but_the_holder_sets_the_operator() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let (onboard, neighbour) = (network.onboard(&mut chain), network.onboard(&mut chain));
    let device = onboard.address();
    let (stranger, operator) = (chain.wallet(), chain.key().pubkey());
    let set =
        instruction::set_operator(&onboard.owner.pubkey(), &network.address, &device, &operator);
    chain.refuse("registry::MissingRequiredSignature", &[set.unsigned(0)], &[]);
    chain.refuse("registry::NotHolder", &[set.swap(0, &stranger.pubkey())], &[&stranger]);
    // The operator that the holder named is not the holder.
    let second = instruction::set_operator(
        &onboard.owner.pubkey(),
        &network.address,
        &device,
        &stranger.pubkey(),
    );
    chain.send(&[second], &[&onboard.owner]);
    chain.refuse("registry::NotHolder", &[set.swap(0, &stranger.pubkey())], &[&stranger]);
    // Holding another device's NFT is not enough.
    let own = token_of(&neighbour.owner.pubkey(), &neighbour.address());
    let by_neighbour = set.swap(0, &neighbour.owner.pubkey()).swap(1, &own);
    chain.refuse("registry::NotHolder", &[by_neighbour], &[&neighbour.owner]);
    // Nor are tokens of a mint that one made oneself.
    let (mint, wallet) = (chain.mint(), chain.wallet());
    let account = chain.token_account(&wallet.pubkey(), &mint.0);
    chain.mint_to(&mint, &account, 1);
    let with_own_mint = set.swap(0, &wallet.pubkey()).swap(1, &account);
    chain.refuse("registry::NotHolder", &[with_own_mint], &[&wallet]);
}

#[test]
fn an_empty_account_of_the_right_mint_is_not_enough() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let onboard = network.onboard(&mut chain);
    let (device, stranger) = (onboard.address(), chain.wallet());
    let mint = address::device_mint(&device);
    let wallet = stranger.pubkey();
    let create = instruction::create_associated_token(&wallet, &wallet, &mint, &TOKEN_2022_PROGRAM);
    chain.send(&[create], &[&stranger]);
    let set = instruction::set_operator(&wallet, &network.address, &device, &wallet);
    chain.refuse("registry::NotHolder", &[set], &[&stranger]);
}

#[test]
fn accounts_that_only_look_like_the_token_account_are_refused() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let onboard = network.onboard(&mut chain);
    let (device, thief) = (onboard.address(), chain.wallet());
    let set =
        instruction::set_operator(&thief.pubkey(), &network.address, &device, &thief.pubkey());
    let real = chain.raw(&token_of(&onboard.owner.pubkey(), &device));
    let mut stolen = real.data.clone();
    stolen[32..64].copy_from_slice(thief.pubkey().as_ref());

    // The right bytes, but written by another program.
    let fake = chain.key().pubkey();
    let account = Account { owner: address::STAKING, data: stolen.clone(), ..real.clone() };
    chain.svm.set_account(fake, account).unwrap();
    chain.refuse("registry::IllegalOwner", &[set.swap(1, &fake)], &[&thief]);

    // A multisignature account of Token-2022 has bytes of its creator's choice, but its own
    // length, 355.
    let mut multisig = stolen.clone();
    multisig.resize(355, 0);
    let fake = chain.key().pubkey();
    let account = Account { data: multisig, ..real.clone() };
    chain.svm.set_account(fake, account).unwrap();
    chain.refuse("registry::InvalidAccountData", &[set.swap(1, &fake)], &[&thief]);

    let mint = address::device_mint(&device);
    chain.refuse("registry::UninitializedAccount", &[set.swap(1, &mint)], &[&thief]);

    // To see that nothing else was wrong with them: from Token-2022 itself they would do.
    let genuine = chain.key().pubkey();
    chain.svm.set_account(genuine, Account { data: stolen, ..real }).unwrap();
    chain.send(&[set.swap(1, &genuine)], &[&thief]);
}

#[test]
fn other_devices_and_forged_ones_are_refused() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let (onboard, neighbour) = (network.onboard(&mut chain), network.onboard(&mut chain));
    let owner = onboard.owner.pubkey();
    let set =
        instruction::set_operator(&owner, &network.address, &onboard.address(), &network.address);
    let key = &onboard.owner;
    chain.refuse("registry::NotHolder", &[set.swap(3, &neighbour.address())], &[key]);
    let forged = chain.forge(&onboard.address(), &TOKEN_PROGRAM);
    chain.refuse("registry::IllegalOwner", &[set.swap(3, &forged)], &[key]);
    let kind = chain.other_kind(&onboard.address());
    chain.refuse("registry::InvalidAccountData", &[set.swap(3, &kind)], &[key]);
    chain.refuse("registry::Custom(2000)", &[set.readonly(3)], &[key]);
    let other = Network::create(&mut chain, "other");
    chain.refuse("registry::WrongNetwork", &[set.swap(2, &other.address)], &[key]);
    let forged = chain.forge(&network.address, &address::REWARDS);
    chain.refuse("registry::IllegalOwner", &[set.swap(2, &forged)], &[key]);
}

#[test]
fn the_operator_changes_to_somebody() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let onboard = network.onboard(&mut chain);
    let (owner, device) = (onboard.owner.pubkey(), onboard.address());
    let same = instruction::set_operator(&owner, &network.address, &device, &owner);
    chain.refuse("registry::OperatorUnchanged", &[same], &[&onboard.owner]);
    let nobody = instruction::set_operator(&owner, &network.address, &device, &Address::default());
    chain.refuse("registry::InvalidKey", &[nobody], &[&onboard.owner]);
}
