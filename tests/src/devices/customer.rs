//! A customer: buys credits, escrows them, fetches content, and signs receipts that they are paid by.

use super::{
    LiveReport,
    node::Clock,
    random,
    storage::{Listing, Request},
};
use crate::summary::Usage;
use anyhow::{Context, Result, bail, ensure};
use cairn_cli::oracle::Oracles;
use cairn_device::CustomerSigner;
use cairn_protocol::proof::{Kind, Receipt};
use cairn_sdk::{
    account::{CreditAccount, Pool},
    address,
    amount::{CreditPrice, Credits, Tokens},
    instruction::{self, PoolKeys},
    rpc::Client,
    typed::rewards::CreditTerms,
};
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;
use solana_system_interface::instruction::transfer;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// Credits that a whole token buys.
const PRICE: &str = "2000";
/// Tokens that the customer burns for credits, in the mint's smallest unit.
const SPENT: Tokens = Tokens(5_000_000);
/// Credits that it gets and escrows.
const ESCROWED: u64 = 10_000;
/// Lamports for its own transactions.
const LAMPORTS: u64 = 1_000_000_000;
/// Bytes of a request: as many leaves as are unsealed within a fraction of a second.
const BYTES: usize = 4_096;
/// Credits that the customer pays for a request.
const CREDITS: u64 = 25;
/// Between two requests.
const PAUSE: Duration = Duration::from_millis(1_500);

/// The customer.
pub struct Customer {
    keypair: Keypair,
    /// Escrowed credits that no receipt spends yet.
    left: u64,
}

impl Clone for Customer {
    fn clone(&self) -> Self {
        Self { keypair: self.keypair.insecure_clone(), left: self.left }
    }
}

impl Customer {
    /// The customer with this wallet.
    pub fn new(keypair: Keypair) -> Self {
        Self { keypair, left: ESCROWED }
    }

    /// Receipts over so many credits were countersigned.
    pub fn spend(&mut self, credits: u64) {
        self.left = self.left.saturating_sub(credits);
    }

    /// Its wallet.
    pub fn address(&self) -> Address {
        self.keypair.pubkey()
    }

    /// Creates the pool's credit market, lets the oracles report a price, and buys and escrows
    /// credits for tokens that the founder (`payer`, the mint's authority) gave to the customer.
    ///
    /// # Errors
    /// Whatever the program refuses.
    pub async fn buy(
        &self,
        client: &Client,
        payer: &Keypair,
        keys: &PoolKeys,
        decimals: u8,
        oracles: &[&Keypair],
    ) -> Result<()> {
        let (founder, customer) = (payer.pubkey(), self.address());
        let terms = CreditTerms {
            remint_cap: Tokens(0),
            max_report_age_seconds: 3_600,
            escrow_delay_seconds: 60,
        };
        let account = keys.token_account(&customer);
        let set_up = [
            instruction::create_credit_market(&founder, &keys.network, &keys.pool, &terms),
            instruction::open_credit_account(&founder, &keys.pool, &customer),
            transfer(&founder, &customer, LAMPORTS),
            instruction::create_associated_token(
                &founder,
                &customer,
                &keys.mint,
                &keys.token_program,
            ),
            instruction::mint_to(&keys.mint, &account, &founder, SPENT),
        ];
        client.send(&set_up, payer, &[]).await.context("opening the credit market")?;
        let price = CreditPrice::parse(PRICE, decimals)?;
        for oracle in oracles {
            let report = instruction::report_price(&oracle.pubkey(), &keys.pool, price);
            client.send(&[report], oracle, &[]).await.context("reporting a price")?;
        }
        let buy = [
            instruction::buy_credits(
                &customer,
                &account,
                keys,
                &customer,
                SPENT,
                Credits(ESCROWED),
            ),
            instruction::escrow_credits(&customer, &keys.pool, Credits(ESCROWED)),
        ];
        client.send(&buy, &self.keypair, &[]).await.context("buying credits")?;
        Ok(())
    }

    /// Fetches parts of a content that a device listed, checks them against its own copy, and pays,
    /// from the second epoch on: in the first one the replica is not proven. Ends when its escrow is
    /// used up. Returns how many receipts were countersigned, and their credits.
    ///
    /// # Errors
    /// When the device gives other bytes than the content has.
    pub async fn fetch(
        self,
        network: [u8; 32],
        clock: Clock,
        shop: mpsc::Sender<Request>,
        listing: Listing,
    ) -> Result<(u64, u64)> {
        let own = std::fs::read(&listing.file).context("reading the customer's own copy")?;
        let signer = CustomerSigner::new(self.keypair.secret_bytes());
        let Listing { device, content_root, .. } = listing;
        let (mut receipts, mut credits, mut offset) = (0, 0, 0);
        clock.sleep_until(clock.from_ms.saturating_add(clock.epoch_ms)).await;
        while clock.now_ms() < clock.until_ms && credits + CREDITS <= self.left {
            let started_at_ms = clock.now_ms();
            let (reply, answer) = oneshot::channel();
            let read = Request::Read { content_root, offset, length: BYTES, reply };
            // A device that has stopped serves no more.
            let (Ok(()), Ok(bytes)) = (shop.send(read).await, answer.await) else { break };
            let from = usize::try_from(offset)?;
            let expected = own.get(from..own.len().min(from.saturating_add(BYTES)));
            ensure!(expected == Some(bytes.as_slice()), "the device gave other bytes at {offset}");
            offset = if bytes.len() < BYTES { 0 } else { offset + BYTES as u64 };
            let mut id = [0; 16];
            id.copy_from_slice(random().get(..16).unwrap_or(&[0; 16]));
            let receipt = Receipt {
                id,
                customer: [0; 32],
                credits: CREDITS,
                bytes: bytes.len() as u64,
                packets: 1,
                started_at_ms,
                ended_at_ms: clock.now_ms(),
                signature: [0; 64],
            };
            let kind = Kind::RetrievalReceipt;
            let receipt = signer.sign(&network, kind, &device, &content_root, receipt);
            let (reply, answer) = oneshot::channel();
            let settle = Request::Settle { content_root, receipt, reply };
            let (Ok(()), Ok(taken)) = (shop.send(settle).await, answer.await) else { break };
            if taken {
                receipts += 1;
                credits += CREDITS;
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok((receipts, credits))
    }
}

/// Waits until the oracles have debited everything that the customer used, and says what that was.
///
/// # Errors
/// When that takes more than a minute.
pub async fn settled(
    client: &Client,
    api: &Oracles,
    pool: &Address,
    customer: &Address,
    report: &LiveReport,
) -> Result<Usage> {
    let account = address::credit_account(&address::credit_market(pool), customer);
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let on_chain: Pool = client.get(pool).await?;
        let credits: CreditAccount = client.get(&account).await?;
        let used = api.usage(customer).await.context("what the customer used")?;
        let usage = Usage {
            customer: customer.to_string(),
            bought: ESCROWED,
            receipts: report.receipts,
            receipt_credits: report.credits,
            receipts_accepted: 0,
            charged: used.lifetime_spent,
            usage_root: on_chain.usage_root.iter().map(|byte| format!("{byte:02x}")).collect(),
            usage_sum: on_chain.usage_sum,
            settled: credits.settled_total,
            escrow_left: credits.escrowed,
        };
        if usage.charged == usage.usage_sum && usage.settled == usage.charged {
            return Ok(usage);
        }
        if Instant::now() > deadline {
            bail!("the customer's usage was not settled within a minute: {usage:?}");
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}
