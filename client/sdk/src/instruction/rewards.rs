use crate::{
    address,
    amount::{BasisPoints, CreditPrice, Credits, Epoch, Tokens},
    typed,
};
use cairn_generated::rewards::{
    accounts::Pool,
    instructions as rewards,
    types::{CreditTerms, EmissionStep, PayeeShare, PoolTerms, Splits},
};
use cairn_protocol::{
    emission::Step,
    merkle::{OperatorLeaf, UsageLeaf},
    proposal::ProposalContent,
};
use solana_address::Address;
use solana_instruction::{AccountMeta, Instruction};
use solana_sdk_ids::system_program;

/// Where a pool's accounts are: enough to build every instruction that moves its tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolKeys {
    /// Address of the pool.
    pub pool: Address,
    /// Network that it rewards.
    pub network: Address,
    /// Mint of the rewards.
    pub mint: Address,
    /// Token program of the mint.
    pub token_program: Address,
    /// Whether the pool mints at finalization.
    pub mints: bool,
}

impl PoolKeys {
    /// The keys of a pool that may not exist yet.
    pub fn new(network: &Address, mint: &Address, token_program: &Address, mints: bool) -> Self {
        Self {
            pool: address::pool(network, mint),
            network: *network,
            mint: *mint,
            token_program: *token_program,
            mints,
        }
    }

    /// The associated token account of `wallet` for the pool's mint.
    pub fn token_account(&self, wallet: &Address) -> Address {
        address::associated_token(wallet, &self.mint, &self.token_program)
    }

    /// The pool's vault.
    pub fn vault(&self) -> Address {
        address::vault(&self.pool)
    }

    /// The token account with the pool's bonds.
    pub fn bond_vault(&self) -> Address {
        address::bond_vault(&self.pool)
    }

    /// The mint where a transfer has to name it.
    fn named_mint(&self) -> Option<Address> {
        (self.token_program == address::TOKEN_2022_PROGRAM).then_some(self.mint)
    }
}

impl From<&Pool> for PoolKeys {
    fn from(pool: &Pool) -> Self {
        Self::new(&pool.network, &pool.mint, &pool.token_program, pool.mode == 1)
    }
}

/// What a reward pool is like.
#[derive(Debug, Clone)]
pub struct PoolSpec {
    /// Start of epoch 0, unix seconds.
    pub genesis_at: i64,
    /// Length of an epoch.
    pub epoch_seconds: u32,
    /// Whether the pool is the mint's authority and mints at finalization; else its vault is
    /// filled from outside.
    pub mints: bool,
    /// Token program of the mint.
    pub token_program: Address,
    /// How an epoch's emission is divided.
    pub splits: typed::rewards::Splits,
    /// What can be changed later.
    pub terms: typed::rewards::PoolTerms,
    /// The emission table.
    pub steps: Vec<Step>,
}

impl PoolSpec {
    /// A pool of an SPL Token mint that is filled from outside, where everything goes to operators,
    /// without bonds, challenges or limits.
    pub fn simple(
        genesis_at: i64,
        epoch_seconds: u32,
        challenge_window_seconds: u32,
        treasury: Address,
        steps: Vec<Step>,
    ) -> Self {
        Self {
            genesis_at,
            epoch_seconds,
            mints: false,
            token_program: address::TOKEN_PROGRAM,
            splits: typed::rewards::Splits {
                operators: BasisPoints::ALL,
                delegators: BasisPoints(0),
                oracles: BasisPoints(0),
                treasury: BasisPoints(0),
            },
            terms: plain_terms(treasury, challenge_window_seconds),
            steps,
        }
    }
}

/// No limit.
pub const NO_LIMIT: typed::rewards::Limit =
    typed::rewards::Limit { max_amount: Tokens(0), window_seconds: 0, max_bps: BasisPoints(0) };

/// Terms without bonds, challenges or limits; penalties stay for 30 days.
pub fn plain_terms(treasury: Address, challenge_window_seconds: u32) -> typed::rewards::PoolTerms {
    typed::rewards::PoolTerms {
        treasury,
        delegator_vault: Address::default(),
        proposal_bond: Tokens(0),
        challenge_bond: Tokens(0),
        breaker: NO_LIMIT,
        operator_cap: NO_LIMIT,
        challenge_window_seconds,
        resolution_window_seconds: 0,
        retention_seconds: 30 * 24 * 60 * 60,
        challenge_burn_bps: BasisPoints(0),
    }
}

