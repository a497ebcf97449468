//! Creating a network with everything that it needs to reward devices.

use crate::failure::Failure;
use anyhow::{Context, Result};
use cairn_protocol::{emission, onboarding::SignatureScheme};
use cairn_sdk::{
    account::Network,
    address,
    amount::{BasisPoints, Lamports, Tokens},
    instruction::{
        self, ClassSpec, ClassTermsSpec, NetworkTermsSpec, PoolSpec, Stake, StakePoolSpec,
    },
    rpc::Client,
    typed::staking::StakeTerms,
};
use serde::Serialize;
use solana_address::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;

/// What a network is to be like.
#[derive(Debug, Clone)]
pub struct NetworkSpec {
    /// Name, at most 32 bytes; with the creator it decides the address.
    pub name: String,
    /// Symbol of the devices' NFTs, at most 8 bytes.
    pub symbol: String,
    /// Length of the settlement period, fixed for life; the length of an epoch, or more.
    pub settle_seconds: u32,
    /// May pause the network and suspend devices.
    pub guardian: Address,
    /// May issue licences.
    pub license_issuer: Address,
    /// Receives the fees of onboarding and of locations.
    pub fee_treasury: Address,
    /// Delay of changes of the network and its classes.
    pub change_delay_seconds: u32,
    /// 0 wireless, 1 storage, 2 compute, 3 sensor: category of the first class.
    pub category: u8,
    /// Link to a description of that class.
    pub uri: String,
    /// What the authority may change about that class later.
    pub class_terms: ClassTermsSpec,
    /// Keys that vouch for devices, each with its quota.
    pub makers: Vec<(Address, u32)>,
    /// An existing SPL Token mint for rewards, or a new one with these decimals.
    pub mint: MintChoice,
    /// The pool.
    pub pool: PoolSpec,
    /// Keys of the oracles.
    pub oracles: Vec<Address>,
    /// How many of them must agree.
    pub threshold: u8,
    /// Tokens to put into the vault: minted when the mint is new, else from the payer's account.
    pub fund: Tokens,
    /// Cooldown of the stake pool; at least an epoch, and raised to it when shorter.
    pub cooldown_seconds: u32,
}

/// Which mint to pay rewards in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MintChoice {
    /// A mint that exists.
    Existing(Address),
    /// A new one, with the payer as its authority.
    New {
        /// Decimals of the new mint.
        decimals: u8,
    },
}

/// A network that was created.
#[derive(Debug, Clone, Serialize)]
pub struct CreatedNetwork {
    /// Address of the network.
    #[serde(with = "cairn_sdk::api::address_base58")]
    pub network: Address,
    /// Mint of the rewards.
    #[serde(with = "cairn_sdk::api::address_base58")]
    pub mint: Address,
    /// The reward pool.
    #[serde(with = "cairn_sdk::api::address_base58")]
    pub pool: Address,
    /// Its vault.
    #[serde(with = "cairn_sdk::api::address_base58")]
    pub vault: Address,
    /// The stake pool.
    #[serde(with = "cairn_sdk::api::address_base58")]
    pub stake_pool: Address,
    /// Number of the first class.
    pub class: u16,
}

/// Refuses what the program would refuse, in the words of the command line.
///
/// # Errors
/// `invalid_emission`, `invalid_oracle_set`.
pub(crate) fn validate(steps: &[emission::Step], oracles: &[Address], threshold: u8) -> Result<()> {
    emission::validate(steps).map_err(|error| {
        Failure::new(
            "invalid_emission",
            error.to_string(),
            "give --emission FIRST_EPOCH:TOKENS_PER_EPOCH, the first from epoch 0",
        )
    })?;
    let (count, threshold) = (oracles.len(), usize::from(threshold));
    if count == 0 || count > 32 || threshold > count || threshold <= count / 2 {
        return Err(Failure::new(
            "invalid_oracle_set",
            format!("{threshold} of {count} oracles"),
            "name 1 to 32 oracles and a threshold of more than half of them",
        )
        .into());
    }
    Ok(())
}

