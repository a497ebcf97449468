//! Events, read from a transaction's log lines.

use base64::{Engine, prelude::BASE64_STANDARD};

pub use cairn_generated::{
    registry::events::Event as RegistryEvent, rewards::events::Event as RewardsEvent,
    staking::events::Event as StakingEvent,
};

/// An event of any of Cairn's programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Of the registry.
    Registry(RegistryEvent),
    /// Of the rewards program.
    Rewards(RewardsEvent),
    /// Of the staking program.
    Staking(StakingEvent),
}

/// The events in `logs`, in order. Lines that carry no event of Cairn's are passed over; a line
/// that starts like one and does not decode is an error.
///
/// Any program may log any bytes: trust an event only in a transaction whose instructions you
/// know, as far as you trust the programs that it called.
///
/// # Errors
/// When a Cairn event does not decode, which means that this build is older than the program.
pub fn from_logs(logs: &[String]) -> std::io::Result<Vec<Event>> {
    let mut events = Vec::new();
    for line in logs {
        let Some(data) = line.strip_prefix("Program data: ") else { continue };
        let Ok(bytes) = BASE64_STANDARD.decode(data.trim()) else { continue };
        if let Some(event) = RegistryEvent::from_bytes(&bytes) {
            events.push(Event::Registry(event?));
        } else if let Some(event) = RewardsEvent::from_bytes(&bytes) {
            events.push(Event::Rewards(event?));
        } else if let Some(event) = StakingEvent::from_bytes(&bytes) {
            events.push(Event::Staking(event?));
        }
    }
    Ok(events)
}
