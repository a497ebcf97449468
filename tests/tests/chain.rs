//! The embedded chain keeps the time as a real one does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use cairn_scenarios::chain::Chain;
use solana_signer::Signer;
use solana_system_interface::instruction::transfer;
use std::time::{Duration, Instant};

/// Oracles search blocks by time, each in its own way: they find the same ones because times never fall.
#[tokio::test(flavor = "multi_thread")]
async fn times_of_blocks_never_fall_though_the_clock_was_set() {
    let chain = Chain::surfnet().await.unwrap();
    let client = chain.client();
    let first = client.slot().await.unwrap();
    while client.slot().await.unwrap() < first + 15 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // Seven tenths of a second away, so that it is in another part of its second each time.
    for jump in [37, 57, 77, 97] {
        chain.skip_to(client.slot().await.unwrap() + jump).unwrap();
        let until = Instant::now() + Duration::from_millis(1_500);
        while Instant::now() < until {
            // Some blocks with a transaction, and empty ones between.
            let payer = chain.payer.pubkey();
            client.send(&[transfer(&payer, &payer, 1)], &chain.payer, &[]).await.unwrap();
            tokio::time::sleep(Duration::from_millis(130)).await;
        }
    }
    let last = client.slot().await.unwrap() - 1;
    let mut times = Vec::new();
    for slot in first..last {
        times.push((slot, client.rpc().get_block_time(slot).await.unwrap()));
    }
    assert!(times.len() > 268, "the clock was set: {times:?}");
    let falls: Vec<_> = times.windows(2).filter(|pair| pair[0].1 > pair[1].1).collect();
    assert!(falls.is_empty(), "{falls:?}");
}
