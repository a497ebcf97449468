//! What a rule book says about an action before anything happens.

/// An action is allowed, or it breaks these rules, named as a refusal is. A program refuses at the
/// first rule that it comes to, so that it must name one of them.
pub(super) type Verdict = Result<(), Vec<&'static str>>;

/// Collects the rules that an action breaks.
#[derive(Debug, Default)]
pub(super) struct Rules(Vec<&'static str>);

impl Rules {
    /// No rule is looked at yet.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// The action breaks `rule` unless it `holds`.
    pub(super) fn need(&mut self, holds: bool, rule: &'static str) -> &mut Self {
        if !holds {
            self.0.push(rule);
        }
        self
    }

    /// Takes in what other rules say.
    pub(super) fn and(&mut self, verdict: Verdict) -> &mut Self {
        self.0.extend(verdict.err().into_iter().flatten());
        self
    }

    /// What the rules say together.
    pub(super) fn verdict(&mut self) -> Verdict {
        let broken = std::mem::take(&mut self.0);
        if broken.is_empty() { Ok(()) } else { Err(broken) }
    }
}
