//! `cairn table`: the lookup tables that claims with many payees left behind, and their rent.

use crate::{failure::Failure, progress::Phase, session::Session, text::Scale};
use anyhow::Result;
use cairn_sdk::{amount::Lamports, lookup_table::LookupTable};
use clap::{Args, Subcommand};
use serde::Serialize;
use solana_address::Address;
use solana_signer::Signer;

/// `cairn table`.
#[derive(Debug, Subcommand)]
pub enum TableCommand {
    /// List the wallet's lookup tables, with the rent that each gives back
    List,
    /// Begin a table's end: no claim uses it any more; it can be closed some four minutes later
    Deactivate(TableArgs),
    /// Close tables and get their rent back: deactivates them if need be, waits until they can be
    /// closed
    Close(CloseArgs),
}

/// Which table.
#[derive(Debug, Clone, Copy, Args)]
pub struct TableArgs {
    /// Address of the table
    #[arg(long)]
    pub table: Address,
}

/// Flags of `cairn table close`.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct CloseArgs {
    /// Address of the table
    #[arg(long)]
    pub table: Option<Address>,
    /// All tables of the wallet
    #[arg(long)]
    pub all: bool,
}

/// A table as people read it.
#[derive(Debug, Serialize)]
struct Table {
    #[serde(with = "cairn_sdk::api::address_base58")]
    table: Address,
    addresses: usize,
    rent: Lamports,
    /// Slot from which it can be closed; absent while it is active.
    closable_from_slot: Option<u64>,
}

impl From<&LookupTable> for Table {
    fn from(table: &LookupTable) -> Self {
        Self {
            table: table.address,
            addresses: table.addresses.len(),
            rent: table.rent,
            closable_from_slot: table.closable_from(),
        }
    }
}

/// A table that was closed.
#[derive(Debug, Serialize)]
struct Closed {
    #[serde(with = "cairn_sdk::api::address_base58")]
    table: Address,
    rent_returned: Lamports,
    signature: String,
}

/// Runs a command.
///
/// # Errors
/// `not_your_table`; whatever the lookup table program refuses.
pub async fn run(session: &Session, command: &TableCommand) -> Result<()> {
    let (client, wallet) = (&session.client, session.wallet()?);
    let own = async |address: &Address| {
        let table = client.lookup_table(address).await?;
        if table.authority == Some(wallet.pubkey()) {
            return Ok(table);
        }
        Err(anyhow::Error::from(Failure::new(
            "not_your_table",
            format!("lookup table {address} is not of the wallet {}", wallet.pubkey()),
            "name the keypair that created it with --keypair",
        )))
    };
    match command {
        TableCommand::List => {
            let tables = client.lookup_tables(&wallet.pubkey()).await?;
            let tables: Vec<_> = tables.iter().map(Table::from).collect();
            session.print(&tables, Scale::default())
        }
        TableCommand::Deactivate(TableArgs { table }) => {
            own(table).await?;
            let table = client.deactivate_lookup_table(&wallet, table).await?;
            session.print(&Table::from(&table), Scale::default())
        }
        TableCommand::Close(close) => {
            let tables = match &close.table {
                Some(table) => vec![own(table).await?],
                None => client.lookup_tables(&wallet.pubkey()).await?,
            };
            // All begin their end first: then the wait is one wait.
            for table in &tables {
                client.deactivate_lookup_table(&wallet, &table.address).await?;
            }
            let mut phase = Phase::start("close lookup tables", tables.len() as u64);
            let mut closed = Vec::with_capacity(tables.len());
            for table in tables {
                let signature = client.close_lookup_table(&wallet, &table.address).await?;
                phase.advance(1);
                closed.push(Closed {
                    table: table.address,
                    rent_returned: table.rent,
                    signature: signature.to_string(),
                });
            }
            phase.finish();
            session.print(&closed, Scale::default())
        }
    }
}
