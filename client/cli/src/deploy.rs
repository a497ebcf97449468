//! Programs on a chain, through the upgradeable loader: deploying, upgrading, and giving up the
//! right to upgrade.

use crate::{failure::Failure, progress::Phase, wallet};
use anyhow::{Context, Result};
use cairn_sdk::{address, rpc::Client};
use futures::{StreamExt, TryStreamExt};
use serde::Serialize;
use solana_address::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_loader_v3_interface::{
    get_program_data_address, instruction as loader, state::UpgradeableLoaderState,
};
use solana_signer::Signer;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// Bytes of a program in one transaction of its deployment.
const CHUNK: usize = 960;
/// Transactions under way at once.
const CONCURRENCY: usize = 32;
/// The loader extends a program by no less (SIMD-0431).
const LEAST_EXTENSION: usize = 10_240;

/// One of Cairn's programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Program {
    /// `registry`, `rewards` or `staking`.
    pub name: &'static str,
    /// Its address.
    pub address: Address,
}

/// Cairn's programs.
pub const PROGRAMS: [Program; 3] = [
    Program { name: "registry", address: address::REGISTRY },
    Program { name: "rewards", address: address::REWARDS },
    Program { name: "staking", address: address::STAKING },
];

/// The program of this name.
///
/// # Errors
/// `no_such_program`.
pub fn program(name: &str) -> Result<Program> {
    PROGRAMS.into_iter().find(|program| program.name == name).ok_or_else(|| {
        Failure::new(
            "no_such_program",
            format!("there is no program called {name}"),
            "the programs are registry, rewards and staking",
        )
        .into()
    })
}

/// A folder with built programs, `cairn_NAME.so`, and their keypairs, `cairn_NAME-keypair.json`, as
/// `make programs` leaves it.
#[derive(Debug, Clone)]
pub struct Build {
    /// The folder.
    pub folder: PathBuf,
}

impl Build {
    /// The build in this folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The program's bytes.
    ///
    /// # Errors
    /// `program_not_built`.
    pub fn code(&self, program: Program) -> Result<Vec<u8>> {
        let path = self.folder.join(format!("cairn_{}.so", program.name));
        std::fs::read(&path).map_err(|error| {
            Failure::new(
                "program_not_built",
                format!("{}: {error}", path.display()),
                "run `make programs`, or name the folder of the build with --programs",
            )
            .into()
        })
    }

    /// The keypair that the program is deployed with.
    ///
    /// # Errors
    /// `keypair_unreadable`, or `program_key_mismatch` when it is not that of the program's address.
    pub fn keypair(&self, program: Program) -> Result<Keypair> {
        let path = self.folder.join(format!("cairn_{}-keypair.json", program.name));
        let keypair = wallet::read(&path)?;
        if keypair.pubkey() != program.address {
            return Err(Failure::new(
                "program_key_mismatch",
                format!(
                    "{} is the key of {}, but the {} program is built for {}",
                    path.display(),
                    keypair.pubkey(),
                    program.name,
                    program.address
                ),
                "`anchor keys sync` writes your keys' addresses into the sources; build again after it",
            )
            .into());
        }
        Ok(keypair)
    }
}

/// A program as it is on the chain.
#[derive(Debug, Clone, Serialize)]
pub struct Deployed {
    /// Its name.
    pub name: &'static str,
    /// Its address.
    #[serde(with = "cairn_sdk::api::address_base58")]
    pub program: Address,
    /// Who may upgrade it, in base58; nobody when it is final.
    pub authority: Option<String>,
    /// Slot of its last deployment.
    pub slot: u64,
    /// Bytes of its code, without the zeros behind it.
    pub bytes: usize,
    /// Bytes that its code may grow to without an extension.
    pub room: usize,
    /// SHA-256 of the code, without the zeros behind it, in hex.
    pub sha256: String,
}

/// Code without the zeros behind it, which the room to grow consists of.
fn trimmed(code: &[u8]) -> &[u8] {
    let zeros = code.iter().rev().take_while(|byte| **byte == 0).count();
    code.get(..code.len().saturating_sub(zeros)).unwrap_or_default()
}

/// The hash that [`Deployed::sha256`] is compared with.
pub fn code_hash(code: &[u8]) -> String {
    hex::encode(cairn_protocol::hash::sha256(&[trimmed(code)]))
}

