//! Did-you-mean: the known name closest to an unknown one.

/// The candidate that a misspelt name most likely means.
pub(crate) fn closest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    const LONGEST: usize = 80;
    if name.len() > LONGEST {
        return None;
    }
    let lower = name.to_lowercase();
    candidates
        .into_iter()
        .filter(|c| c.len() <= LONGEST)
        .map(|c| (strsim::damerau_levenshtein(&lower, &c.to_lowercase()), c))
        .filter(|(distance, c)| *distance <= 1 + name.len().min(c.len()) / 4)
        .filter(|(distance, c)| *distance < name.len().min(c.len()))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, c)| c)
}

/// `did you mean "x"?`; with nothing close, the choices if they are few.
pub(crate) fn help<'c>(name: &str, kind: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
    const MOST: usize = 12;
    let all: Vec<&str> = candidates.into_iter().collect();
    if let Some(candidate) = closest(name, all.iter().copied()) {
        return format!("did you mean \"{candidate}\"?");
    }
    match all.len() {
        0 => format!("there is no {kind}"),
        1..=MOST => format!("known: {}", all.join(", ")),
        n => format!("known: {} and {} more", all[..MOST].join(", "), n - MOST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_names_are_found_and_far_ones_list_the_choices() {
        let drugs = ["AZD8055", "rapamycin", "lapatinib"];
        assert_eq!(help("AZD805", "drug", drugs), "did you mean \"AZD8055\"?");
        assert_eq!(help("aspirin", "drug", drugs), "known: AZD8055, rapamycin, lapatinib");
        assert_eq!(help("x", "drug", []), "there is no drug");
    }
}
