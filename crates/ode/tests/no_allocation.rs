//! A step allocates nothing.
#![expect(unsafe_code, reason = "a global allocator is an unsafe trait; this one only counts and passes on")]

mod problems;

use std::alloc::{GlobalAlloc, Layout, System as SystemAllocator};
use std::cell::Cell;
use std::ops::ControlFlow;

use ode::{Solver, integrate};
use problems::{METHODS, hires, prothero_robinson, tolerances};

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        unsafe { SystemAllocator.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { SystemAllocator.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn whole_run_allocates_nothing() {
    for method in METHODS {
        for mut system in [hires(), prothero_robinson()] {
            let options = tolerances(method, 1e-6, 1e-9);
            let mut solver = Solver::new(&system.pattern);
            let mut y = system.y0.clone();
            let mut out = y.clone();
            let before = ALLOCATIONS.get();
            let outcome = integrate(&mut system, &mut solver, 0.0, &mut y, 10.0, &options, &mut |step| {
                step.interpolate(0.5 * (step.t_old() + step.t_new()), &mut out);
                ControlFlow::Continue(())
            })
            .unwrap();
            assert_eq!(ALLOCATIONS.get() - before, 0);
            assert!(before > 0 && outcome.work.steps_accepted > 5);
        }
    }
}