/// What the loader's account of a program says.
fn parse(program: Program, data: &[u8]) -> Option<Deployed> {
    const PROGRAM_DATA: u32 = 3;
    let (head, code) =
        data.split_at_checked(UpgradeableLoaderState::size_of_programdata_metadata())?;
    let (tag, rest) = head.split_first_chunk()?;
    let (slot, rest) = rest.split_first_chunk()?;
    let (is_some, rest) = rest.split_first()?;
    if u32::from_le_bytes(*tag) != PROGRAM_DATA {
        return None;
    }
    let authority: &[u8; 32] = rest.first_chunk()?;
    Some(Deployed {
        name: program.name,
        program: program.address,
        authority: (*is_some == 1).then(|| Address::new_from_array(*authority).to_string()),
        slot: u64::from_le_bytes(*slot),
        bytes: trimmed(code).len(),
        room: code.len(),
        sha256: code_hash(code),
    })
}

/// The program as it is on the chain, or `None`.
///
/// # Errors
/// `program_not_upgradeable` when it was deployed by another loader.
pub async fn deployed(client: &Client, program: Program) -> Result<Option<Deployed>> {
    if client.account(&program.address).await?.is_none() {
        return Ok(None);
    }
    let data = client.account(&get_program_data_address(&program.address)).await?;
    match data.and_then(|account| parse(program, &account.data)) {
        Some(deployed) => Ok(Some(deployed)),
        None => Err(Failure::new(
            "program_not_upgradeable",
            format!(
                "the {} program {} is not the upgradeable loader's",
                program.name, program.address
            ),
            "check --url; such a program stays as it is",
        )
        .into()),
    }
}

/// The program, of which `authority` may dispose.
async fn governed(client: &Client, program: Program, authority: &Address) -> Result<Deployed> {
    let Program { name, address } = program;
    let deployed = deployed(client, program).await?.ok_or_else(|| {
        Failure::new(
            "program_missing",
            format!("the {name} program is not at {address}"),
            "check --url; the first of the migrations deploys it",
        )
    })?;
    match &deployed.authority {
        Some(holder) if *holder == authority.to_string() => Ok(deployed),
        Some(holder) => Err(Failure::new(
            "not_upgrade_authority",
            format!("{holder} may upgrade the {name} program, not {authority}"),
            "name its keypair with --keypair",
        )
        .into()),
        None => Err(Failure::new(
            "program_final",
            format!("the {name} program {address} is final: nobody may upgrade it"),
            "its code stays; a change needs a new deployment under another address",
        )
        .into()),
    }
}

async fn rent(client: &Client, bytes: usize) -> Result<u64> {
    let rent = client.rpc().get_minimum_balance_for_rent_exemption(bytes).await;
    Ok(rent.map_err(cairn_sdk::Error::from)?)
}

async fn slot(client: &Client) -> Result<u64> {
    Ok(client.rpc().get_slot().await.map_err(cairn_sdk::Error::from)?)
}

