//! Composition and rejection: propensities in groups within a factor of two.

use super::random::Stream;

const NO_GROUP: u32 = u32::MAX;

/// Propensities, grouped by their power of two.
///
/// # Source
/// Slepoy, Thompson & Plimpton 2008, J. Chem. Phys. 128, 205101.
#[derive(Debug)]
pub(super) struct Groups {
    groups: Vec<Group>,
    /// Group of each binary exponent.
    by_exponent: Vec<u32>,
    /// Group and position in it, for each propensity.
    place: Vec<(u32, u32)>,
    values: Vec<f64>,
}

#[derive(Debug)]
struct Group {
    /// No member is larger.
    limit: f64,
    sum: f64,
    members: Vec<u32>,
    changes: usize,
}

impl Groups {
    pub(super) fn new(n: usize) -> Self {
        Self {
            groups: Vec::new(),
            by_exponent: vec![NO_GROUP; 2048],
            place: vec![(NO_GROUP, 0); n],
            values: vec![0.0; n],
        }
    }

    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    pub(super) fn total(&self) -> f64 {
        self.groups.iter().map(|g| g.sum).sum()
    }

    /// Gives a propensity, zero or positive and finite, a new value.
    pub(super) fn set(&mut self, i: usize, value: f64) {
        let old = std::mem::replace(&mut self.values[i], value);
        let group = if value > 0.0 { self.group_of(value) } else { NO_GROUP };
        if group == self.place[i].0 {
            if group != NO_GROUP {
                self.groups[group as usize].sum += value - old;
                self.count_change(group);
            }
            return;
        }
        self.remove(i, old);
        if group != NO_GROUP {
            let members = &mut self.groups[group as usize];
            self.place[i] = (group, u32::try_from(members.members.len()).expect("fewer than 2^32 reactions"));
            members.members.push(u32::try_from(i).expect("fewer than 2^32 reactions"));
            members.sum += value;
            self.count_change(group);
        }
    }

    fn group_of(&mut self, value: f64) -> u32 {
        let exponent = (value.to_bits() >> 52) as usize & 0x7ff;
        if self.by_exponent[exponent] == NO_GROUP {
            self.by_exponent[exponent] = u32::try_from(self.groups.len()).expect("at most 2048 groups");
            let limit = f64::from_bits(((exponent + 1).min(0x7fe) as u64) << 52);
            self.groups.push(Group { limit, sum: 0.0, members: Vec::new(), changes: 0 });
        }
        self.by_exponent[exponent]
    }

    fn remove(&mut self, i: usize, value: f64) {
        let (group, position) = std::mem::replace(&mut self.place[i], (NO_GROUP, 0));
        if group == NO_GROUP {
            return;
        }
        let members = &mut self.groups[group as usize];
        members.members.swap_remove(position as usize);
        members.sum = if members.members.is_empty() { 0.0 } else { members.sum - value };
        if let Some(&moved) = members.members.get(position as usize) {
            self.place[moved as usize].1 = position;
        }
        self.count_change(group);
    }

    /// Sums anew after many changes, before rounding errors matter.
    fn count_change(&mut self, group: u32) {
        let group = &mut self.groups[group as usize];
        group.changes += 1;
        if group.changes > 1024 + 16 * group.members.len() {
            group.changes = 0;
            group.sum = group.members.iter().map(|&m| self.values[m as usize]).sum();
        }
    }

    /// One with a probability in proportion to its propensity; `total` is positive.
    pub(super) fn pick(&self, total: f64, random: &mut Stream) -> usize {
        let mut left = random.uniform() * total;
        let mut chosen = None;
        for group in self.groups.iter().filter(|g| !g.members.is_empty()) {
            chosen = Some(group);
            if left < group.sum {
                break;
            }
            left -= group.sum;
        }
        let group = chosen.expect("a positive total has a group with members");
        loop {
            let n = group.members.len();
            let at = ((random.uniform() * n as f64) as usize).min(n - 1);
            let member = group.members[at] as usize;
            if random.uniform() * group.limit < self.values[member] {
                return member;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_follow_changes_and_choices_follow_propensities() {
        let mut groups = Groups::new(40);
        let mut random = Stream::new(3, 0);
        let mut values = vec![0.0; 40];
        for round in 0..20_000 {
            let i = (random.uniform() * 40.0) as usize;
            values[i] = if round % 5 == 0 { 0.0 } else { 1e-3 * 10f64.powf(5.0 * random.uniform()) };
            groups.set(i, values[i]);
        }
        let total: f64 = values.iter().sum();
        // A thousand changes of rounding 1e-16 each.
        assert!((groups.total() - total).abs() < 1e-11 * total);
        let n = 200_000;
        let mut counts = vec![0.0; 40];
        (0..n).for_each(|_| counts[groups.pick(total, &mut random)] += 1.0);
        for (count, value) in counts.iter().zip(&values) {
            let expected = f64::from(n) * value / total;
            // Six standard deviations of a binomial count.
            assert!((count - expected).abs() <= 6.0 * expected.sqrt() + 1e-9, "{count} {expected}");
        }
    }
}