/// A step as the program stores it.
fn wire_step(step: &Step) -> EmissionStep {
    let Step { first_epoch, per_epoch, keep_ppb, every_epochs, times } = *step;
    EmissionStep { first_epoch, per_epoch, keep_ppb, every_epochs, times, reserved: 0 }
}

/// Creates a network's reward pool.
pub fn create_pool(
    authority: &Address,
    network: &Address,
    mint: &Address,
    spec: &PoolSpec,
) -> Instruction {
    let pool = address::pool(network, mint);
    rewards::CreatePool {
        authority: *authority,
        network: *network,
        mint: *mint,
        pool,
        vault: address::vault(&pool),
        bond_vault: address::bond_vault(&pool),
        token_program: spec.token_program,
        system_program: system_program::ID,
    }
    .instruction(rewards::CreatePoolInstructionArgs {
        genesis_at: spec.genesis_at,
        epoch_seconds: spec.epoch_seconds,
        mode: u8::from(spec.mints),
        splits: spec.splits.into(),
        terms: spec.terms.into(),
        steps: spec.steps.iter().map(wire_step).collect(),
    })
}

/// Changes the emission from `from_epoch` on, where `steps` begin.
pub fn change_emission(
    authority: &Address,
    network: &Address,
    pool: &Address,
    from_epoch: impl Into<Epoch>,
    steps: &[Step],
) -> Instruction {
    rewards::ChangeEmission { authority: *authority, network: *network, pool: *pool }.instruction(
        rewards::ChangeEmissionInstructionArgs {
            from_epoch: from_epoch.into().0,
            steps: steps.iter().map(wire_step).collect(),
        },
    )
}

/// Proposes another division of the emission from `from_epoch` on.
pub fn propose_splits(
    authority: &Address,
    network: &Address,
    pool: &Address,
    splits: &(impl Clone + Into<Splits>),
    from_epoch: impl Into<Epoch>,
) -> Instruction {
    rewards::ProposeSplits { authority: *authority, network: *network, pool: *pool }.instruction(
        rewards::ProposeSplitsInstructionArgs {
            splits: splits.clone().into(),
            from_epoch: from_epoch.into().0,
        },
    )
}

/// Withdraws a pending division.
pub fn cancel_splits(authority: &Address, network: &Address, pool: &Address) -> Instruction {
    rewards::CancelSplits { authority: *authority, network: *network, pool: *pool }.instruction()
}

/// Proposes other terms of a pool.
pub fn propose_pool_update(
    authority: &Address,
    network: &Address,
    pool: &Address,
    terms: &(impl Clone + Into<PoolTerms>),
) -> Instruction {
    rewards::ProposePoolUpdate { authority: *authority, network: *network, pool: *pool }
        .instruction(rewards::ProposePoolUpdateInstructionArgs { terms: terms.clone().into() })
}

/// Withdraws pending terms of a pool.
pub fn cancel_pool_update(authority: &Address, network: &Address, pool: &Address) -> Instruction {
    rewards::CancelPoolUpdate { authority: *authority, network: *network, pool: *pool }
        .instruction()
}

/// Names a pool's oracles.
pub fn create_oracle_set(
    authority: &Address,
    network: &Address,
    pool: &Address,
    threshold: u8,
    oracles: &[Address],
) -> Instruction {
    rewards::CreateOracleSet {
        authority: *authority,
        network: *network,
        pool: *pool,
        oracle_set: address::oracle_set(pool),
        system_program: system_program::ID,
    }
    .instruction(rewards::CreateOracleSetInstructionArgs { threshold, oracles: oracles.to_vec() })
}

/// Proposes to add an oracle, to remove one, or to change the threshold.
pub fn propose_oracle_change(
    authority: &Address,
    network: &Address,
    pool: &Address,
    add: Option<Address>,
    remove: Option<Address>,
    threshold: u8,
) -> Instruction {
    rewards::ProposeOracleChange {
        authority: *authority,
        network: *network,
        pool: *pool,
        oracle_set: address::oracle_set(pool),
    }
    .instruction(rewards::ProposeOracleChangeInstructionArgs { add, remove, threshold })
}

