//! Radio frames in, tokens out, through deployed programs and three oracle processes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "end_to_end/categories.rs"]
mod categories;
#[path = "end_to_end/disputes.rs"]
mod disputes;

use cairn_cli::replay;
use cairn_device::replay::Frame;
use cairn_scenarios::{
    chain::{Chain, find_validator, root},
    scenario::{Kill, PER_EPOCH, Spec, run},
    summary::Summary,
};
use std::{collections::BTreeMap, num::NonZeroUsize, time::Duration};
use tokio::sync::Mutex;

/// Scenarios keep real time, so they run one after the other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// Every 50th frame of the recording: a few hundred, from all of its months.
fn some_frames() -> Vec<Frame> {
    let all = replay::read(&root().join("testdata/lorawan-frames.ndjson.gz")).unwrap();
    all.into_iter().step_by(50).collect()
}

fn spec(folder: &tempfile::TempDir) -> Spec {
    Spec {
        frames: some_frames(),
        folder: folder.path().to_owned(),
        hotspots_per_operator: NonZeroUsize::new(3).unwrap(),
        epoch_seconds: 10,
        epochs: 3,
        grace: Duration::from_secs(6),
        kill: None,
        live: false,
        mixed: false,
        first_port: None,
    }
}

/// Everything that must not depend on what happened to one oracle.
#[derive(Debug, PartialEq, Eq)]
struct Totals {
    accepted: u64,
    refused_by_reason: BTreeMap<String, u64>,
    root_sum: u64,
    tokens_claimed: u64,
    earned: BTreeMap<String, u64>,
}

impl Totals {
    fn of(summary: &Summary) -> Self {
        Self {
            accepted: summary.proofs.accepted,
            refused_by_reason: summary.proofs.refused_by_reason.clone(),
            root_sum: summary.root_sum,
            tokens_claimed: summary.tokens_claimed,
            earned: summary
                .earnings
                .iter()
                .map(|earning| (earning.name.clone(), earning.earned))
                .collect(),
        }
    }
}

fn assert_sound(summary: &Summary) {
    assert_eq!(summary.imbalances(), Vec::<String>::new(), "{summary:#?}");
    // Each of the three epochs has points, so each emits its whole budget.
    assert_eq!(summary.root_sum, 3 * PER_EPOCH);
    assert!(summary.epochs_finalized >= 1, "{summary:#?}");
    // A good half of the recording; most of the rest has no fix.
    assert!(summary.proofs.accepted > 300, "{summary:#?}");
    let nobody = summary.earnings.iter().all(|earning| earning.earned < PER_EPOCH / 100);
    assert!(!nobody, "{summary:#?}");
}

async fn on_surfnet(kill: Option<Kill>) -> Summary {
    let folder = tempfile::tempdir().unwrap();
    let chain = Chain::surfnet().await.unwrap();
    let summary = run(&chain, &Spec { kill, ..spec(&folder) }).await.unwrap().summary;
    assert_sound(&summary);
    summary
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_become_tokens_on_the_validator_or_the_embedded_chain() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let Some(validator) = find_validator() else {
        let required = std::env::var_os("CAIRN_REQUIRE_VALIDATOR").is_some_and(|v| v == "1");
        assert!(!required, "solana-test-validator is required and missing: run `make validator`");
        on_surfnet(None).await;
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let chain = Chain::validator(&validator).await.unwrap();
    let summary = run(&chain, &spec(&folder)).await.unwrap().summary;
    assert_eq!(summary.chain, "solana-test-validator");
    assert_sound(&summary);
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_any_oracle_changes_no_total() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let undisturbed = Totals::of(&on_surfnet(None).await);
    for oracle in 0..3 {
        let after = Duration::from_secs(8 + 5 * oracle as u64);
        // The last one comes back, with its log as it was, and catches up.
        let restart_after = (oracle == 2).then_some(Duration::from_secs(3));
        let kill = Kill { oracle, after, restart_after };
        let disturbed = Totals::of(&on_surfnet(Some(kill)).await);
        assert_eq!(disturbed, undisturbed, "{kill:?}");
    }
}
