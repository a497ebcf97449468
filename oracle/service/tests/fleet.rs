//! What operators ask about: earnings, devices, the map; and the index that answers come from.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod support;

use cairn_sdk::api::{
    CellView, DeviceList, DeviceRow, DeviceStatus, DeviceView, EpochState, MapView, OperatorView,
};
use cairn_verify::cells::{cell_of, parent_of};
use cairn_verify::{Address, Changed, DeviceRecord};
use serde::de::DeserializeOwned;
use serde_json::json;
use std::path::Path;
use support::*;

fn base58(address: &Address) -> String {
    bs58::encode(address).into_string()
}

async fn read<T: DeserializeOwned>(oracle: &Running, path: &str) -> T {
    let (status, body) = oracle.get(path).await;
    assert_eq!(status, 200, "{path}: {body}");
    serde_json::from_value(body).unwrap()
}

async fn earned(oracle: &Running, number: u8) -> OperatorView {
    read(oracle, &format!("/v1/operators/{}", base58(&operator(number)))).await
}

async fn fleet(oracle: &Running, number: u8) -> DeviceList {
    read(oracle, &format!("/v1/operators/{}/devices", base58(&operator(number)))).await
}

async fn device(oracle: &Running, number: u8) -> DeviceView {
    read(oracle, &format!("/v1/devices/{}", base58(&record(number).address))).await
}

fn row(list: &DeviceList, number: u8) -> &DeviceRow {
    let address = base58(&record(number).address);
    list.devices.iter().find(|row| row.device == address).unwrap()
}

fn codes(row: &DeviceRow) -> Vec<&str> {
    row.attention.iter().map(|it| it.code.as_str()).collect()
}

/// Witnesses report a beacon in an epoch, and the epoch is closed.
async fn play(net: &Net, oracle: &Running, epoch: u64, witnesses: &[u8]) {
    net.at_s(epoch * EPOCH_S + 20);
    let verdicts = oracle.submit(&heard_by(epoch + 1, net.now_ms(), witnesses)).await;
    assert!(verdicts.iter().all(|verdict| verdict == "accepted"), "{verdicts:?}");
    net.close(epoch);
    eventually("closed", || async {
        oracle.get("/v1/status").await.1["closed_through"] == json!(epoch)
    })
    .await;
}

async fn finalized(net: &Net, oracle: &Running, epoch: u64) {
    eventually("quorum", || async {
        net.proposals(epoch).iter().any(|proposal| proposal.quorum_at_s.is_some())
    })
    .await;
    net.at_s((epoch + 1) * EPOCH_S + GRACE_MS / 1_000 + WINDOW_S + 1);
    eventually("finalized", || async {
        let (_, view) = oracle.get(&format!("/v1/epochs/{epoch}")).await;
        view["state"] == "finalized"
    })
    .await;
}

fn index_file(dir: &Path, epoch: u64) -> std::path::PathBuf {
    dir.join(format!("epochs/{epoch:020}.index"))
}

/// Takes out what time and chain change.
fn lasting(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    const PASSING: [&str; 5] =
        ["last_proof_ms", "attention", "state", "finalized_total", "pending"];
    match value {
        Value::Array(items) => items.into_iter().map(lasting).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(name, _)| !PASSING.contains(&name.as_str()))
            .map(|(name, value)| (name, lasting(value)))
            .collect(),
        other => other,
    }
}

/// All that lasts of what the routes say.
async fn snapshot(oracle: &Running) -> serde_json::Value {
    let mut all = Vec::new();
    for number in 0..3 {
        let wallet = base58(&operator(number));
        all.push(oracle.get(&format!("/v1/operators/{wallet}")).await.1);
        all.push(oracle.get(&format!("/v1/operators/{wallet}/devices")).await.1);
    }
    for number in 0..10 {
        let address = base58(&record(number).address);
        all.push(oracle.get(&format!("/v1/devices/{address}")).await.1);
    }
    lasting(all.into())
}