/// A program runs from the slot after its deployment, and is changed once per slot.
async fn next_slot(client: &Client) -> Result<()> {
    let now = slot(client).await?;
    while slot(client).await? <= now.saturating_add(1) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// Writes code into a new buffer, calls `then` with its address and sends what that returns; when
/// anything fails, the buffer's lamports go back to the payer.
async fn through_buffer(
    client: &Client,
    payer: &Keypair,
    title: String,
    code: &[u8],
    signers: &[&Keypair],
    then: impl FnOnce(&Address) -> Result<Vec<Instruction>>,
) -> Result<()> {
    let (wallet, buffer) = (payer.pubkey(), Keypair::new());
    let address = buffer.pubkey();
    let lamports = rent(client, UpgradeableLoaderState::size_of_buffer(code.len())).await?;
    let create = loader::create_buffer(&wallet, &address, &wallet, lamports, code.len())
        .context("the program is too large")?;
    client.send(&create, payer, &[&buffer]).await.context("creating the buffer")?;

    let mut phase = Phase::start(title, code.chunks(CHUNK).len() as u64);
    let fill = async {
        let writes = code.chunks(CHUNK).enumerate().map(|(at, bytes)| {
            let offset = u32::try_from(at.saturating_mul(CHUNK)).unwrap_or(u32::MAX);
            let write = loader::write(&address, &wallet, offset, bytes.to_vec());
            async move { client.send(&[write], payer, &[]).await }
        });
        let mut writes = futures::stream::iter(writes).buffer_unordered(CONCURRENCY);
        while writes.try_next().await.context("writing the program")?.is_some() {
            phase.advance(1);
        }
        client.send(&then(&address)?, payer, signers).await?;
        next_slot(client).await
    };
    let result = fill.await;
    phase.finish();
    if result.is_err() {
        let close = loader::close_any(&address, &wallet, Some(&wallet), None, false);
        if let Err(error) = client.send(&[close], payer, &[]).await {
            eprintln!("warning: the buffer {address} was not closed: {error}");
        }
    }
    result
}

/// Deploys a program of the build, with the payer as its upgrade authority and room for `max_bytes`
/// of code.
///
/// # Errors
/// Those of [`Build`]; what the loader refuses, such as code that does not verify.
pub async fn deploy(
    client: &Client,
    payer: &Keypair,
    build: &Build,
    program: Program,
    max_bytes: usize,
) -> Result<()> {
    let (code, keypair, wallet) = (build.code(program)?, build.keypair(program)?, payer.pubkey());
    let lamports = rent(client, UpgradeableLoaderState::size_of_program()).await?;
    let title = format!("deploy {}", program.name);
    through_buffer(client, payer, title, &code, &[&keypair], |buffer| {
        loader::deploy_with_max_program_len(
            &wallet,
            &program.address,
            buffer,
            &wallet,
            lamports,
            max_bytes.max(code.len()),
            true,
        )
        .context("the program is too large")
    })
    .await
}

/// Replaces a program's code; `authority` signs and pays. Makes room first where the code needs
/// more.
///
/// # Errors
/// `program_missing`, `program_final`, `not_upgrade_authority`, or what the loader refuses.
pub async fn upgrade(
    client: &Client,
    authority: &Keypair,
    program: Program,
    code: &[u8],
) -> Result<()> {
    let wallet = authority.pubkey();
    let deployed = governed(client, program, &wallet).await?;
    let missing = code.len().saturating_sub(deployed.room);
    if missing > 0 {
        let more =
            u32::try_from(missing.max(LEAST_EXTENSION)).context("the program is too large")?;
        let extend = loader::extend_program(&program.address, Some(&wallet), more);
        client.send(&[extend], authority, &[]).await.context("making room for the program")?;
        next_slot(client).await?;
    }
    let title = format!("upgrade {}", program.name);
    through_buffer(client, authority, title, code, &[], |buffer| {
        Ok(vec![loader::upgrade(&program.address, buffer, &wallet, &wallet, true)])
    })
    .await
}

/// Gives up the right to upgrade a program, for good.
///
/// # Errors
/// As [`upgrade`].
pub async fn make_final(client: &Client, authority: &Keypair, program: Program) -> Result<()> {
    let wallet = authority.pubkey();
    governed(client, program, &wallet).await?;
    let set = loader::set_upgrade_authority(&program.address, &wallet, None);
    client.send(&[set], authority, &[]).await?;
    Ok(())
}

/// The default folder of builds.
pub fn default_build() -> &'static Path {
    Path::new("target/deploy")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loaders_account_is_read_with_and_without_an_authority() {
        let authority = Address::new_from_array([7; 32]);
        let mut data = vec![3, 0, 0, 0];
        data.extend_from_slice(&9u64.to_le_bytes());
        data.push(1);
        data.extend_from_slice(authority.as_ref());
        data.extend_from_slice(&[1, 2, 3, 0, 0]);
        let deployed = parse(PROGRAMS[1], &data).unwrap();
        assert_eq!(deployed.authority, Some(authority.to_string()));
        assert_eq!((deployed.slot, deployed.bytes, deployed.room), (9, 3, 5));
        assert_eq!(deployed.sha256, code_hash(&[1, 2, 3]));

        data[12] = 0;
        assert_eq!(parse(PROGRAMS[1], &data).unwrap().authority, None);
        data[0] = 2;
        assert!(parse(PROGRAMS[1], &data).is_none());
        assert!(parse(PROGRAMS[1], &data[..44]).is_none());
    }

    #[test]
    fn an_unknown_program_is_refused_by_name() {
        assert_eq!(program("staking").unwrap(), PROGRAMS[2]);
        let error = program("rewardz").unwrap_err();
        assert_eq!(crate::failure::describe(&error).code, "no_such_program");
    }
}
