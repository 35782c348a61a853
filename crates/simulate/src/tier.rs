//! When the interpreter hands over to machine code.

use std::sync::atomic::{AtomicUsize, Ordering};

use ode::Kernels;

use crate::ir::{Compilation, Tape};

/// Steps of all runs of a model after which its programs are compiled: about the time that compiling takes.
const STEPS: usize = 200;

/// Counts the steps of a model. After some, its programs are compiled on a thread of their own, while runs go on.
///
/// Each program is used as soon as it is ready. Interpreter and machine code give the same bits, so no result depends
/// on when that is.
#[derive(Debug, Default)]
pub(crate) struct Tier {
    steps: AtomicUsize,
}

/// What is to be compiled.
pub(crate) struct Compilations {
    kernels: Kernels,
    programs: Vec<Compilation>,
}

impl Compilations {
    /// The programs of a model; those that cannot be compiled are left out.
    pub(crate) fn new<'a>(kernels: Kernels, tapes: impl IntoIterator<Item = &'a Tape>) -> Self {
        Self { kernels, programs: tapes.into_iter().filter_map(Tape::compilation).collect() }
    }

    /// Compiles everything, here and now. Where no machine code can be made the interpreter goes on.
    pub(crate) fn run(self) {
        self.programs.into_iter().for_each(Compilation::run);
        let _ = self.kernels.compile();
    }
}

impl Tier {
    /// Notes a step of a run.
    pub(crate) fn after_step(&self, compilations: impl FnOnce() -> Compilations) {
        // Once the number is reached it is only read, so that many threads do not wait for each other.
        if self.steps.load(Ordering::Relaxed) < STEPS
            && self.steps.fetch_add(1, Ordering::Relaxed) + 1 == STEPS
        {
            let compilations = compilations();
            let thread = std::thread::Builder::new().name("compile".to_string());
            // Without a thread the interpreter goes on.
            let _ = thread.spawn(move || compilations.run());
        }
    }
}