/// Applies a pending change of the oracles.
pub fn apply_oracle_change(pool: &Address) -> Instruction {
    rewards::ApplyOracleChange { oracle_set: address::oracle_set(pool) }.instruction()
}

/// Withdraws a pending change of the oracles.
pub fn cancel_oracle_change(authority: &Address, network: &Address, pool: &Address) -> Instruction {
    rewards::CancelOracleChange {
        authority: *authority,
        network: *network,
        pool: *pool,
        oracle_set: address::oracle_set(pool),
    }
    .instruction()
}

/// Proposes an epoch's content. `bond_source` is a token account of the oracle, where the pool's
/// terms ask for a bond.
pub fn propose(
    oracle: &Address,
    keys: &PoolKeys,
    epoch: impl Into<Epoch>,
    content: &ProposalContent,
    bond_source: Option<&Address>,
) -> Instruction {
    let Epoch(epoch) = epoch.into();
    let content_hash = content.hash();
    let ProposalContent {
        root,
        root_sum,
        leaf_count,
        manifest_hash,
        penalties_root,
        penalties_sum,
        usage_root,
        usage_sum,
    } = *content;
    rewards::Propose {
        oracle: *oracle,
        network: keys.network,
        pool: keys.pool,
        oracle_set: address::oracle_set(&keys.pool),
        vault: keys.vault(),
        proposal: address::proposal(&keys.pool, epoch, &content_hash),
        system_program: system_program::ID,
        bond_source: bond_source.copied(),
        bond_vault: bond_source.map(|_| keys.bond_vault()),
        mint: bond_source.map(|_| keys.mint),
        token_program: bond_source.map(|_| keys.token_program),
    }
    .instruction(rewards::ProposeInstructionArgs {
        epoch,
        content_hash,
        root,
        root_sum,
        leaf_count,
        manifest_hash,
        penalties_root,
        penalties_sum,
        usage_root,
        usage_sum,
    })
}

/// Attests a proposal.
pub fn attest(oracle: &Address, pool: &Address, proposal: &Address) -> Instruction {
    rewards::Attest {
        oracle: *oracle,
        pool: *pool,
        oracle_set: address::oracle_set(pool),
        proposal: *proposal,
    }
    .instruction()
}

/// Rejects a proposal.
pub fn reject_proposal(oracle: &Address, pool: &Address, proposal: &Address) -> Instruction {
    rewards::RejectProposal {
        oracle: *oracle,
        pool: *pool,
        oracle_set: address::oracle_set(pool),
        proposal: *proposal,
    }
    .instruction()
}

/// Challenges a proposal, with the bond from `bond_source`.
pub fn challenge(
    challenger: &Address,
    keys: &PoolKeys,
    proposal: &Address,
    evidence_hash: [u8; 32],
    bond_source: &Address,
) -> Instruction {
    rewards::Challenge {
        challenger: *challenger,
        pool: keys.pool,
        proposal: *proposal,
        challenge: address::challenge(proposal),
        bond_source: *bond_source,
        bond_vault: keys.bond_vault(),
        mint: keys.mint,
        token_program: keys.token_program,
        system_program: system_program::ID,
    }
    .instruction(rewards::ChallengeInstructionArgs { evidence_hash })
}

/// Votes on a challenge.
pub fn vote_challenge(
    oracle: &Address,
    pool: &Address,
    proposal: &Address,
    uphold: bool,
) -> Instruction {
    rewards::VoteChallenge {
        oracle: *oracle,
        pool: *pool,
        oracle_set: address::oracle_set(pool),
        proposal: *proposal,
        challenge: address::challenge(proposal),
    }
    .instruction(rewards::VoteChallengeInstructionArgs { uphold })
}

/// Resolves a challenge.
pub fn resolve_challenge(keys: &PoolKeys, proposal: &Address) -> Instruction {
    rewards::ResolveChallenge {
        pool: keys.pool,
        oracle_set: address::oracle_set(&keys.pool),
        proposal: *proposal,
        challenge: address::challenge(proposal),
        bond_vault: keys.bond_vault(),
        mint: keys.mint,
        token_program: keys.token_program,
    }
    .instruction()
}

