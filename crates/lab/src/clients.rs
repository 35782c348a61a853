//! Pages that ask: the newest request of a page ends the older ones.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Requests under way, by page and kind.
#[derive(Debug, Default)]
pub(crate) struct Clients {
    running: Arc<Mutex<HashMap<String, Arc<AtomicBool>>>>,
}

/// A request under way; it leaves the list when this is dropped.
#[derive(Debug)]
pub(crate) struct Ticket {
    key: String,
    stop: Arc<AtomicBool>,
    running: Arc<Mutex<HashMap<String, Arc<AtomicBool>>>>,
}

impl Clients {
    /// Takes the place of an earlier request with the same key and stops it.
    pub(crate) fn enter(&self, key: &str) -> Ticket {
        let stop = Arc::new(AtomicBool::new(false));
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(older) = running.insert(key.to_string(), stop.clone()) {
            older.store(true, Ordering::Relaxed);
        }
        Ticket { key: key.to_string(), stop, running: self.running.clone() }
    }

    /// How many requests are under way.
    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).len()
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
        // Nobody waits any more: a run that still goes on ends at its next step.
        self.stop.store(true, Ordering::Relaxed);
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.get(&self.key).is_some_and(|current| Arc::ptr_eq(current, &self.stop)) {
            running.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_stops_the_older_of_the_same_page_only() {
        let clients = Clients::default();
        let (first, other) = (clients.enter("a"), clients.enter("b"));
        let second = clients.enter("a");
        assert!(first.stop().load(Ordering::Relaxed));
        assert!(!other.stop().load(Ordering::Relaxed));
        drop(first);
        assert!(!second.stop().load(Ordering::Relaxed));
        assert_eq!(clients.count(), 2);
        drop(second);
        drop(other);
        assert_eq!(clients.count(), 0);
    }
}