#[tokio::test(flavor = "multi_thread")]
async fn before_anything_was_earned_everything_is_nothing() {
    let net = Net::new(1, 1);
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    let view = earned(&oracle, 1).await;
    assert_eq!((view.devices, view.newest_epoch, view.epochs.len()), (3, None, 0));
    assert_eq!((view.lifetime_total, view.finalized_total, view.pending), (0, 0, 0));
    let list = fleet(&oracle, 1).await;
    assert_eq!((list.devices.len(), list.epochs, list.newest_epoch), (3, 30, None));
    let one = row(&list, 1);
    assert_eq!(
        (one.class, one.category.as_str(), one.status),
        (0, "wireless", DeviceStatus::Active)
    );
    assert_eq!(one.serial.as_deref(), Some(&*hex::encode(&record(1).address[..2])));
    assert_eq!(one.cell, Some(format!("{:x}", cell_of(&NEAR, 12))));
    assert_eq!((one.last_proof_ms, one.quality_ppm, one.density_ppm), (None, None, None));
    assert_eq!((one.share, one.lifetime_total, one.accepted, one.refused), (0, 0, 0, 0));
    assert_eq!(codes(one), Vec::<&str>::new(), "no epoch is over yet");
    // A wallet that nobody knows has an empty page, not an error.
    let stranger = base58(&[77; 32]);
    let view: OperatorView = read(&oracle, &format!("/v1/operators/{stranger}")).await;
    assert_eq!((view.devices, view.lifetime_total), (0, 0));
    let list: DeviceList = read(&oracle, &format!("/v1/operators/{stranger}/devices")).await;
    assert_eq!(list.devices, []);
    let map: MapView = read(&oracle, "/v1/map").await;
    assert_eq!((map.resolution, map.newest_epoch, map.epochs, map.cells.len()), (7, None, 30, 1));
    assert_eq!((map.cells[0].devices, map.cells[0].active, map.cells[0].share), (9, 0, 0));
    oracle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_meant_is_a_400_and_what_is_not_there_a_404() {
    let net = Net::new(1, 1);
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    let wallet = base58(&operator(0));
    let known = base58(&record(1).address);
    for (path, status, code) in [
        ("/v1/operators/xyz".to_owned(), 400, "wallet_invalid"),
        ("/v1/operators/xyz/devices".to_owned(), 400, "wallet_invalid"),
        (format!("/v1/operators/{wallet}?epochs=0"), 400, "query_invalid"),
        (format!("/v1/operators/{wallet}?epochs=366"), 400, "query_invalid"),
        (format!("/v1/operators/{wallet}?epochs=x"), 400, "query_invalid"),
        (format!("/v1/operators/{wallet}?epoch=3"), 400, "query_invalid"),
        (format!("/v1/operators/{wallet}/devices?epochs=-1"), 400, "query_invalid"),
        (format!("/v1/devices/{known}?epochs=400"), 400, "query_invalid"),
        ("/v1/devices/xyz".to_owned(), 400, "device_invalid"),
        (format!("/v1/devices/{wallet}"), 404, "device_unknown"),
        ("/v1/map?resolution=13".to_owned(), 400, "query_invalid"),
        ("/v1/map?resolution=x".to_owned(), 400, "query_invalid"),
        ("/v1/map?res=3".to_owned(), 400, "query_invalid"),
        ("/v1/map/zz".to_owned(), 400, "cell_invalid"),
        ("/v1/map/0".to_owned(), 400, "cell_invalid"),
        ("/v1/map/ffffffffffffffff".to_owned(), 400, "cell_invalid"),
    ] {
        let (found, body) = oracle.get(&path).await;
        assert_eq!((found, body["error"]["code"].as_str().unwrap()), (status, code), "{path}");
        assert!(!body["error"]["hint"].as_str().unwrap().is_empty(), "{path}");
    }
    oracle.stop().await;
    net.world.lock().unwrap().offline = true;
    let other = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, other.path(), &[]).await;
    for path in [
        format!("/v1/operators/{wallet}"),
        format!("/v1/operators/{wallet}/devices"),
        format!("/v1/devices/{known}"),
        "/v1/map".to_owned(),
    ] {
        let (status, body) = oracle.get(&path).await;
        assert_eq!((status, &body["error"]["code"]), (503, &json!("not_ready")), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn earnings_by_epoch_device_and_cell() {
    let net = Net::new(1, 1);
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    play(&net, &oracle, 0, &[1, 2, 3, 4]).await;
    finalized(&net, &oracle, 0).await;
    // Nobody sends in epoch 1.
    play(&net, &oracle, 2, &[1, 5]).await;

    // Devices 1 and 4 are operator 1's: half of epoch 0; in epoch 2 device 1 alone earns half.
    let quarter = BUDGET / 4;
    let half = BUDGET / 2;
    let view = earned(&oracle, 1).await;
    assert_eq!(view.newest_epoch, Some(2));
    assert_eq!(view.lifetime_total, 2 * quarter + half);
    assert_eq!((view.finalized_total, view.pending), (2 * quarter, half));
    let shares: Vec<(u64, u64, u64)> =
        view.epochs.iter().map(|it| (it.epoch, it.share, it.devices)).collect();
    // Devices that should have given a proof count, too.
    assert_eq!(shares[0].0, 2);
    assert_eq!(
        shares.iter().map(|(_, share, _)| *share).collect::<Vec<_>>(),
        [half, 0, 2 * quarter]
    );
    let newest = &view.epochs[0];
    assert_eq!(newest.by_category.get("wireless"), Some(&half.to_string()));
    assert_eq!((newest.accepted, newest.refused), (1, 0));
    assert_eq!(newest.starts_at_s, (GENESIS_S + 2 * EPOCH_S) as i64);
    assert_eq!(newest.ends_at_s, (GENESIS_S + 3 * EPOCH_S) as i64);
    assert!(view.epochs[1].by_category.is_empty());
    assert_eq!(view.epochs[1].state, EpochState::Skipped);
    assert_eq!(view.epochs[2].state, EpochState::Finalized);
    let path = format!("/v1/operators/{}?epochs=1", base58(&operator(1)));
    let short: OperatorView = read(&oracle, &path).await;
    assert_eq!(short.epochs.iter().map(|it| it.epoch).collect::<Vec<_>>(), [2]);

    let list = fleet(&oracle, 1).await;
    let devices: Vec<&str> = list.devices.iter().map(|row| row.device.as_str()).collect();
    let mut expected: Vec<Address> = [1, 4, 7].map(|n| record(n).address).into();
    expected.sort_unstable();
    assert_eq!(devices, expected.iter().map(base58).collect::<Vec<_>>());
    let one = row(&list, 1);
    assert_eq!((one.share, one.lifetime_total, one.accepted), (quarter + half, quarter + half, 2));
    assert_eq!((one.quality_ppm, one.density_ppm), (Some(1_000_000), Some(1_000_000)));
    assert_eq!(one.last_proof_ms, Some((GENESIS_S + 2 * EPOCH_S + 20) * 1_000));
    assert_eq!(codes(one), Vec::<&str>::new());
    let four = row(&list, 4);
    assert_eq!((four.share, four.accepted), (quarter, 1));
    assert_eq!(codes(four), ["offline"]);
    assert!(four.attention[0].message.starts_with("no proof for 290 s, "), "{:?}", four.attention);
    assert_eq!(codes(row(&list, 7)), ["offline"]);
    assert_eq!(row(&list, 7).last_proof_ms, None);

    let view = device(&oracle, 1).await;
    let epochs: Vec<(u64, u64, u64)> =
        view.epochs.iter().map(|it| (it.epoch, it.share, it.points_millionths)).collect();
    assert_eq!(epochs, [(2, half, 1_000_000), (0, quarter, 1_000_000)]);
    assert_eq!(view.epochs[1].state, EpochState::Finalized);
    assert_eq!(view.epochs[0].operator, base58(&operator(1)));
    assert_eq!(&view.device, one);

    for resolution in [0, 3, 7, 12] {
        let map: MapView = read(&oracle, &format!("/v1/map?resolution={resolution}")).await;
        let cell = parent_of(cell_of(&NEAR, 12), resolution).unwrap();
        assert_eq!(map.cells.len(), 1, "the mobile sender has no place");
        let found = &map.cells[0];
        assert_eq!(found.cell, format!("{cell:x}"));
        assert_eq!((found.devices, found.active), (9, 2));
        assert_eq!(found.share, 4 * quarter + 2 * half);
        assert_eq!((found.density_ppm, found.by_category.get("wireless")), (1_000_000, Some(&9)));
        let inside: CellView = read(&oracle, &format!("/v1/map/{}", found.cell)).await;
        assert_eq!((inside.devices.len(), inside.more), (9, 0));
        assert_eq!(inside.devices.iter().map(|it| it.share).sum::<u64>(), found.share);
        assert_eq!(inside.devices.iter().filter(|it| it.active).count(), 2);
    }
    let elsewhere = format!("/v1/map/{:x}", cell_of(&GRENOBLE, 12));
    assert_eq!(read::<CellView>(&oracle, &elsewhere).await.devices, []);
    oracle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_changed_hands_is_listed_with_both() {
    let net = Net::new(1, 1);
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    play(&net, &oracle, 0, &[1, 2]).await;
    let half = BUDGET / 2;
    {
        let mut world = net.world.lock().unwrap();
        let sold = world.devices.iter_mut().find(|it| it.address == record(1).address).unwrap();
        let at = (GENESIS_S + EPOCH_S + 15) as i64;
        sold.operator = sold.operator.record(operator(2), at, sold.settle_seconds);
        world.slot += 1;
    }
    net.at_s(EPOCH_S + 20);
    eventually("the sale is known", || async { fleet(&oracle, 2).await.devices.len() == 4 }).await;
    play(&net, &oracle, 1, &[1]).await;
    let (before, after) = (fleet(&oracle, 1).await, fleet(&oracle, 2).await);
    assert_eq!((row(&before, 1).share, row(&after, 1).share), (half, BUDGET));
    assert_eq!((row(&before, 1).lifetime_total, row(&after, 1).lifetime_total), (half, BUDGET));
    assert_eq!(row(&before, 1).operator, base58(&operator(2)));
    assert_eq!(earned(&oracle, 1).await.devices, 2);
    assert_eq!(earned(&oracle, 2).await.devices, 4);
    let view = device(&oracle, 1).await;
    assert_eq!(view.device.share, BUDGET, "for its present operator");
    let operators: Vec<&str> = view.epochs.iter().map(|it| it.operator.as_str()).collect();
    assert_eq!(operators, [base58(&operator(2)), base58(&operator(1))]);
    oracle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_a_device_from_earning_is_said() {
    let net = Net::new(1, 1);
    {
        let mut world = net.world.lock().unwrap();
        let change = |world: &mut support::World, n: u8, change: &dyn Fn(&mut DeviceRecord)| {
            change(world.devices.iter_mut().find(|it| it.address == record(n).address).unwrap());
        };
        change(&mut world, 1, &|it| it.status.current = 3);
        change(&mut world, 4, &|it| it.status.current = 2);
        change(&mut world, 7, &|it| it.position = Changed::always(None));
        let terms = |bond, license_required| cairn_verify::ClassTerms {
            bond,
            points_cap: 0,
            license_required,
        };
        let always = |terms| cairn_verify::ClassHistory::always(terms);
        change(&mut world, 2, &|it| it.class_terms = always(terms(5, false)));
        for (n, license) in [(3, None), (6, Some([3; 32])), (9, Some([2; 32]))] {
            change(&mut world, n, &|it| {
                it.class_terms = always(terms(0, true));
                it.license = Changed::always(license);
            });
        }
        let license = |expires_at_s| cairn_verify::License { expires_at_s, ..Default::default() };
        world.licenses.insert([3; 32], license(GENESIS_S as i64));
        world.licenses.insert([2; 32], license((GENESIS_S + 86_400) as i64));
    }
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    let lists = [fleet(&oracle, 0).await, fleet(&oracle, 1).await, fleet(&oracle, 2).await];
    for (number, expected) in [
        (1, "suspended"),
        (4, "retiring"),
        (7, "location_missing"),
        (2, "under_bonded"),
        (3, "license_missing"),
        (6, "license_expired"),
        (9, "license_expiring"),
        (0, "location_missing"),
    ] {
        let row = row(&lists[usize::from(number % 3)], number);
        assert_eq!(codes(row), [expected], "device {number}");
        assert!(row.attention.iter().all(|it| !it.message.is_empty() && !it.hint.is_empty()));
    }
    assert_eq!(row(&lists[1], 1).status, DeviceStatus::Suspended);
    assert_eq!(row(&lists[1], 4).status, DeviceStatus::Retiring);
    assert_eq!(row(&lists[0], 9).license, Some(base58(&[2; 32])));
    assert_eq!(row(&lists[0], 9).license_until_s, Some((GENESIS_S + 86_400) as i64));
    assert_eq!(row(&lists[0], 3).license, None);
    oracle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_counted_on_arrival_and_when_judged() {
    let net = Net::new(1, 1);
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    net.at_s(20);
    let at_ms = net.now_ms();
    let mut proofs = heard_by(1, at_ms, &[1]);
    // Taken on arrival, and refused when the epoch is judged: nobody sent these beacons.
    for sequence in 2..8 {
        proofs.push(sign(1, envelope(1, sequence, at_ms, &witness(sequence + 100, at_ms))));
    }
    assert_eq!(oracle.submit(&proofs).await, vec!["accepted"; 8]);
    let late = sign(1, envelope(1, 20, at_ms + 20_000, &witness(1, at_ms)));
    assert_eq!(oracle.submit(&[late]).await, ["captured_in_future"]);
    let (_, seen) = oracle.get(&format!("/v1/devices/{}", base58(&record(1).address))).await;
    assert_eq!(seen["device"]["last_refusal"]["reason"], "captured_in_future");
    assert_eq!(seen["device"]["last_refusal"]["at_ms"], at_ms);
    assert_eq!(seen["device"]["last_proof_ms"], at_ms);
    net.close(0);
    eventually("judged", || async { device(&oracle, 1).await.epochs.len() == 1 }).await;
    let view = device(&oracle, 1).await;
    assert_eq!((view.device.accepted, view.device.refused), (1, 6));
    let top = view.device.top_refusal.as_ref().unwrap();
    assert_eq!((top.reason.as_str(), top.count), ("beacon_unknown", 6));
    assert_eq!(codes(&view.device), ["refused"]);
    assert!(view.device.attention[0].message.contains("6 of 7"), "{:?}", view.device.attention);
    assert_eq!((view.epochs[0].accepted, view.epochs[0].refused), (1, 6));
    oracle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_survives_a_restart_and_is_made_again_when_it_is_gone() {
    let net = Net::new(1, 1);
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    play(&net, &oracle, 0, &[1, 2, 3]).await;
    play(&net, &oracle, 1, &[4, 5, 6]).await;
    // In the epoch that is open: known again from the log.
    net.at_s(2 * EPOCH_S + 20);
    oracle.submit(&heard_by(3, net.now_ms(), &[7])).await;
    let expected = snapshot(&oracle).await;
    let map = oracle.get("/v1/map").await;
    let written = std::fs::read(index_file(dir.path(), 0)).unwrap();
    oracle.stop().await;

    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    let seven = device(&oracle, 7).await.device;
    assert_eq!(seven.last_proof_ms, Some(net.now_ms()));
    assert!(snapshot(&oracle).await == expected);
    assert_eq!(oracle.get("/v1/map").await, map);
    // While it runs.
    std::fs::remove_file(index_file(dir.path(), 0)).unwrap();
    assert!(snapshot(&oracle).await == expected);
    assert_eq!(std::fs::read(index_file(dir.path(), 0)).unwrap(), written);
    oracle.stop().await;

    // At the start, before anybody asks: as after an older version.
    for epoch in [0, 1] {
        std::fs::remove_file(index_file(dir.path(), epoch)).unwrap();
    }
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    eventually("indexed", || async {
        [0, 1].iter().all(|epoch| index_file(dir.path(), *epoch).exists())
    })
    .await;
    assert_eq!(std::fs::read(index_file(dir.path(), 0)).unwrap(), written);
    // Of another version of the file.
    let mut other = written.clone();
    other[8] ^= 0x40;
    std::fs::write(index_file(dir.path(), 0), other).unwrap();
    assert!(snapshot(&oracle).await == expected);
    assert_eq!(std::fs::read(index_file(dir.path(), 0)).unwrap(), written);
    oracle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_index_is_an_error_with_a_code() {
    let net = Net::new(1, 1);
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    play(&net, &oracle, 0, &[1, 2, 3]).await;
    let path = index_file(dir.path(), 0);
    let written = std::fs::read(&path).unwrap();
    let mut flipped = written.clone();
    // In the line in the middle, with which every search begins.
    flipped[36 + 2 * 130 + 10] ^= 1;
    for damaged in [&flipped[..], &written[..written.len() - 1], &written[..20], b""] {
        std::fs::write(&path, damaged).unwrap();
        for asked in [
            format!("/v1/operators/{}", base58(&operator(1))),
            format!("/v1/operators/{}/devices", base58(&operator(1))),
            "/v1/map".to_owned(),
        ] {
            let (status, body) = oracle.get(&asked).await;
            assert_eq!((status, &body["error"]["code"]), (500, &json!("index_damaged")), "{asked}");
            assert!(body["error"]["message"].as_str().unwrap().contains("remove it"), "{body}");
        }
    }
    // What it says to do helps.
    std::fs::remove_file(&path).unwrap();
    assert_eq!(earned(&oracle, 1).await.lifetime_total, BUDGET / 3);
    assert_eq!(read::<MapView>(&oracle, "/v1/map").await.cells[0].share, BUDGET / 3 * 3);
    oracle.stop().await;
}

/// An oracle that missed proofs takes the chain's totals, and closes later epochs again on them.
#[tokio::test(flavor = "multi_thread")]
async fn adopting_and_reopening_keep_it_right() {
    let net = Net::new(3, 2);
    let dirs: Vec<_> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let mut oracles = Vec::new();
    for (index, dir) in (0..).zip(&dirs) {
        let peers: Vec<String> = oracles.iter().map(|it: &Running| it.url.clone()).collect();
        oracles.push(net.oracle(index, dir.path(), &peers).await.ready().await);
    }
    net.at_s(20);
    let all = heard_by(1, net.now_ms(), &[1, 2, 3, 4]);
    for oracle in &oracles[..2] {
        oracle.submit(&all).await;
    }
    // The third misses two of the witnesses.
    oracles[2].submit(&all[..3]).await;
    net.close(0);
    eventually("the third has its own result", || async {
        earned(&oracles[2], 1).await.lifetime_total == BUDGET / 2
    })
    .await;
    finalized(&net, &oracles[0], 0).await;
    eventually("the third has the chain's totals", || async {
        earned(&oracles[2], 1).await.finalized_total == BUDGET / 4 * 2
    })
    .await;
    let adopted = earned(&oracles[2], 1).await;
    assert_eq!((adopted.lifetime_total, adopted.pending), (BUDGET / 4 * 2, 0));
    // What the epoch paid is the chain's, also to devices that this oracle did not hear.
    assert_eq!(adopted.epochs[0].share, BUDGET / 4 * 2);
    let by_category = &adopted.epochs[0].by_category;
    assert_eq!(by_category.get("wireless"), Some(&(BUDGET / 4 * 2).to_string()));
    let (one, four) = (device(&oracles[2], 1).await, device(&oracles[2], 4).await);
    for view in [&one, &four] {
        assert_eq!(view.device.lifetime_total, BUDGET / 4);
        assert_eq!((view.device.share, view.epochs[0].share), (BUDGET / 4, BUDGET / 4));
    }
    assert_eq!((one.device.accepted, four.device.accepted), (1, 0));
    // Made again it is the same.
    let path = index_file(dirs[2].path(), 0);
    let written = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(device(&oracles[2], 4).await, four);
    assert_eq!(std::fs::read(&path).unwrap(), written);
    net.at_s(EPOCH_S + 20);
    let more = heard_by(2, net.now_ms(), &[1, 5]);
    for oracle in &oracles {
        oracle.submit(&more).await;
    }
    net.close(1);
    for oracle in &oracles {
        eventually("epoch 1", || async {
            let view = earned(oracle, 1).await;
            view.newest_epoch == Some(1) && view.lifetime_total == BUDGET / 4 * 2 + BUDGET / 2
        })
        .await;
        assert_eq!(earned(oracle, 1).await.epochs[0].share, BUDGET / 2);
    }
    for oracle in oracles {
        oracle.stop().await;
    }
}

/// Who gives proofs in an epoch, and which device is sold to which operator before.
type Played = (std::collections::BTreeSet<u8>, Option<(u8, u8)>);

/// What an epoch's result says that it paid.
fn paid(dir: &Path, epoch: u64) -> u64 {
    let bytes = std::fs::read(dir.join(format!("epochs/{epoch:020}.json"))).unwrap();
    let result: cairn_epoch::EpochResult = serde_json::from_slice(&bytes).unwrap();
    let earnings = result.earnings.unwrap();
    earnings.budget - earnings.withheld - earnings.dust
}

/// Whoever gives proofs and whoever buys devices: the devices' shares are their operators', and those
/// are what the epoch paid.
#[test]
fn shares_add_up_over_devices_and_operators() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let witnesses = proptest::collection::btree_set(1_u8..10, 0..9);
    let sale = proptest::option::of((1_u8..10, 0_u8..3));
    let epochs = proptest::collection::vec((witnesses, sale), 1..5);
    let config = proptest::test_runner::Config::with_cases(12);
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let check = |epochs: Vec<Played>| async move {
        let net = Net::new(1, 1);
        let dir = tempfile::tempdir().unwrap();
        let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
        let last = epochs.len() as u64 - 1;
        for (epoch, (witnesses, sale)) in (0..).zip(epochs) {
            if let Some((number, buyer)) = sale {
                net.at_s(epoch * EPOCH_S + 5);
                let at = (GENESIS_S + epoch * EPOCH_S + 5) as i64;
                let mut world = net.world.lock().unwrap();
                let address = record(number).address;
                let sold = world.devices.iter_mut().find(|it| it.address == address).unwrap();
                sold.operator = sold.operator.record(operator(buyer), at, sold.settle_seconds);
                world.slot += 1;
            }
            play(&net, &oracle, epoch, &witnesses.into_iter().collect::<Vec<_>>()).await;
        }
        let mut by_epoch = vec![0; last as usize + 1];
        for number in 0..3 {
            let (view, list) = (earned(&oracle, number).await, fleet(&oracle, number).await);
            let shares: Vec<u64> = view.epochs.iter().map(|it| it.share).collect();
            let devices: u64 = list.devices.iter().map(|row| row.share).sum();
            assert_eq!(devices, shares.iter().sum::<u64>());
            // Every epoch is in the window, and the treasury's dust is no operator's.
            assert_eq!(devices, view.lifetime_total);
            assert_eq!(list.devices.iter().map(|row| row.lifetime_total).sum::<u64>(), devices);
            for epoch in &view.epochs {
                by_epoch[epoch.epoch as usize] += epoch.share;
                let categories = epoch.by_category.values();
                let sum: u64 = categories.map(|share| share.parse::<u64>().unwrap()).sum();
                assert_eq!(sum, epoch.share);
            }
        }
        for (epoch, shares) in (0..).zip(by_epoch) {
            assert_eq!(shares, paid(dir.path(), epoch), "epoch {epoch}");
        }
        oracle.stop().await;
    };
    runner
        .run(&epochs, |epochs| {
            runtime.block_on(check(epochs));
            Ok(())
        })
        .unwrap();
}

/// Twenty thousand devices, each in a cell of its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_map_has_a_limit_and_says_what_to_do() {
    use cairn_protocol::hash::sha256;
    use cairn_protocol::proof::{DeviceKey, Position};
    let net = Net::new(1, 1);
    let many = (0..20_001_u32).map(|n| {
        let id = sha256(&[b"many", &n.to_le_bytes()]);
        let (row, column) = ((n / 150) as i32, (n % 150) as i32);
        // A hundredth of a degree apart: cells of resolution 12 are 20 m wide.
        let place = Position {
            latitude_e7: 450_000_000 + row * 100_000,
            longitude_e7: 50_000_000 + column * 100_000,
        };
        let key = DeviceKey::Ed25519(id);
        let device = DeviceRecord::new(id, key, 0, cairn_verify::Category::Sensor, operator(0));
        DeviceRecord { position: Changed::always(Some(place)), ..device }
    });
    net.world.lock().unwrap().devices = many.collect();
    let dir = tempfile::tempdir().unwrap();
    let oracle = net
        .oracle_with(0, dir.path(), &[], |options| {
            options.registry_poll = std::time::Duration::from_secs(60);
        })
        .await
        .ready()
        .await;
    let (status, body) = oracle.get("/v1/map?resolution=12").await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!("too_many_cells")));
    assert!(body["error"]["hint"].as_str().unwrap().contains("coarser"));
    let map: MapView = read(&oracle, "/v1/map?resolution=2").await;
    assert_eq!(map.cells.iter().map(|cell| cell.devices).sum::<u64>(), 20_001);
    for cell in &map.cells {
        let inside: CellView = read(&oracle, &format!("/v1/map/{}", cell.cell)).await;
        assert_eq!(inside.devices.len() as u64 + inside.more, cell.devices);
        assert!(inside.devices.len() <= 1_000);
    }
    oracle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_proofs_accepted_needs_no_location() {
    let net = Net::new(1, 1);
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    play(&net, &oracle, 0, &[1]).await;
    for n in [1, 4] {
        let mut world = net.world.lock().unwrap();
        let one = world.devices.iter_mut().find(|it| it.address == record(n).address).unwrap();
        one.position = Changed::always(None);
        world.slot += 1;
    }
    eventually("the places are given up", || async {
        fleet(&oracle, 1)
            .await
            .devices
            .iter()
            .all(|row| row.cell.is_some() == (row.device == base58(&record(7).address)))
    })
    .await;
    let list = fleet(&oracle, 1).await;
    assert_eq!(codes(row(&list, 1)), Vec::<&str>::new());
    assert_eq!(codes(row(&list, 4)), ["offline", "location_missing"]);
    oracle.stop().await;
}