/// Finalizes a proposal.
pub fn finalize(keys: &PoolKeys, proposal: &Address) -> Instruction {
    rewards::Finalize {
        network: keys.network,
        pool: keys.pool,
        oracle_set: address::oracle_set(&keys.pool),
        vault: keys.vault(),
        proposal: *proposal,
        mint: keys.mints.then_some(keys.mint),
        token_program: keys.mints.then_some(keys.token_program),
    }
    .instruction()
}

/// Brings a pool of an older version to the program's; `payer` pays the rent of what it grows by.
pub fn migrate_pool(payer: &Address, pool: &Address) -> Instruction {
    rewards::MigratePool { payer: *payer, pool: *pool, system_program: system_program::ID }
        .instruction()
}

/// Gives a proposer its bond back, to its associated token account.
pub fn return_bond(keys: &PoolKeys, proposal: &Address, proposer: &Address) -> Instruction {
    rewards::ReturnBond {
        pool: keys.pool,
        proposal: *proposal,
        bond_vault: keys.bond_vault(),
        destination: keys.token_account(proposer),
        mint: keys.mint,
        token_program: keys.token_program,
    }
    .instruction()
}

/// Closes a proposal.
pub fn close_proposal(pool: &Address, proposal: &Address, proposer: &Address) -> Instruction {
    rewards::CloseProposal { pool: *pool, proposal: *proposal, proposer: *proposer }.instruction()
}

/// Closes a challenge; what the challenger gets goes to its associated token account.
pub fn close_challenge(keys: &PoolKeys, proposal: &Address, challenger: &Address) -> Instruction {
    rewards::CloseChallenge {
        pool: keys.pool,
        proposal: *proposal,
        challenge: address::challenge(proposal),
        challenger: *challenger,
        bond_vault: keys.bond_vault(),
        destination: keys.token_account(challenger),
        mint: keys.mint,
        token_program: keys.token_program,
    }
    .instruction()
}

/// Opens an operator's claimant account.
pub fn open_claimant(payer: &Address, keys: &PoolKeys, operator: &Address) -> Instruction {
    rewards::OpenClaimant {
        payer: *payer,
        pool: keys.pool,
        operator: *operator,
        destination: keys.token_account(operator),
        claimant: address::claimant(&keys.pool, operator),
        system_program: system_program::ID,
    }
    .instruction()
}

/// Divides what an operator earns among wallets; without any, everything is the operator's.
pub fn set_payees(
    operator: &Address,
    pool: &Address,
    payees: &[impl Clone + Into<PayeeShare>],
) -> Instruction {
    rewards::SetPayees {
        operator: *operator,
        pool: *pool,
        claimant: address::claimant(pool, operator),
        system_program: system_program::ID,
    }
    .instruction(rewards::SetPayeesInstructionArgs {
        payees: payees.iter().cloned().map(Into::into).collect(),
    })
}

/// Closes an operator's claimant account.
pub fn close_claimant(
    closer: &Address,
    pool: &Address,
    operator: &Address,
    rent_payer: &Address,
) -> Instruction {
    rewards::CloseClaimant {
        closer: *closer,
        pool: *pool,
        claimant: address::claimant(pool, operator),
        operator: *operator,
        rent_payer: *rent_payer,
    }
    .instruction()
}

/// Claims for the operator of `leaf`, to the destinations that its claimant account names: the
/// operator's own one, or those of its payees in their order
/// ([`destinations`](crate::account::destinations)). Creates none of them: see
/// [`create_associated_token`](super::create_associated_token).
pub fn claim(
    keys: &PoolKeys,
    leaf: &OperatorLeaf,
    index: u32,
    proof: &[u8],
    destinations: &[Address],
) -> Instruction {
    let operator = Address::new_from_array(leaf.operator);
    let own = || keys.token_account(&operator);
    let others: Vec<_> =
        destinations.iter().skip(1).map(|key| AccountMeta::new(*key, false)).collect();
    rewards::Claim {
        pool: keys.pool,
        claimant: address::claimant(&keys.pool, &operator),
        vault: keys.vault(),
        destination: destinations.first().copied().unwrap_or_else(own),
        token_program: keys.token_program,
        mint: keys.named_mint(),
    }
    .instruction_with_remaining_accounts(
        rewards::ClaimInstructionArgs {
            lifetime_total: leaf.lifetime_total,
            devices_root: leaf.devices_root,
            index,
            proof: proof.to_vec(),
        },
        &others,
    )
}

