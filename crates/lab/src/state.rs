//! What all answers share.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use pathway::{Bench, RestCache, RunSettings};

use crate::answer::scoreboard::Board;
use crate::clients::{Clients, Ticket};
use crate::failure::Failure;
use crate::history::History;
use crate::map::Map;
use crate::models::Shelf;

/// What all answers share; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Lab {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    bench: Bench,
    settings: RunSettings,
    rests: RestCache,
    clients: Clients,
    map: Map,
    board: OnceLock<Board>,
    shelf: Shelf,
    history: History,
    time_limit: Duration,
}

/// Resting cells that are remembered; one holds some 300 numbers.
const RESTS: usize = 512;

impl Lab {
    pub(crate) fn new(
        bench: Bench,
        settings: RunSettings,
        time_limit: Duration,
        history: History,
    ) -> Result<Self, String> {
        let map = Map::of(bench.library())?;
        Ok(Self {
            shared: Arc::new(Shared {
                bench,
                settings,
                rests: RestCache::new(RESTS),
                clients: Clients::default(),
                map,
                board: OnceLock::new(),
                shelf: Shelf::default(),
                history,
                time_limit,
            }),
        })
    }

    pub(crate) fn bench(&self) -> &Bench {
        &self.shared.bench
    }

    pub(crate) fn settings(&self) -> &RunSettings {
        &self.shared.settings
    }

    pub(crate) fn rests(&self) -> &RestCache {
        &self.shared.rests
    }

    pub(crate) fn map(&self) -> &Map {
        &self.shared.map
    }

    pub(crate) fn history(&self) -> &History {
        &self.shared.history
    }

    pub(crate) fn shelf(&self) -> &Shelf {
        &self.shared.shelf
    }

    /// Verdicts of all findings, computed when first asked for.
    pub(crate) fn board(&self) -> &Board {
        self.shared.board.get_or_init(|| Board::compute(&self.shared.bench, &self.shared.settings))
    }

    /// Work that may take long, on a thread of its own. It ends when a newer request of the same page and kind comes,
    /// when the page goes away, and at the time limit.
    ///
    /// # Errors
    /// What the work says, or that it was ended.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        page: &str,
        kind: &str,
        number: u64,
        work: impl FnOnce(&Lab, &Ticket) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let entered = self.shared.clients.enter(&format!("{kind} {page}"), number);
        let ticket = Arc::new(entered.ok_or_else(Failure::superseded)?);
        // Dropped with this future when the browser closes the connection.
        let _guard = StopOnDrop(ticket.clone());
        let lab = self.clone();
        let inner = ticket.clone();
        let task = tokio::task::spawn_blocking(move || work(&lab, &inner));
        let limit = self.shared.time_limit;
        match tokio::time::timeout(limit, task).await {
            Ok(Ok(result)) => result.map_err(|failure| {
                let stopped = ticket.stop().load(std::sync::atomic::Ordering::Relaxed);
                if stopped { Failure::superseded() } else { failure }
            }),
            Ok(Err(panic)) => Err(Failure::internal(panic.to_string())),
            Err(_) => Err(Failure::too_long(limit.as_secs())),
        }
    }
}

/// Ends the work of a request that nobody waits for.
struct StopOnDrop(Arc<Ticket>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop().store(true, std::sync::atomic::Ordering::Relaxed);
    }
}
