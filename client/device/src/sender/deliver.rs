//! One oracle's queue: batches in order, each repeated until it is answered.

use crate::sender::report::{Rejection, Stop};
use crate::sender::{Event, MAX_BODY_BYTES, SenderSettings};
use cairn_protocol::proof::Batch;
use cairn_protocol::reason::Reason;
use reqwest::{StatusCode, Url, header};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::time::Instant;

/// One encoded proof, shared by the queues.
pub(super) type Encoded = Arc<[u8]>;

/// Bytes of a list's or byte string's length in borsh.
const LENGTH_BYTES: usize = 4;
/// How much of an unexpected answer is shown.
const SHOWN_CHARS: usize = 200;

/// What one oracle said, in the order of the proofs.
#[derive(Debug)]
pub(super) struct Delivered {
    pub(super) url: String,
    /// One for each of the first proofs; shorter than the whole when it stopped early.
    /// Codes of the reasons.
    pub(super) verdicts: Vec<u16>,
    /// Names of the codes, as the oracle gave them.
    pub(super) names: BTreeMap<u16, String>,
    pub(super) recovered: u64,
    pub(super) batches: u64,
    pub(super) retries: u64,
    pub(super) stopped: Option<Stop>,
}

/// The delivery to one oracle.
pub(super) struct Delivery {
    pub(super) oracle: usize,
    pub(super) url: String,
    pub(super) endpoint: Url,
    pub(super) client: reqwest::Client,
    pub(super) settings: SenderSettings,
    pub(super) events: UnboundedSender<Event>,
}

/// A post without verdicts.
enum Failure {
    /// No answer, or one that asks to come again.
    NoAnswer {
        error: String,
        /// The request may have been taken in.
        reached: bool,
    },
    /// It would fail again.
    Final(Stop),
}

#[derive(Deserialize)]
struct Answer {
    results: Vec<AnswerResult>,
}

#[derive(Deserialize)]
struct AnswerResult {
    code: u16,
    reason: String,
}

#[derive(Deserialize)]
struct ErrorAnswer {
    error: ErrorBody,
}

#[derive(Deserialize)]
struct ErrorBody {
    code: String,
    message: String,
    #[serde(default)]
    hint: String,
}

impl Delivery {
    /// Sends what comes through `queue` until it closes or the oracle has to be given up.
    pub(super) async fn run(self, mut queue: UnboundedReceiver<Encoded>) -> Delivered {
        let mut delivered = Delivered {
            url: self.url.clone(),
            verdicts: Vec::new(),
            names: BTreeMap::new(),
            recovered: 0,
            batches: 0,
            retries: 0,
            stopped: None,
        };
        let mut held_over = None;
        while let Some(batch) = self.next_batch(&mut queue, &mut held_over).await {
            if let Err(stop) = self.post_until_answered(&batch, &mut delivered).await {
                self.tell(Event::Stopped { oracle: self.oracle, stop: stop.clone() });
                delivered.stopped = Some(stop);
                return delivered;
            }
        }
        self.tell(Event::Finished { oracle: self.oracle });
        delivered
    }

    /// Waits for a proof and takes along what else is there, within the limits of one post.
    async fn next_batch(
        &self,
        queue: &mut UnboundedReceiver<Encoded>,
        held_over: &mut Option<Encoded>,
    ) -> Option<Batch> {
        let first = match held_over.take() {
            Some(proof) => proof,
            None => queue.recv().await?,
        };
        let mut bytes = LENGTH_BYTES + LENGTH_BYTES + first.len();
        let mut proofs = vec![first.to_vec()];
        while proofs.len() < self.settings.batch {
            // Empty and closed alike: the post goes out, and the next call finds out.
            let Ok(proof) = queue.try_recv() else { break };
            bytes += LENGTH_BYTES + proof.len();
            if bytes >= MAX_BODY_BYTES {
                *held_over = Some(proof);
                break;
            }
            proofs.push(proof.to_vec());
        }
        Some(Batch { proofs })
    }

