//! Claims of operators with payees, through the command and on a real chain: with a lookup table
//! where the transaction needs one, several operators at once, and the table's rent back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use cairn_protocol::merkle::{Node, OperatorLeaf, SumTree};
use cairn_scenarios::{
    chain::{Chain, find_validator},
    cli::Cli,
    world::{Answers, Besides, FUND, World},
};
use cairn_sdk::amount::Tokens;
use serde_json::Value;
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;

/// Leaves of a network with a million operators: proofs of 20 steps.
const LEAVES: usize = 1 << 20;
/// What a transaction with one signature costs.
const FEE: u64 = 5_000;

/// An operator whose claims go to so many payees.
struct Operator {
    name: String,
    wallet: Address,
    payees: Vec<(Address, u64)>,
}

impl Operator {
    /// What it, or its payees, got of these claims.
    fn expected(&self, claims: &[u64]) -> Vec<(Address, u64)> {
        if self.payees.is_empty() {
            return vec![(self.wallet, claims.iter().sum())];
        }
        let mut got: Vec<_> = self.payees.iter().map(|(wallet, _)| (*wallet, 0)).collect();
        for amount in claims {
            let parts: Vec<_> = self.payees.iter().map(|(_, bps)| amount * bps / 10_000).collect();
            got[0].1 += amount - parts.iter().sum::<u64>();
            for (got, part) in got.iter_mut().zip(parts) {
                got.1 += part;
            }
        }
        got
    }
}

/// An operator with so many payees of unequal parts.
fn operator(cli: &Cli, payees: u64) -> Operator {
    let name = format!("operator-{payees}");
    let wallet = cli.keypair(&name);
    // 1, 2, 3 … of the sum, rounded, and the rest to the last.
    let all: u64 = (1..=payees).sum();
    let mut parts: Vec<_> = (1..=payees).map(|part| part * 10_000 / all.max(1)).collect();
    if let Some(last) = parts.last_mut() {
        *last += 10_000 - (1..=payees).map(|part| part * 10_000 / all).sum::<u64>();
    }
    let payees: Vec<_> = parts.iter().map(|bps| (Keypair::new().pubkey(), *bps)).collect();
    Operator { name, wallet, payees }
}

fn tree(world: &World, operators: &[Operator], totals: &[u64]) -> (SumTree, Vec<OperatorLeaf>) {
    let leaves: Vec<_> = operators
        .iter()
        .zip(totals)
        .map(|(operator, total)| world.leaf(&operator.wallet, Tokens(*total)))
        .collect();
    let mut nodes: Vec<_> = leaves.iter().map(OperatorLeaf::node).collect();
    nodes.resize(LEAVES, Node { hash: [9; 32], sum: 0 });
    (SumTree::build(nodes).unwrap(), leaves)
}

fn claims(done: &Value) -> &Vec<Value> {
    done.as_array().unwrap()
}

