//! Progress on standard error: a bar on a terminal, lines elsewhere (CI logs, pipes).

use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// How often a line is written where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// One phase of a command.
#[derive(Debug)]
pub struct Phase {
    name: String,
    total: u64,
    done: u64,
    started: Instant,
    last_line: Instant,
    bar: Option<ProgressBar>,
}

impl Phase {
    /// Starts a phase of `total` steps; 0 when that is not known.
    pub fn start(name: impl Into<String>, total: u64) -> Self {
        let name = name.into();
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(total);
            let template = if total == 0 {
                "{spinner} {prefix}  {elapsed}"
            } else {
                "{prefix:<28} {bar:30} {pos}/{len}  {elapsed}  {msg}"
            };
            // The templates are constant and valid.
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.set_prefix(name.clone());
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        if bar.is_none() {
            let of = if total == 0 { String::new() } else { format!(" ({total})") };
            eprintln!("==> {name}{of}");
        }
        let now = Instant::now();
        Self { name, total, done: 0, started: now, last_line: now, bar }
    }

    /// `steps` more are done.
    pub fn advance(&mut self, steps: u64) {
        self.done = self.done.saturating_add(steps);
        match &self.bar {
            Some(bar) => bar.set_position(self.done),
            None if self.last_line.elapsed() >= LINE_EVERY => {
                eprintln!("    {}: {}/{}", self.name, self.done, self.total);
                self.last_line = Instant::now();
            }
            None => {}
        }
    }

    /// Says something beside the bar.
    pub fn note(&self, note: &str) {
        match &self.bar {
            Some(bar) => bar.println(format!("    {note}")),
            None => eprintln!("    {note}"),
        }
    }

    /// Ends the phase and returns how long it took.
    pub fn finish(self) -> Duration {
        let took = self.started.elapsed();
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let count = if self.done == 0 { String::new() } else { format!("{} in ", self.done) };
        eprintln!("    {}: {count}{:.1} s", self.name, took.as_secs_f64());
        took
    }
}