/// Creates the mint if needed, the network, its first class, makers, pool, oracle set and stake
/// pool, and funds the vault.
///
/// # Errors
/// `network_exists` when the payer has a network of this name; whatever the programs refuse.
pub async fn create(
    client: &Client,
    payer: &Keypair,
    spec: &NetworkSpec,
) -> Result<CreatedNetwork> {
    validate(&spec.pool.steps, &spec.oracles, spec.threshold)?;
    let authority = payer.pubkey();
    let network = address::network(&authority, &spec.name).map_err(cairn_sdk::Error::from)?;
    if client.find::<Network>(&network).await?.is_some() {
        return Err(Failure::new(
            "network_exists",
            format!("you have a network called {} at {network}", spec.name),
            "choose another --name",
        )
        .into());
    }

    let mint = match spec.mint {
        MintChoice::Existing(mint) => mint,
        MintChoice::New { decimals } => {
            let mint = Keypair::new();
            let rent = client
                .rpc()
                .get_minimum_balance_for_rent_exemption(instruction::MINT_BYTES)
                .await
                .map_err(cairn_sdk::Error::from)?;
            let create = instruction::create_mint(
                &authority,
                &mint.pubkey(),
                &authority,
                decimals,
                Lamports(rent),
            );
            client.send(&create, payer, &[&mint]).await.context("creating the mint")?;
            mint.pubkey()
        }
    };
    let network_spec = instruction::NetworkSpec {
        name: spec.name.clone(),
        symbol: spec.symbol.clone(),
        settle_seconds: spec.settle_seconds,
        terms: NetworkTermsSpec {
            guardian: spec.guardian,
            license_issuer: spec.license_issuer,
            treasury: spec.fee_treasury,
            change_delay_seconds: spec.change_delay_seconds,
        },
    };
    let class = ClassSpec {
        index: 0,
        category: spec.category,
        scheme: SignatureScheme::Ed25519,
        uri: spec.uri.clone(),
        terms: spec.class_terms,
    };
    let create_network = [
        instruction::create_network(&authority, &network_spec).map_err(cairn_sdk::Error::from)?,
        instruction::create_class(&authority, &network, &class).map_err(cairn_sdk::Error::from)?,
    ];
    client.send(&create_network, payer, &[]).await.context("creating the network")?;
    for makers in spec.makers.chunks(4) {
        let add: Vec<_> = makers
            .iter()
            .map(|(key, quota)| instruction::add_maker(&authority, &network, key, *quota))
            .collect();
        client.send(&add, payer, &[]).await.context("adding makers")?;
    }
    let pool = address::pool(&network, &mint);
    let create_pool = instruction::create_pool(&authority, &network, &mint, &spec.pool);
    client.send(&[create_pool], payer, &[]).await.context("creating the pool")?;
    let create_oracles =
        instruction::create_oracle_set(&authority, &network, &pool, spec.threshold, &spec.oracles);
    client.send(&[create_oracles], payer, &[]).await.context("naming the oracles")?;
    let create_stake = create_stake_pool(&authority, &network, &mint, spec);
    client.send(&[create_stake], payer, &[]).await.context("creating the stake pool")?;

    let vault = address::vault(&pool);
    if !spec.fund.is_zero() {
        let fund = match spec.mint {
            MintChoice::New { .. } => instruction::mint_to(&mint, &vault, &authority, spec.fund),
            MintChoice::Existing(_) => {
                let source = address::associated_token(&authority, &mint, &address::TOKEN_PROGRAM);
                instruction::transfer(&source, &vault, &authority, spec.fund)
            }
        };
        client.send(&[fund], payer, &[]).await.context("funding the vault")?;
    }
    Ok(CreatedNetwork {
        network,
        mint,
        pool,
        vault,
        stake_pool: address::stake_pool(&network),
        class: 0,
    })
}

/// The stake pool of a new network, for the rewards' own mint. Penalties may take a tenth of all
/// stake per epoch, and half of each is burned.
fn create_stake_pool(
    authority: &Address,
    network: &Address,
    mint: &Address,
    spec: &NetworkSpec,
) -> Instruction {
    let stake = Stake {
        address: address::stake_pool(network),
        network: *network,
        mint: *mint,
        token_program: address::TOKEN_PROGRAM,
        reward_mint: *mint,
        reward_token_program: address::TOKEN_PROGRAM,
    };
    let terms = StakeTerms {
        // The program takes no shorter cooldown than an epoch.
        cooldown_seconds: spec.cooldown_seconds.max(spec.pool.epoch_seconds),
        ..default_stake_terms(spec.pool.terms.treasury)
    };
    let pool = address::pool(network, mint);
    let spec = StakePoolSpec { terms, period_seconds: 7 * DAY, max_lock_periods: 104 };
    instruction::create_stake_pool(authority, authority, &stake, &pool, &spec)
}

/// Seconds of a day.
pub(crate) const DAY: u32 = 24 * 60 * 60;

/// Terms of a stake pool where nothing else is asked for.
pub(crate) fn default_stake_terms(treasury: Address) -> StakeTerms {
    StakeTerms {
        treasury,
        cooldown_seconds: 14 * DAY,
        appeal_window_seconds: DAY,
        penalty_expiry_seconds: 30 * DAY,
        penalty_cap_bps: BasisPoints(1_000),
        burn_bps: BasisPoints(5_000),
        treasury_bps: BasisPoints(3_000),
        challenger_bps: BasisPoints(2_000),
    }
}

/// The one reward pool of a network.
///
/// # Errors
/// `no_pool` or `several_pools`.
pub async fn pool_of(client: &Client, network: &Address) -> Result<Address> {
    let pools = client.all::<cairn_sdk::account::Pool>(&[(0, network.as_ref())]).await?;
    match pools.as_slice() {
        [(pool, _)] => Ok(*pool),
        [] => Err(Failure::new(
            "no_pool",
            format!("network {network} has no reward pool"),
            "check --network and --url",
        )
        .into()),
        several => Err(Failure::new(
            "several_pools",
            format!("network {network} has {} reward pools", several.len()),
            "name one with --pool",
        )
        .into()),
    }
}
