//! Pages that ask: the newest request of a page ends the older ones, in whatever order they arrive.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The newest request of each page and kind.
#[derive(Debug, Default)]
pub(crate) struct Clients {
    newest: Mutex<HashMap<String, Newest>>,
}

#[derive(Debug)]
struct Newest {
    number: u64,
    stop: Arc<AtomicBool>,
}

/// A request under way. When it is dropped nobody waits any more, and what still runs ends at its next step.
#[derive(Debug)]
pub(crate) struct Ticket {
    stop: Arc<AtomicBool>,
}

/// Pages that are remembered; beyond that, those with nothing under way are forgotten.
const MOST: usize = 4096;

impl Clients {
    /// Takes the place of earlier requests with the same key and stops them. Numbers grow with each request of a page;
    /// `None` if one with a larger number came first.
    pub(crate) fn enter(&self, key: &str, number: u64) -> Option<Ticket> {
        let stop = Arc::new(AtomicBool::new(false));
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if newest.get(key).is_some_and(|known| known.number > number) {
            return None;
        }
        if let Some(older) = newest.insert(key.to_string(), Newest { number, stop: stop.clone() }) {
            older.stop.store(true, Ordering::Relaxed);
        }
        if newest.len() > MOST {
            newest.retain(|_, request| !request.stop.load(Ordering::Relaxed));
        }
        Some(Ticket { stop })
    }
}

impl Ticket {
    /// The flag that ends the run.
    pub(crate) fn stop(&self) -> Arc<AtomicBool> {
        self.stop.clone()
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_stops_the_older_of_the_same_page_only() {
        let clients = Clients::default();
        let (first, other) = (clients.enter("a", 1).unwrap(), clients.enter("b", 1).unwrap());
        let second = clients.enter("a", 2).unwrap();
        assert!(first.stop().load(Ordering::Relaxed));
        assert!(!other.stop().load(Ordering::Relaxed));
        drop(first);
        assert!(!second.stop().load(Ordering::Relaxed));
        let flag = second.stop();
        drop(second);
        assert!(flag.load(Ordering::Relaxed));
    }

    #[test]
    fn an_older_request_that_arrives_late_does_not_run() {
        let clients = Clients::default();
        let newest = clients.enter("a", 7).unwrap();
        assert!(clients.enter("a", 6).is_none());
        assert!(!newest.stop().load(Ordering::Relaxed));
        drop(newest);
        assert!(clients.enter("a", 6).is_none());
        assert!(clients.enter("a", 8).is_some());
    }

    #[test]
    fn pages_that_are_gone_are_forgotten() {
        let clients = Clients::default();
        for page in 0..2 * MOST {
            drop(clients.enter(&page.to_string(), 0));
        }
        assert!(clients.newest.lock().unwrap().len() <= MOST + 1);
    }
}