async fn payees_are_paid_and_the_rent_comes_back(chain: Chain) {
    let world = World::create(chain).await.unwrap();
    let cli = Cli::new(&world.chain.rpc_url, &world.chain.payer);
    let (network, answers) = (world.network.network.to_string(), Answers::start().await.unwrap());
    let operators = [3, 8, 0, 2].map(|payees| operator(&cli, payees));
    let wallets: Vec<_> = operators.iter().map(|operator| operator.wallet).collect();
    world.fund(&wallets).await.unwrap();
    for operator in operators.iter().filter(|operator| !operator.payees.is_empty()) {
        let mut set = vec!["payees".to_owned(), "set".into(), "--network".into(), network.clone()];
        for (wallet, bps) in &operator.payees {
            set.push("--payee".into());
            set.push(format!("{wallet}:{}.{:02}", bps / 100, bps % 100));
        }
        cli.ok_as(&operator.name, &set.iter().map(String::as_str).collect::<Vec<_>>());
    }

    let claim = |operators: &[&Operator]| {
        let mut args: Vec<String> =
            ["claim", "--network", &network, "--oracle", &answers.url].map(Into::into).to_vec();
        for operator in operators {
            args.extend(["--operator".to_owned(), operator.wallet.to_string()]);
        }
        cli.ok(&args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let first = [1_000_001, 2_000_003, 500, 701];
    let (epoch_tree, leaves) = tree(&world, &operators, &first);
    world.finalize(3, &epoch_tree, Besides::default()).await.unwrap();
    for (index, leaf) in (0..).zip(&leaves) {
        answers.set(3, &epoch_tree, leaf, index).unwrap();
    }
    let done = claim(&operators.iter().collect::<Vec<_>>());
    let [three, eight, none, two] = claims(&done).as_slice() else { panic!("{done:#}") };
    for (claimed, amount) in claims(&done).iter().zip(first) {
        assert_eq!(claimed["amount"], amount.to_string(), "{claimed:#}");
        assert!(claimed["signature"].is_string(), "{claimed:#}");
    }
    // Only those with three and eight payees need a table, and they share it.
    assert!(three["table"].is_string() && three["table"] == eight["table"], "{done:#}");
    assert!(none["table"].is_null() && two["table"].is_null(), "{done:#}");
    assert_eq!(eight["payees"].as_array().unwrap().len(), 8);

    // A second time: the same table is used again.
    let second = [1_500_000, 2_000_004, 500, 701];
    let (epoch_tree, leaves) = tree(&world, &operators, &second);
    world.finalize(4, &epoch_tree, Besides::default()).await.unwrap();
    for (index, leaf) in (0..).zip(&leaves) {
        answers.set(4, &epoch_tree, leaf, index).unwrap();
    }
    let again = claim(&[&operators[1], &operators[0], &operators[2]]);
    let [eight, three, none] = claims(&again).as_slice() else { panic!("{again:#}") };
    assert_eq!((&eight["amount"], &three["amount"]), (&"1".into(), &"499999".into()));
    assert_eq!((&eight["table"], &three["table"]), (&done[0]["table"], &done[0]["table"]));
    assert!(none["signature"].is_null(), "nothing left: {none:#}");

    let deltas: [&[u64]; 4] = [&[1_000_001, 499_999], &[2_000_003, 1], &[500], &[701]];
    for (operator, claims) in operators.iter().zip(deltas) {
        for (wallet, expected) in operator.expected(claims) {
            assert_eq!(world.tokens(&wallet).await.unwrap(), Tokens(expected), "{wallet}");
        }
    }
    let paid = Tokens(second.iter().sum());
    let vault = world.client.token_balance(&world.network.vault).await.unwrap();
    assert_eq!(Some(vault), FUND.checked_sub(paid));

    // One table, and its rent comes back to the last lamport.
    let tables = cli.ok(&["table", "list"]);
    let [table] = tables.as_array().unwrap().as_slice() else { panic!("{tables:#}") };
    assert_eq!(table["table"], done[0]["table"]);
    let address = table["table"].as_str().unwrap();
    let rent: u64 = table["rent"].as_str().unwrap().parse().unwrap();
    cli.keypair("stranger");
    let close = ["table", "close", "--table", address];
    assert_eq!(cli.refusal_as("stranger", &close), "not_your_table");
    let payer = world.chain.payer.pubkey();
    let before = world.client.lamports(&payer).await.unwrap().0;
    let closed = cli.ok(&["table", "close", "--all"]);
    assert_eq!(closed[0]["rent_returned"], rent.to_string());
    let after = world.client.lamports(&payer).await.unwrap().0;
    assert_eq!(after, before + rent - 2 * FEE, "rent {rent}");
    assert_eq!(cli.ok(&["table", "list"]).as_array().unwrap().len(), 0);
    assert_eq!(cli.refusal(&close), "account_missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn payees_are_paid_on_the_embedded_chain() {
    payees_are_paid_and_the_rent_comes_back(Chain::surfnet().await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn payees_are_paid_on_the_validator() {
    let Some(validator) = find_validator() else {
        let required = std::env::var_os("CAIRN_REQUIRE_VALIDATOR").is_some_and(|v| v == "1");
        assert!(!required, "solana-test-validator is required and missing: run `make validator`");
        return;
    };
    payees_are_paid_and_the_rent_comes_back(Chain::validator(&validator).await.unwrap()).await;
}
