//! The part of a factorisation that concerns some of the rows and columns.

use super::symbolic::{Block, Place, Symbolic};

/// The same factorisation without operations that read or write rows and columns that are not kept. What is left is done
/// in the same order: when the rows that are left out hold zeros in the columns that are kept, solutions have the same bits.
///
/// # Shapes and units
/// - `kept`: `[n]`, by original index
pub(super) fn part(full: &Symbolic, kept: &[bool]) -> Symbolic {
    let is_kept: Vec<bool> = full.order.iter().map(|&original| kept[original as usize]).collect();
    let mut step_of = vec![0; full.order.len()];
    let mut order = Vec::new();
    for (step, &original) in full.order.iter().enumerate().filter(|&(step, _)| is_kept[step]) {
        step_of[step] = order.len() as u32;
        order.push(original);
    }
    let kept_blocks = || full.blocks.iter().zip(&is_kept).filter(|(_, kept)| **kept).map(|(block, _)| *block);
    // Where each entry goes; a row of U follows a column of L, as before.
    let mut position_of = vec![0; full.index.len()];
    let (mut index, mut blocks) = (Vec::new(), Vec::with_capacity(order.len()));
    let mut copy = |range: std::ops::Range<usize>| {
        for old in range.filter(|&old| is_kept[full.index[old] as usize]) {
            position_of[old] = index.len() as u32;
            index.push(step_of[full.index[old] as usize]);
        }
        index.len() as u32
    };
    let mut start = 0;
    for block in kept_blocks() {
        let upper_start = copy(block.start as usize..block.upper_start as usize);
        let end = copy(block.upper());
        blocks.push(Block { start, upper_start, end });
        start = end;
    }
    let places = (full.places.iter())
        .filter(|place| is_kept[place.row as usize] && is_kept[place.column as usize])
        .map(|place| Place {
            entry: place.entry,
            position: position_of[place.position as usize],
            row: step_of[place.row as usize],
            column: step_of[place.column as usize],
        })
        .collect();
    let targets = targets(full, &is_kept, &position_of, &blocks);
    Symbolic { order, blocks, index, targets, places, compiled: std::sync::OnceLock::new() }
}

/// The targets of updates, counted from the ends of the new blocks.
fn targets(full: &Symbolic, is_kept: &[bool], position_of: &[u32], blocks: &[Block]) -> Vec<u32> {
    let mut targets = Vec::new();
    let mut new_blocks = blocks.iter();
    let mut old_targets = full.targets.iter();
    for (block, kept) in full.blocks.iter().zip(is_kept) {
        let new_end = if *kept { new_blocks.next().map(|new| new.end) } else { None };
        for &column in &full.index[block.upper()] {
            for (&row, target) in full.index[block.lower()].iter().zip(old_targets.by_ref()) {
                if let (Some(end), true, true) = (new_end, is_kept[row as usize], is_kept[column as usize]) {
                    targets.push(position_of[(block.end + target) as usize] - end);
                }
            }
        }
    }
    targets
}
