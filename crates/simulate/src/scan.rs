//! Many members of a population, reduced while they run.

mod quantiles;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use quantiles::Quantiles;

use crate::{Answer, CompiledNetwork, Ensemble, Job, Run, SimulateError, Trajectory};

/// What is kept of the members of a scan.
///
/// Threads reduce their own members, in no order; taking and merging must commute for a result that depends neither on the
/// number of threads nor on chance.
pub trait Reducer: Send {
    /// Takes a member that ran to its end.
    fn take(&mut self, member: u64, trajectory: &Trajectory);

    /// Takes everything that another reducer has taken.
    fn merge(&mut self, other: Self);
}

/// A member that gave no numbers, and why.
pub type FailedMember = (u64, SimulateError);

/// Runs members `0 .. n_members` on so many threads; failed members, ascending, are never reduced.
///
/// Memory does not grow with the number of members unless the reducer's does. `progress` sees how many are done.
pub fn scan<R: Reducer>(
    network: &Arc<CompiledNetwork>,
    n_members: u64,
    threads: usize,
    run_of: &(dyn Fn(u64) -> Run + Sync),
    new_reducer: &(dyn Fn() -> R + Sync),
    progress: &(dyn Fn(u64) + Sync),
) -> (R, Vec<FailedMember>) {
    let (begun, done) = (AtomicU64::new(0), AtomicU64::new(0));
    let work = || {
        let (mut reducer, mut failed) = (new_reducer(), Vec::new());
        let mut next = || {
            let member = begun.fetch_add(1, Ordering::Relaxed);
            (member < n_members).then(|| (member, Job::Run(run_of(member))))
        };
        Ensemble::new(network.clone()).run(&mut next, &mut |&mut member, answer| {
            match answer {
                Ok(Answer::Trajectory(trajectory)) => reducer.take(member, &trajectory),
                Ok(Answer::State(_)) => unreachable!("a scan asks for runs only"),
                Err(error) => failed.push((member, error)),
            }
            progress(done.fetch_add(1, Ordering::Relaxed) + 1);
            None
        });
        (reducer, failed)
    };
    let parts = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, (R, Vec<FailedMember>)>| {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        threads.into_iter().map(join).collect::<Vec<_>>()
    });
    let (mut reducer, mut failed) = (new_reducer(), Vec::new());
    for (part, part_failed) in parts {
        reducer.merge(part);
        failed.extend(part_failed);
    }
    failed.sort_by_key(|(member, _)| *member);
    (reducer, failed)
}
