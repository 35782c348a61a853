//! Did-you-mean: the known name closest to an unknown one.

/// Longer names are compared with nothing: the cost of a comparison grows with the product of the lengths.
const LONGEST: usize = 80;
/// No more candidates are looked at.
const MOST_CANDIDATES: usize = 5000;

/// The candidate that a misspelt name most likely means, without regard to upper and lower case.
///
/// # Source
/// Optimal string alignment distance; at most one slip in a name of up to four letters, one more for every four.
pub fn closest_name<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if name.len() > LONGEST {
        return None;
    }
    let lower = name.to_lowercase();
    let most = |c: &str| match name.len().min(c.len()) {
        0..5 => 1,
        n => 1 + n / 4,
    };
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
pub fn did_you_mean<'c>(
    name: &str,
    candidates: impl IntoIterator<Item = &'c str>,
    otherwise: impl Into<String>,
) -> String {
    match closest_name(name, candidates) {
        Some(candidate) => format!("did you mean \"{candidate}\"?"),
        None => otherwise.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_names_are_found_and_far_ones_are_not() {
        let names = ["kcat", "koff", "AKT", "parameters", "cell"];
        assert_eq!(closest_name("kcta", names), Some("kcat"));
        assert_eq!(closest_name("Akt", names), Some("AKT"));
        assert_eq!(closest_name("paramters", names), Some("parameters"));
        assert_eq!(closest_name("PTEN", names), None);
        assert_eq!(closest_name("HeLa", names), None);
        assert_eq!(did_you_mean("PTEN", names, "define it"), "define it");
    }
}
