use cairn_program_tests::{Chain, NOW, Network, Swap, bump, emitted};
use cairn_sdk::{
    account::{self, License},
    address,
    event::RegistryEvent,
    instruction::{self, LicenseSpec},
    registry::{
        accounts::LICENSE_DISCRIMINATOR,
        instructions::{IssueLicense, IssueLicenseInstructionArgs},
        types::LicenseIssued,
    },
};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_signer::Signer;

const BYTES: usize = 8 + 232;

fn issue(network: &Network, spec: &LicenseSpec, expires_at: i64) -> Instruction {
    let issuer = network.license_issuer.pubkey();
    instruction::issue_license(&issuer, &network.address, spec, expires_at).unwrap()
}

fn spec(chain: &mut Chain) -> LicenseSpec {
    let holder = chain.key().pubkey();
    LicenseSpec { holder, region: "US-CA".into(), band_plan: "US915".into() }
}

#[test]
fn a_licence_is_issued() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let issuer = network.license_issuer.pubkey();
    let before = chain.lamports(&issuer);
    let spec = spec(&mut chain);
    let sent = chain.send(&[issue(&network, &spec, NOW + 1)], &[&network.license_issuer]);

    let (region, band_plan) = (*b"US-CA\0", address::padded("US915").unwrap());
    let license = spec.address(&network.address).unwrap();
    let seeds: &[&[u8]] =
        &[b"license", network.address.as_ref(), spec.holder.as_ref(), &region, &band_plan];
    let expected = License {
        discriminator: LICENSE_DISCRIMINATOR,
        network: network.address,
        holder: spec.holder,
        issuer,
        rent_payer: issuer,
        valid_since: NOW,
        expires_at: NOW + 1,
        previous_valid_since: 0,
        previous_expires_at: 0,
        revoked_at: 0,
        region,
        band_plan,
        version: 1,
        bump: bump(seeds, &address::REGISTRY),
        reserved: [0; 40],
    };
    assert_eq!(chain.read::<License>(&license), expected);
    let valid = |time| account::license_valid_at(&expected, time);
    assert_eq!([NOW - 1, NOW, NOW + 1].map(valid), [false, true, false]);
    assert_eq!(chain.raw(&license).data.len(), BYTES);
    assert_eq!(chain.lamports(&license), chain.rent(BYTES));
    assert_eq!(chain.lamports(&issuer), before - chain.rent(BYTES));
    assert_eq!(chain.read::<account::Network>(&network.address).license_count, 1);
    let event = LicenseIssued {
        network: network.address,
        license,
        holder: spec.holder,
        issuer,
        region,
        band_plan,
        expires_at: NOW + 1,
    };
    assert_eq!(sent.events, emitted(RegistryEvent::LicenseIssued(event)));
    // One of a kind.
    let again = issue(&network, &spec, NOW + 2);
    chain.refuse("system::Custom(0)", &[again], &[&network.license_issuer]);
}

#[test]
fn only_the_issuer_and_the_authority_issue() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let stranger = chain.wallet();
    let spec = spec(&mut chain);
    let issue = issue(&network, &spec, NOW + 1);
    chain.refuse("registry::MissingRequiredSignature", &[issue.unsigned(0)], &[]);
    let by_stranger = issue.swap(0, &stranger.pubkey());
    chain.refuse("registry::NotLicenseIssuer", &[by_stranger], &[&stranger]);
    let authority = &network.authority;
    chain.send(&[issue.swap(0, &authority.pubkey())], &[authority]);
    let license: License = chain.read(&spec.address(&network.address).unwrap());
    assert_eq!((license.issuer, license.rent_payer), (authority.pubkey(), authority.pubkey()));
}

#[test]
fn it_ends_in_the_future_and_belongs_to_somebody() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let key = &network.license_issuer;
    let spec = spec(&mut chain);
    for expires_at in [i64::MIN, 0, NOW] {
        let issue = issue(&network, &spec, expires_at);
        chain.refuse("registry::InvalidExpiry", &[issue], &[key]);
    }
    let nobody = LicenseSpec { holder: Address::default(), ..spec };
    chain.refuse("registry::InvalidKey", &[issue(&network, &nobody, NOW + 1)], &[key]);
}

#[test]
fn regions_are_those_of_iso_3166() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let key = &network.license_issuer;
    let (holder, band_plan) = (chain.key().pubkey(), address::padded("EU868").unwrap());
    let raw = |region: [u8; 6], band_plan: [u8; 16]| {
        IssueLicense {
            issuer: key.pubkey(),
            network: network.address,
            license: address::license(&network.address, &holder, &region, &band_plan),
            system_program: Address::default(),
        }
        .instruction(IssueLicenseInstructionArgs {
            holder,
            region,
            band_plan,
            expires_at: NOW + 1,
        })
    };
    let bad = [
        b"\0\0\0\0\0\0",
        b"D\0\0\0\0\0",
        b"de\0\0\0\0",
        b"DEU\0\0\0",
        b"D1\0\0\0\0",
        b"DE\0X\0\0",
        b"DE-\0\0\0",
        b"DE-x\0\0",
        b"DE-X\0Y",
        b"DE_BY\0",
        b"DE-B-Y",
        b"DE\0\0\0Y",
    ];
    for region in bad {
        chain.refuse("registry::InvalidRegion", &[raw(*region, band_plan)], &[key]);
    }
    for region in [b"DE\0\0\0\0", b"DE-X\0\0", b"FR-38\0", b"GB-ENG"] {
        chain.send(&[raw(*region, band_plan)], &[key]);
    }
    for band_plan in [[0; 16], [0xff; 16], [7; 16]] {
        chain.refuse("registry::InvalidName", &[raw(*b"AT\0\0\0\0", band_plan)], &[key]);
    }
    let elsewhere = raw(*b"AT\0\0\0\0", band_plan).swap(2, &holder);
    chain.refuse("registry::InvalidSeeds", &[elsewhere], &[key]);
}
