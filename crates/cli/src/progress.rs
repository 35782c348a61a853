//! A spinner or bar on stderr for work that lasts longer than two seconds; only on a terminal.

use std::io::IsTerminal;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const PATIENCE: Duration = Duration::from_secs(2);

const SPINNER: &str = "{spinner} {msg} {elapsed}";
const BAR: &str = "{spinner} {msg} {bar:24} {pos}/{len} {eta}";

/// Shows that work goes on, from its creation until it is dropped.
pub(crate) struct Progress {
    bar: ProgressBar,
    done: Option<Sender<()>>,
    watcher: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts to wait: a spinner until a total is known.
    pub(crate) fn start(message: &str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        style(&bar, SPINNER);
        bar.set_message(message.to_string());
        if !std::io::stderr().is_terminal() {
            return Self { bar, done: None, watcher: None };
        }
        let (done, finished) = channel();
        let shown = bar.clone();
        let watcher = std::thread::spawn(move || {
            if finished.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(Duration::from_millis(100));
            }
        });
        Self { bar, done: Some(done), watcher: Some(watcher) }
    }

    /// Never shows anything.
    pub(crate) fn silent() -> Self {
        Self { bar: ProgressBar::hidden(), done: None, watcher: None }
    }

    /// So much of the total is done; a total of 0 makes it a spinner again.
    pub(crate) fn at(&self, done: usize, total: usize) {
        if self.bar.length() != Some(total as u64) {
            style(&self.bar, if total == 0 { SPINNER } else { BAR });
            self.bar.set_length(total as u64);
        }
        self.bar.set_position(done as u64);
    }

    /// Says what is being done now.
    pub(crate) fn message(&self, message: &str) {
        self.bar.set_message(message.to_string());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.done.take());
        if let Some(watcher) = self.watcher.take() {
            let _ = watcher.join();
        }
        self.bar.finish_and_clear();
    }
}

fn style(bar: &ProgressBar, template: &str) {
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
}
