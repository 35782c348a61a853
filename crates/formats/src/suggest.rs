//! Did-you-mean: the known name closest to an unknown one.

/// The candidate that a misspelt name most likely means.
pub(crate) fn closest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    const LONGEST: usize = 80;
    const MOST_CANDIDATES: usize = 5000;
    if name.len() > LONGEST {
        return None;
    }
    let lower = name.to_lowercase();
    let most = |c: &str| 1 + name.len().min(c.len()) / 4;
    candidates
        .into_iter()
        .take(MOST_CANDIDATES)
        .filter(|c| c.len() <= LONGEST && *c != name && name.len().abs_diff(c.len()) <= most(c))
        .map(|c| (strsim::osa_distance(&lower, &c.to_lowercase()), c))
        .filter(|(distance, c)| *distance <= most(c) && *distance < name.len().min(c.len()))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, c)| c)
}

/// `did you mean "x"?`, or the given advice when nothing is close.
pub(crate) fn help<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>, otherwise: &str) -> String {
    match closest(name, candidates) {
        Some(candidate) => format!("did you mean \"{candidate}\"?"),
        None => otherwise.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_names_are_found_and_far_ones_are_not() {
        let names = ["kcat", "koff", "AKT", "parameters"];
        assert_eq!(closest("kcta", names), Some("kcat"));
        assert_eq!(closest("Akt", names), Some("AKT"));
        assert_eq!(closest("paramters", names), Some("parameters"));
        assert_eq!(closest("PTEN", names), None);
    }
}
