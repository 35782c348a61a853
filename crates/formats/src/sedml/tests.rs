use super::*;
use crate::Source;

const MODEL: &str = r#"<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core"><model><listOfParameters>
<parameter id="k" value="2"/><parameter id='l' value='3'/></listOfParameters><listOfSpecies/></model></sbml>"#;
fn symbol_at(text: &str, target: &str) -> Result<String, ChangeError> {
    match places(text, &[target]).remove(0)? {
        Place::Symbol(id) => Ok(id),
        other => panic!("{other:?}"),
    }
}

const K: &str = "/sbml:sbml/sbml:model/sbml:listOfParameters/sbml:parameter[@id='k']";

#[test]
fn an_attribute_changes_and_nothing_else() {
    let value = ChangeAction::Attribute("7\"<".to_string());
    let changed = apply(MODEL, &format!("{K}/@value"), &value).unwrap();
    assert_eq!(changed, MODEL.replace("value=\"2\"", "value=\"7&quot;&lt;\""));
    assert_eq!(attribute_at(&changed, K).unwrap(), "7\"<");
    assert_eq!(symbol_at(MODEL, K).unwrap(), "k");
}

#[test]
fn elements_are_added_replaced_and_removed() {
    let removed = apply(MODEL, K, &ChangeAction::Remove).unwrap();
    assert_eq!(removed, MODEL.replace("<parameter id=\"k\" value=\"2\"/>", ""));
    let species = "<species id=\"S\"/>".to_string();
    let added = apply(MODEL, "//listOfSpecies", &ChangeAction::Add(species)).unwrap();
    assert_eq!(symbol_at(&added, "/sbml/model/listOfSpecies/species[1]").unwrap(), "S");
    let replaced =
        apply(MODEL, K, &ChangeAction::Replace("<parameter id=\"m\" value=\"9\"/>".to_string())).unwrap();
    assert_eq!(attribute_at(&replaced, "//parameter[@id=\"m\"]/@value").unwrap(), "9");
}

#[test]
fn paths_that_are_wrong_or_ambiguous_are_refused() {
    for path in [
        "",
        "sbml",
        "//parameter",
        "/sbml/descendant::parameter",
        "//parameter[last()]",
        "//parameter[@id='q']",
    ] {
        assert!(symbol_at(MODEL, path).is_err(), "{path}");
    }
    assert!(apply(MODEL, K, &ChangeAction::Attribute("1".to_string())).is_err());
    assert!(apply(MODEL, K, &ChangeAction::Replace("<broken".to_string())).is_err());
}

fn experiment(body: &str) -> model::Parsed<Experiment> {
    let text = format!(
        "<sedML xmlns=\"http://sed-ml.org/sed-ml/level1/version4\" level=\"1\" version=\"4\">\n{body}</sedML>"
    );
    parse(Source::new("x.sedml", &text))
}

#[test]
fn a_missing_reference_has_its_place() {
    let parsed = experiment(
        "<listOfTasks><task id=\"t\" modelReference=\"m\" simulationReference=\"s\"/></listOfTasks>",
    );
    let places: Vec<String> =
        parsed.diagnostics.iter().filter_map(|d| d.location.as_ref()).map(ToString::to_string).collect();
    assert_eq!(places, ["x.sedml:2:14", "x.sedml:2:14"]);
    assert_eq!(parsed.diagnostics[0].code, "SEDML0006");
}

#[test]
fn what_is_not_supported_is_named() {
    for body in ["<listOfDataDescriptions/>", "<listOfOutputs><plot3D id=\"p\"/></listOfOutputs>"] {
        assert_eq!(experiment(body).diagnostics[0].code, "SEDML0005", "{body}");
    }
}

#[test]
fn truncated_and_scrambled_texts_never_panic() {
    let text = format!(
        "<sedML level='1' version='4'><listOfModels><model id='µ' source='{}'/></listOfModels></sedML>",
        "é".repeat(9)
    );
    for end in (0..text.len()).filter(|i| text.is_char_boundary(*i)) {
        let _ = parse(Source::new("x", &text[..end]));
        let _ = xpath::parse(&text[end..]);
    }
}

#[test]
fn attributes_of_packages_are_found_whatever_their_prefix() {
    let text = r#"<sbml xmlns:q="urn:q" xmlns:f="urn:f"><model><q:listOfQualitativeSpecies>
<q:qualitativeSpecies q:id="G"/></q:listOfQualitativeSpecies><listOfReactions><reaction id="R"/></listOfReactions>
<f:listOfObjectives><f:objective f:id="o"/></f:listOfObjectives></model></sbml>"#;
    let targets = [
        "/sbml:sbml/sbml:model/qual:listOfQualitativeSpecies/qual:qualitativeSpecies[@qual:id='G']",
        "//reaction[@id='R']/@flux",
        "//fbc:objective[@fbc:id='o']/@value",
    ];
    let found: Vec<Place> = places(text, &targets).into_iter().map(Result::unwrap).collect();
    let [g, r, o] = ["G", "R", "o"].map(String::from);
    assert_eq!(found, [Place::Level(g), Place::Flux(r), Place::Objective(o)]);
}