/// Pays delegators what they are owed, to the account that the pool's terms name.
pub fn pay_delegators(keys: &PoolKeys, delegator_vault: &Address) -> Instruction {
    rewards::PayDelegators {
        pool: keys.pool,
        vault: keys.vault(),
        destination: *delegator_vault,
        mint: keys.mint,
        token_program: keys.token_program,
    }
    .instruction()
}

/// Pays the oracle in `place` of the set what it is owed.
pub fn pay_oracle(keys: &PoolKeys, place: u8, oracle: &Address) -> Instruction {
    rewards::PayOracle {
        pool: keys.pool,
        oracle_set: address::oracle_set(&keys.pool),
        vault: keys.vault(),
        destination: keys.token_account(oracle),
        mint: keys.mint,
        token_program: keys.token_program,
    }
    .instruction(rewards::PayOracleInstructionArgs { place })
}

/// Pays the treasury's part.
pub fn pay_treasury(keys: &PoolKeys, treasury: &Address) -> Instruction {
    rewards::PayTreasury {
        pool: keys.pool,
        vault: keys.vault(),
        destination: keys.token_account(treasury),
        mint: keys.mint,
        token_program: keys.token_program,
    }
    .instruction()
}

/// Requests the closing of a pool.
pub fn request_close(authority: &Address, network: &Address, pool: &Address) -> Instruction {
    rewards::RequestClose { authority: *authority, network: *network, pool: *pool }.instruction()
}

/// Withdraws the request to close a pool.
pub fn cancel_close(authority: &Address, network: &Address, pool: &Address) -> Instruction {
    rewards::CancelClose { authority: *authority, network: *network, pool: *pool }.instruction()
}

/// Closes the oracle set of a pool that is closing.
pub fn close_oracle_set(
    authority: &Address,
    network: &Address,
    pool: &Address,
    rent_payer: &Address,
) -> Instruction {
    rewards::CloseOracleSet {
        authority: *authority,
        network: *network,
        pool: *pool,
        oracle_set: address::oracle_set(pool),
        rent_payer: *rent_payer,
    }
    .instruction()
}

/// Closes a pool; what is left in its vaults goes to the treasury's associated token account.
pub fn close_pool(
    authority: &Address,
    keys: &PoolKeys,
    treasury: &Address,
    rent_payer: &Address,
) -> Instruction {
    rewards::ClosePool {
        authority: *authority,
        network: keys.network,
        pool: keys.pool,
        vault: keys.vault(),
        bond_vault: keys.bond_vault(),
        destination: keys.token_account(treasury),
        mint: keys.mint,
        rent_payer: *rent_payer,
        token_program: keys.token_program,
    }
    .instruction()
}

/// Moves the transfer fees that Token-2022 withheld in `accounts` to the mint, which must be done
/// before a vault closes. Anyone may.
pub fn harvest_withheld(mint: &Address, accounts: &[Address]) -> Instruction {
    // `TransferFeeExtension`, `HarvestWithheldTokensToMint`.
    let mut metas = vec![AccountMeta::new(*mint, false)];
    metas.extend(accounts.iter().map(|account| AccountMeta::new(*account, false)));
    Instruction { program_id: address::TOKEN_2022_PROGRAM, accounts: metas, data: vec![26, 4] }
}

/// Creates a pool's credit market.
pub fn create_credit_market(
    authority: &Address,
    network: &Address,
    pool: &Address,
    terms: &(impl Clone + Into<CreditTerms>),
) -> Instruction {
    rewards::CreateCreditMarket {
        authority: *authority,
        network: *network,
        pool: *pool,
        market: address::credit_market(pool),
        system_program: system_program::ID,
    }
    .instruction(rewards::CreateCreditMarketInstructionArgs { terms: terms.clone().into() })
}

/// Proposes other terms of a credit market.
pub fn propose_credit_update(
    authority: &Address,
    network: &Address,
    pool: &Address,
    terms: &(impl Clone + Into<CreditTerms>),
) -> Instruction {
    rewards::ProposeCreditUpdate {
        authority: *authority,
        network: *network,
        pool: *pool,
        market: address::credit_market(pool),
    }
    .instruction(rewards::ProposeCreditUpdateInstructionArgs { terms: terms.clone().into() })
}

