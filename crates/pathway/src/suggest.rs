//! What to write instead of an unknown name.

/// At most so many choices are listed.
const MOST: usize = 12;

/// `did you mean "x"?`; with nothing close, the choices.
pub(crate) fn help<'c>(name: &str, kind: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
    let all: Vec<&str> = candidates.into_iter().collect();
    let choices = match all.len() {
        0 => format!("there is no {kind}"),
        1..=MOST => format!("known: {}", all.join(", ")),
        n => format!("known: {} and {} more", all[..MOST].join(", "), n - MOST),
    };
    model::did_you_mean(name, all, choices)
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