    async fn post_until_answered(
        &self,
        batch: &Batch,
        delivered: &mut Delivered,
    ) -> Result<(), Stop> {
        let body = borsh::to_vec(batch).map_err(|error| Stop::BadAnswer {
            message: format!("the batch does not encode (a bug): {error}"),
        })?;
        let mut pause = self.settings.retry_first;
        let failing_from = Instant::now();
        let mut may_be_taken_in = false;
        for attempt in 1u32.. {
            match self.post(body.clone(), batch.proofs.len()).await {
                Ok(results) => {
                    self.record(results, may_be_taken_in, delivered);
                    return Ok(());
                }
                Err(Failure::Final(stop)) => return Err(stop),
                Err(Failure::NoAnswer { error, reached }) => {
                    may_be_taken_in |= reached;
                    if failing_from.elapsed() + pause > self.settings.give_up {
                        return Err(Stop::GaveUp { attempts: attempt, error });
                    }
                    self.tell(Event::Retrying { oracle: self.oracle, attempt, pause, error });
                    delivered.retries += 1;
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(self.settings.retry_most);
                }
            }
        }
        // Each attempt waits at least a millisecond or so; 2³² of them outlast any `give_up`.
        Err(Stop::GaveUp { attempts: u32::MAX, error: "too many attempts".to_owned() })
    }

    async fn post(&self, body: Vec<u8>, proofs: usize) -> Result<Vec<AnswerResult>, Failure> {
        let response = self
            .client
            .post(self.endpoint.clone())
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .body(body)
            .send()
            .await
            .map_err(|error| no_answer(&error))?;
        let status = response.status();
        let text = response.bytes().await.map_err(|error| no_answer(&error))?;
        if status == StatusCode::OK {
            return read_answer(&text, proofs).map_err(Failure::Final);
        }
        let rejection = read_error(status, &text);
        let come_again = status.is_server_error()
            || [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS]
                .contains(&status);
        Err(if come_again {
            Failure::NoAnswer { error: rejection.to_string(), reached: true }
        } else {
            Failure::Final(Stop::Rejected(rejection))
        })
    }

    fn record(&self, results: Vec<AnswerResult>, repeated: bool, delivered: &mut Delivered) {
        let proofs = results.len() as u64;
        let mut accepted: u64 = 0;
        for result in results {
            let recovered = repeated && result.code == Reason::Duplicate.code();
            let code = if recovered { Reason::Accepted.code() } else { result.code };
            delivered.recovered += u64::from(recovered);
            accepted += u64::from(code == Reason::Accepted.code());
            if !recovered {
                delivered.names.entry(code).or_insert(result.reason);
            }
            delivered.verdicts.push(code);
        }
        delivered.batches += 1;
        self.tell(Event::Answered { oracle: self.oracle, proofs, accepted });
    }

    fn tell(&self, event: Event) {
        // Closed only when the caller of `send` dropped it, and then nobody listens.
        let _closed = self.events.send(event);
    }
}

fn no_answer(error: &reqwest::Error) -> Failure {
    if error.is_builder() || error.is_redirect() {
        return Failure::Final(Stop::BadAnswer { message: chain(error) });
    }
    Failure::NoAnswer { error: chain(error), reached: !error.is_connect() }
}

/// An error with its causes, which reqwest's own message leaves out.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

fn read_answer(text: &[u8], proofs: usize) -> Result<Vec<AnswerResult>, Stop> {
    let answer: Answer = serde_json::from_slice(text).map_err(|error| Stop::BadAnswer {
        message: format!("not a list of verdicts ({error}): {}", shown(text)),
    })?;
    if answer.results.len() != proofs {
        let message = format!("{} verdicts for {proofs} proofs", answer.results.len());
        return Err(Stop::BadAnswer { message });
    }
    Ok(answer.results)
}

fn read_error(status: StatusCode, text: &[u8]) -> Rejection {
    let status = status.as_u16();
    match serde_json::from_slice::<ErrorAnswer>(text) {
        Ok(ErrorAnswer { error }) => {
            Rejection { status, code: error.code, message: error.message, hint: error.hint }
        }
        // Not an oracle's answer: a proxy's, or another server's.
        Err(_) => Rejection {
            status,
            code: "unknown".to_owned(),
            message: shown(text),
            hint: "check that this is an oracle's address".to_owned(),
        },
    }
}

fn shown(text: &[u8]) -> String {
    String::from_utf8_lossy(text).chars().take(SHOWN_CHARS).collect()
}
