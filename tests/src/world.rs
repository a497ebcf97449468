//! A network whose three oracles the caller is: it says what was earned, used and lost, and they
//! agree.

use crate::chain::Chain;
use anyhow::{Context, Result, bail};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use cairn_cli::network::{self, CreatedNetwork, MintChoice, NetworkSpec};
use cairn_protocol::{
    emission::Step,
    merkle::{NODE_BYTES, Node, OperatorLeaf, SumTree},
    proposal::ProposalContent,
};
use cairn_sdk::{
    account::Pool,
    address,
    amount::Tokens,
    api::{ClaimView, ErrorBody, ErrorDetail, ProofStep},
    instruction::{self, ClassTermsSpec, PoolKeys, PoolSpec},
    rpc::Client,
};
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;
use std::{
    collections::BTreeMap,
    future::IntoFuture,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::net::TcpListener;

/// Tokens in the vault at the start.
pub const FUND: Tokens = Tokens(1_000_000_000_000);
/// Tokens that each epoch emits.
pub const PER_EPOCH: Tokens = Tokens(1_000_000_000);

/// The network, and the keys that decide in it.
pub struct World {
    /// The chain that it is on.
    pub chain: Chain,
    /// A connection to it.
    pub client: Client,
    /// Its addresses.
    pub network: CreatedNetwork,
    /// Its pool's.
    pub keys: PoolKeys,
    /// The oracles, of whom two must agree.
    pub oracles: Vec<Keypair>,
}

/// What an epoch's proposal says besides the operators' root.
#[derive(Debug, Clone, Copy, Default)]
pub struct Besides {
    /// Root of the penalties.
    pub penalties: Option<Node>,
    /// Root of what customers used.
    pub usage: Option<Node>,
}

impl World {
    /// Creates the network with epochs of two seconds that began ten minutes ago, changes without
    /// delay and a settlement period of a second.
    ///
    /// # Errors
    /// Whatever the programs refuse.
    pub async fn create(chain: Chain) -> Result<Self> {
        let (client, payer) = (chain.client(), chain.payer.pubkey());
        let oracles: Vec<_> = (0..3).map(|_| Keypair::new()).collect();
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let spec = NetworkSpec {
            name: "world".into(),
            symbol: "WLD".into(),
            settle_seconds: 1,
            guardian: payer,
            license_issuer: payer,
            fee_treasury: payer,
            change_delay_seconds: 0,
            category: 3,
            uri: "https://example.org/cairn/class.json".into(),
            class_terms: ClassTermsSpec::default(),
            makers: Vec::new(),
            mint: MintChoice::New { decimals: 6 },
            pool: PoolSpec::simple(
                i64::try_from(now)?.saturating_sub(600),
                2,
                1,
                payer,
                vec![Step::constant(0, PER_EPOCH.0)],
            ),
            oracles: oracles.iter().map(Signer::pubkey).collect(),
            threshold: 2,
            fund: FUND,
            cooldown_seconds: 2,
        };
        let network = network::create(&client, &chain.payer, &spec).await?;
        let pool: Pool = client.get(&network.pool).await?;
        let world = Self { keys: PoolKeys::from(&pool), chain, client, network, oracles };
        let keys: Vec<_> = world.oracles.iter().map(Signer::pubkey).collect();
        world.fund(&keys).await?;
        Ok(world)
    }

    /// Gives wallets SOL to pay with.
    ///
    /// # Errors
    /// When the chain refuses.
    pub async fn fund(&self, wallets: &[Address]) -> Result<()> {
        self.chain.fund(wallets).await
    }

    /// Mints tokens to a wallet's associated token account.
    ///
    /// # Errors
    /// When the chain refuses.
    pub async fn mint(&self, wallet: &Address, amount: Tokens) -> Result<()> {
        let (payer, keys) = (&self.chain.payer, &self.keys);
        let (authority, mint) = (payer.pubkey(), &keys.mint);
        let account = keys.token_account(wallet);
        let mint = [
            instruction::create_associated_token(&authority, wallet, mint, &keys.token_program),
            instruction::mint_to(mint, &account, &authority, amount),
        ];
        self.client.send(&mint, payer, &[]).await?;
        Ok(())
    }

    /// Tokens of a wallet.
    ///
    /// # Errors
    /// When the chain cannot be asked.
    pub async fn tokens(&self, wallet: &Address) -> Result<Tokens> {
        Ok(self.client.token_balance(&self.keys.token_account(wallet)).await?)
    }

    /// What an operator earned over its life.
    pub fn leaf(&self, operator: &Address, lifetime_total: Tokens) -> OperatorLeaf {
        OperatorLeaf {
            pool: self.keys.pool.to_bytes(),
            operator: operator.to_bytes(),
            lifetime_total: lifetime_total.0,
            devices_root: [7; 32],
        }
    }

    /// Two of the three oracles agree on `tree`, and somebody finalizes. Returns the proposal.
    ///
    /// # Errors
    /// Whatever the program refuses.
    pub async fn finalize(&self, epoch: u64, tree: &SumTree, besides: Besides) -> Result<Address> {
        let root = tree.root();
        let (hash, sum) = (
            |node: Option<Node>| node.map_or([0; 32], |node| node.hash),
            |node: Option<Node>| node.map_or(0, |node| node.sum),
        );
        let content = ProposalContent {
            root: root.hash,
            root_sum: root.sum,
            leaf_count: u32::try_from(tree.len())?,
            manifest_hash: [1; 32],
            penalties_root: hash(besides.penalties),
            penalties_sum: sum(besides.penalties),
            usage_root: hash(besides.usage),
            usage_sum: sum(besides.usage),
        };
        let proposal = address::proposal(&self.keys.pool, epoch, &content.hash());
        let [first, second, _] = self.oracles.as_slice() else { bail!("there are three oracles") };
        let propose = instruction::propose(&first.pubkey(), &self.keys, epoch, &content, None);
        self.client.send(&[propose], first, &[]).await?;
        let attest = instruction::attest(&second.pubkey(), &self.keys.pool, &proposal);
        self.client.send(&[attest], second, &[]).await?;
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let finalize = instruction::finalize(&self.keys, &proposal);
            match self.client.send(&[finalize], &self.chain.payer, &[]).await {
                Ok(_) => return Ok(proposal),
                Err(error) if error.program_error_name() == Some("ChallengeWindowOpen") => {}
                Err(error) => return Err(error.into()),
            }
            if Instant::now() > deadline {
                bail!("the challenge window did not end");
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

/// The steps of a proof as an oracle serves them.
pub fn proof_steps(proof: &[u8]) -> Vec<ProofStep> {
    let (nodes, _) = proof.as_chunks::<NODE_BYTES>();
    nodes
        .iter()
        .map(Node::from_bytes)
        .map(|node| ProofStep { hash: node.hash, sum: node.sum })
        .collect()
}

/// What an oracle's HTTP API says about claims, of answers that were set.
#[derive(Debug, Clone)]
pub struct Answers {
    /// Where it listens.
    pub url: String,
    views: Arc<Mutex<BTreeMap<String, ClaimView>>>,
}

impl Answers {
    /// Starts answering, for as long as the runtime lives.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let answers = Self { url, views: Arc::default() };
        let router = Router::new()
            .route("/v1/operators/{operator}/claim", get(claim))
            .with_state(answers.clone());
        // It serves until the runtime ends.
        tokio::spawn(axum::serve(listener, router).into_future());
        Ok(answers)
    }

    /// From now on says that `tree`, which an epoch was finalized with, has `leaf` at `index`.
    ///
    /// # Errors
    /// When it does not have so many leaves.
    pub fn set(&self, epoch: u64, tree: &SumTree, leaf: &OperatorLeaf, index: u32) -> Result<()> {
        let proof = tree.prove(index).ok().context("a leaf of the tree")?;
        let operator = Address::new_from_array(leaf.operator);
        let view = ClaimView {
            pool: Address::new_from_array(leaf.pool),
            operator,
            epoch,
            lifetime_total: leaf.lifetime_total,
            devices_root: leaf.devices_root,
            leaf_index: index,
            proof: proof_steps(&proof),
            root: tree.root().hash,
            root_sum: tree.root().sum,
        };
        let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        views.insert(operator.to_string(), view);
        Ok(())
    }
}

async fn claim(
    State(answers): State<Answers>,
    Path(operator): Path<String>,
) -> Result<Json<ClaimView>, (StatusCode, Json<ErrorBody>)> {
    let views = answers.views.lock().unwrap_or_else(PoisonError::into_inner);
    views.get(&operator).cloned().map(Json).ok_or_else(|| {
        let error = ErrorDetail {
            code: "operator_unknown".into(),
            message: "nothing is known".into(),
            hint: "ask for another".into(),
        };
        (StatusCode::NOT_FOUND, Json(ErrorBody { error }))
    })
}
