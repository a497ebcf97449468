//! Onboarding devices.

use crate::{failure::Failure, onboarding::Response, progress::Phase};
use anyhow::{Context, Result};
use cairn_device::{DeviceSigner, MakerSigner};
use cairn_protocol::{onboarding::SERIAL_BYTES, proof::Position};
use cairn_sdk::{
    account::{Device, Network, network_terms_at},
    address, instruction,
    rpc::Client,
};
use futures::{StreamExt, TryStreamExt};
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;

/// Resolution of the H3 cells that positions are turned into: about 11 m from edge to edge.
const CELL_RESOLUTION: h3o::Resolution = h3o::Resolution::Twelve;
/// Transactions under way at once.
const CONCURRENCY: usize = 16;

/// The H3 cell of a position.
///
/// # Errors
/// When the coordinates are out of range.
pub fn cell(position: &Position) -> Result<u64> {
    let degrees = |e7: i32| f64::from(e7) / 1e7;
    let point = h3o::LatLng::new(degrees(position.latitude_e7), degrees(position.longitude_e7))
        .map_err(|error| {
            Failure::new(
                "invalid_position",
                error.to_string(),
                "give latitude and longitude in degrees",
            )
        })?;
    Ok(point.to_cell(CELL_RESOLUTION).into())
}

/// A device that is to join.
#[derive(Debug, Clone)]
pub struct NewDevice {
    /// Its key.
    pub signer: DeviceSigner,
    /// The maker's serial number.
    pub serial: [u8; SERIAL_BYTES],
    /// Wallet that receives the NFT and earns.
    pub owner: Address,
    /// H3 cell, or 0.
    pub location: u64,
    /// Licence of the owner, where the class requires one.
    pub license: Option<Address>,
}

/// What devices join.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The network.
    pub network: Address,
    /// Wallet that receives the network's fees.
    pub treasury: Address,
    /// Number of the class.
    pub class: u16,
}

impl Target {
    /// Finds the network's treasury.
    ///
    /// # Errors
    /// When there is no such network, or this machine's clock is off.
    pub async fn read(client: &Client, network: &Address, class: u16) -> Result<Self> {
        let state: Network = client.get(network).await?;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = i64::try_from(now.context("this machine's clock")?.as_secs())?;
        let treasury = network_terms_at(&state, now).treasury;
        Ok(Self { network: *network, treasury, class })
    }
}

/// Onboards one device and returns the address of its account.
///
/// # Errors
/// Whatever the registry refuses.
pub async fn onboard(
    client: &Client,
    payer: &Keypair,
    target: &Target,
    maker: &MakerSigner,
    device: &NewDevice,
) -> Result<Address> {
    let Target { network, treasury, class } = *target;
    let (slot, slot_hash) = client.recent_slot_hash().await?;
    let (network_bytes, owner) = (network.to_bytes(), device.owner.to_bytes());
    let vouched = maker.sign_device(&network_bytes, &device.signer.key(), class, &device.serial);
    let accepted = device.signer.sign_onboarding(&network_bytes, &owner, slot, &slot_hash);
    send(
        client,
        payer,
        &instruction::Onboarding {
            payer: payer.pubkey(),
            owner: device.owner,
            network,
            treasury,
            class,
            maker_key: Address::new_from_array(maker.key()),
            license: device.license,
            device_key: device.signer.key(),
            serial: device.serial,
            slot,
            slot_hash,
            location: device.location,
            maker_signature: vouched.signature,
            device_signature: accepted.signature,
        },
    )
    .await
}

/// Onboards one device by the response that it gave, and returns the address of its account.
///
/// # Errors
/// What is wrong with the response, and whatever the registry refuses.
pub async fn join(
    client: &Client,
    payer: &Keypair,
    response: &Response,
    location: u64,
    license: Option<Address>,
) -> Result<Address> {
    let device_key = response.check()?;
    let Target { network, treasury, class } =
        Target::read(client, &response.network, response.class).await?;
    let certificate = &response.certificate;
    send(
        client,
        payer,
        &instruction::Onboarding {
            payer: payer.pubkey(),
            owner: response.owner,
            network,
            treasury,
            class,
            maker_key: certificate.maker_key,
            license,
            device_key,
            serial: address::padded(&certificate.serial).map_err(cairn_sdk::Error::from)?,
            slot: response.slot,
            slot_hash: response.slot_hash,
            location,
            maker_signature: certificate.maker_signature,
            device_signature: response.device_signature,
        },
    )
    .await
}

async fn send(
    client: &Client,
    payer: &Keypair,
    onboarding: &instruction::Onboarding,
) -> Result<Address> {
    let address = onboarding.device();
    if client.find::<Device>(&address).await?.is_some() {
        return Err(Failure::new(
            "device_exists",
            format!("the network has this device already, at {address}"),
            "nothing to do; to earn for another wallet, its NFT's holder sets the operator",
        )
        .into());
    }
    client.send(&instruction::onboard_device(onboarding), payer, &[]).await?;
    Ok(address)
}

/// Onboards those of `devices` that the network does not have yet, several at once, and returns
/// how many that were.
///
/// # Errors
/// The first refusal.
pub async fn onboard_all(
    client: &Client,
    payer: &Keypair,
    target: &Target,
    maker: &MakerSigner,
    devices: &[NewDevice],
) -> Result<usize> {
    let known: std::collections::HashSet<(u8, [u8; 33])> = client
        .devices(&target.network)
        .await?
        .into_iter()
        .map(|(_, Device { scheme, key, .. })| (scheme, key))
        .collect();
    let missing: Vec<&NewDevice> = devices
        .iter()
        .filter(|device| {
            let key = device.signer.key();
            !known.contains(&(key.scheme() as u8, key.to_registry_bytes()))
        })
        .collect();
    let mut phase = Phase::start("onboard devices", missing.len() as u64);
    futures::stream::iter(missing.iter().copied().map(|device| async move {
        onboard(client, payer, target, maker, device)
            .await
            .with_context(|| format!("onboarding {}", cairn_sdk::address::unpadded(&device.serial)))
    }))
    .buffer_unordered(CONCURRENCY)
    .try_for_each(|_| {
        phase.advance(1);
        std::future::ready(Ok(()))
    })
    .await?;
    phase.finish();
    Ok(missing.len())
}
