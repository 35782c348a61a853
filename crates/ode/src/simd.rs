//! The widest vectors of the processor, chosen when the program runs.

/// Does work on `L` lanes with the widest vectors that the processor has. The work must be `#[inline(always)]`
/// throughout to profit. Nothing is contracted or reordered: the bits are those of any other processor.
#[inline(always)]
pub(crate) fn widest<const L: usize, W: pulp::NullaryFnOnce>(work: W) -> W::Output {
    if L == 1 { work.call() } else { pulp::Arch::new().dispatch(work) }
}

/// One value for each lane.
#[inline(always)]
pub(crate) fn each<T: Copy + Default, const L: usize>(f: impl Fn(usize) -> T) -> [T; L] {
    let mut values = [T::default(); L];
    for (lane, value) in values.iter_mut().enumerate() {
        *value = f(lane);
    }
    values
}