/// Withdraws pending terms of a credit market.
pub fn cancel_credit_update(authority: &Address, network: &Address, pool: &Address) -> Instruction {
    rewards::CancelCreditUpdate {
        authority: *authority,
        network: *network,
        pool: *pool,
        market: address::credit_market(pool),
    }
    .instruction()
}

/// Reports a price.
pub fn report_price(oracle: &Address, pool: &Address, price: CreditPrice) -> Instruction {
    rewards::ReportPrice {
        oracle: *oracle,
        oracle_set: address::oracle_set(pool),
        market: address::credit_market(pool),
    }
    .instruction(rewards::ReportPriceInstructionArgs { price: price.0 })
}

/// Opens a customer's credit account.
pub fn open_credit_account(payer: &Address, pool: &Address, customer: &Address) -> Instruction {
    let market = address::credit_market(pool);
    rewards::OpenCreditAccount {
        payer: *payer,
        pool: *pool,
        market,
        customer: *customer,
        account: address::credit_account(&market, customer),
        system_program: system_program::ID,
    }
    .instruction()
}

/// Burns `amount` of the owner's tokens in `source` for at least `min_credits` of `customer`.
pub fn buy_credits(
    owner: &Address,
    source: &Address,
    keys: &PoolKeys,
    customer: &Address,
    amount: Tokens,
    min_credits: Credits,
) -> Instruction {
    let market = address::credit_market(&keys.pool);
    rewards::BuyCredits {
        owner: *owner,
        pool: keys.pool,
        oracle_set: address::oracle_set(&keys.pool),
        market,
        account: address::credit_account(&market, customer),
        source: *source,
        mint: keys.mint,
        token_program: keys.token_program,
    }
    .instruction(rewards::BuyCreditsInstructionArgs {
        amount: amount.0,
        min_credits: min_credits.0,
    })
}

/// Puts credits into escrow.
pub fn escrow_credits(customer: &Address, pool: &Address, amount: Credits) -> Instruction {
    let market = address::credit_market(pool);
    rewards::EscrowCredits {
        customer: *customer,
        account: address::credit_account(&market, customer),
    }
    .instruction(rewards::EscrowCreditsInstructionArgs { amount: amount.0 })
}

/// Asks for credits out of escrow.
pub fn request_escrow_withdrawal(
    customer: &Address,
    pool: &Address,
    amount: Credits,
) -> Instruction {
    let market = address::credit_market(pool);
    rewards::RequestEscrowWithdrawal {
        customer: *customer,
        market,
        account: address::credit_account(&market, customer),
    }
    .instruction(rewards::RequestEscrowWithdrawalInstructionArgs { amount: amount.0 })
}

/// Takes credits out of escrow.
pub fn withdraw_escrow(customer: &Address, pool: &Address) -> Instruction {
    let market = address::credit_market(pool);
    rewards::WithdrawEscrow {
        customer: *customer,
        account: address::credit_account(&market, customer),
    }
    .instruction()
}

/// Debits what the customer of `leaf` used.
pub fn settle_usage(leaf: &UsageLeaf, index: u32, proof: &[u8]) -> Instruction {
    let pool = Address::new_from_array(leaf.pool);
    let market = address::credit_market(&pool);
    rewards::SettleUsage {
        pool,
        market,
        account: address::credit_account(&market, &Address::new_from_array(leaf.customer)),
    }
    .instruction(rewards::SettleUsageInstructionArgs {
        lifetime_spent: leaf.lifetime_spent,
        index,
        proof: proof.to_vec(),
    })
}

/// Closes a customer's credit account.
pub fn close_credit_account(
    closer: &Address,
    pool: &Address,
    customer: &Address,
    rent_payer: &Address,
) -> Instruction {
    let market = address::credit_market(pool);
    rewards::CloseCreditAccount {
        closer: *closer,
        pool: *pool,
        market,
        account: address::credit_account(&market, customer),
        rent_payer: *rent_payer,
    }
    .instruction()
}

/// Closes a credit market without customers.
pub fn close_credit_market(
    authority: &Address,
    network: &Address,
    pool: &Address,
    rent_payer: &Address,
) -> Instruction {
    rewards::CloseCreditMarket {
        authority: *authority,
        network: *network,
        pool: *pool,
        market: address::credit_market(pool),
        rent_payer: *rent_payer,
    }
    .instruction()
}
