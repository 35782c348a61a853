//! What is written is read again.

use model::ReactionSystem;
use model::reaction_system::Stoichiometry;

use super::write;
use crate::Source;
use crate::sbml::parse;

fn read(text: &str) -> ReactionSystem {
    let parsed = parse(Source::new("m.xml", text));
    assert!(!parsed.has_errors(), "{:?}\n{text}", parsed.diagnostics);
    parsed.value
}

/// A model with some of everything.
const RICH: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">
  <model id="rich" name="Rich &amp; full" metaid="_m" timeUnits="second" substanceUnits="mole" conversionFactor="one">
    <notes><body xmlns="http://www.w3.org/1999/xhtml"><p class="a">5 &lt; 6 <b>bold</b></p></body></notes>
    <annotation><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:q="http://q.net/"><rdf:Description
      rdf:about="#_m"><q:is><rdf:li rdf:resource="urn:x"/></q:is></rdf:Description></rdf:RDF></annotation>
    <listOfUnitDefinitions><unitDefinition id="mM"><listOfUnits>
      <unit kind="mole" exponent="1" scale="-3" multiplier="1"/><unit kind="litre" exponent="-1" scale="0" multiplier="1"/>
    </listOfUnits></unitDefinition></listOfUnitDefinitions>
    <listOfCompartments>
      <compartment id="c" spatialDimensions="3" size="2.5" units="litre" constant="false"/><compartment id="d" constant="true"/>
    </listOfCompartments>
    <listOfSpecies>
      <species id="A" name="alpha" sboTerm="SBO:0000252" compartment="c" initialConcentration="1e-9" substanceUnits="mole"
        hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false"/>
      <species id="B" compartment="c" initialAmount="0.1" hasOnlySubstanceUnits="true" boundaryCondition="true" constant="false" conversionFactor="one"/>
    </listOfSpecies>
    <listOfParameters><parameter id="k" value="-3" units="mM" constant="true"/><parameter id="one" value="1" constant="true"/>
      <parameter id="v" constant="false"/><parameter id="w" value="INF" constant="false"/></listOfParameters>
    <listOfInitialAssignments><initialAssignment symbol="w"><math xmlns="http://www.w3.org/1998/Math/MathML">
      <piecewise><piece><infinity/><apply><and/><true/><apply><lt/><ci>k</ci><cn type="e-notation">1<sep/>-7</cn></apply></apply></piece>
      <otherwise><notanumber/></otherwise></piecewise></math></initialAssignment></listOfInitialAssignments>
    <listOfRules><assignmentRule variable="v"><math xmlns="http://www.w3.org/1998/Math/MathML">
      <apply><csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/delay">delay</csymbol><ci>A</ci>
      <apply><log/><logbase><cn>2</cn></logbase><csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">t</csymbol></apply>
      </apply></math></assignmentRule></listOfRules>
    <listOfReactions><reaction id="R" reversible="true"><listOfReactants>
      <speciesReference id="n" species="A" stoichiometry="2" constant="false"/></listOfReactants>
      <listOfModifiers><modifierSpeciesReference species="B"/></listOfModifiers>
      <kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><times/><ci>q</ci><ci>A</ci><ci>B</ci></apply></math>
      <listOfLocalParameters><localParameter id="q" value="0.5"/></listOfLocalParameters></kineticLaw></reaction></listOfReactions>
    <listOfEvents><event id="E" useValuesFromTriggerTime="false"><trigger initialValue="false" persistent="false">
      <math xmlns="http://www.w3.org/1998/Math/MathML"><apply><geq/><ci>A</ci><cn>3</cn></apply></math></trigger>
      <priority><math xmlns="http://www.w3.org/1998/Math/MathML"><cn>2</cn></math></priority>
      <delay><math xmlns="http://www.w3.org/1998/Math/MathML"><cn>0.25</cn></math></delay>
      <listOfEventAssignments><eventAssignment variable="A"><math xmlns="http://www.w3.org/1998/Math/MathML"><pi/></math></eventAssignment>
      </listOfEventAssignments></event></listOfEvents>
  </model>
</sbml>"##;

#[test]
fn nothing_is_lost_on_the_way_out_and_in() {
    let first = read(RICH);
    assert_eq!(first.documentation.model.name, "Rich & full");
    assert!(
        first.documentation.model.notes.contains("5 &lt; 6 <b>bold</b>"),
        "{}",
        first.documentation.model.notes
    );
    assert!(first.documentation.model.annotation.contains("rdf:about=\"#_m\""));
    assert_eq!(first.documentation.components["A"].sbo_term, "SBO:0000252");
    assert_eq!(first.documentation.units[0].factors.len(), 2);
    let text = write(&first).unwrap();
    // Not a number is never equal to itself, so texts are compared as well.
    let second = read(&text);
    assert_eq!(format!("{first:?}"), format!("{second:?}"), "{text}");
    assert_eq!(write(&second).unwrap(), text);
}

#[test]
fn old_levels_are_written_as_level_3() {
    let old = r#"<sbml xmlns="http://www.sbml.org/sbml/level2/version4" level="2" version="4"><model><listOfCompartments>
        <compartment id="c"/></listOfCompartments><listOfSpecies><species id="A" compartment="c" initialAmount="1"/></listOfSpecies>
        <listOfParameters><parameter id="p" value="2"/></listOfParameters><listOfReactions><reaction id="R" fast="false"><listOfReactants>
        <speciesReference species="A"><stoichiometryMath><math xmlns="http://www.w3.org/1998/Math/MathML"><ci>p</ci></math></stoichiometryMath>
        </speciesReference></listOfReactants></reaction></listOfReactions></model></sbml>"#;
    let text = write(&read(old)).unwrap();
    assert!(text.contains("level=\"3\" version=\"2\""));
    let system = read(&text);
    assert_eq!(system.reactions[0].reactants[0].stoichiometry, Stoichiometry::Unset);
    assert_eq!(system.rules.len(), 1);
    assert_eq!(system.documentation.model_units["substanceUnits"], "mole");
    let fast = write(&read(&old.replace("fast=\"false\"", "fast=\"true\""))).unwrap();
    assert!(fast.contains("version=\"1\"") && read(&fast).reactions[0].fast, "{fast}");
}

#[test]
fn bounds_of_version_1_become_parameters() {
    let old = r#"<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" xmlns:fbc="http://www.sbml.org/sbml/level3/version1/fbc/version1"
        level="3" version="1" fbc:required="false"><model><listOfReactions><reaction id="R" reversible="true" fast="false"/></listOfReactions>
        <fbc:listOfFluxBounds><fbc:fluxBound fbc:reaction="R" fbc:operation="equal" fbc:value="2"/>
        <fbc:fluxBound fbc:reaction="R" fbc:operation="lessEqual" fbc:value="1"/></fbc:listOfFluxBounds>
        <fbc:listOfObjectives fbc:activeObjective="o"><fbc:objective fbc:id="o" fbc:type="minimize"><fbc:listOfFluxObjectives>
        <fbc:fluxObjective fbc:reaction="R" fbc:coefficient="3"/></fbc:listOfFluxObjectives></fbc:objective></fbc:listOfObjectives></model></sbml>"#;
    let system = read(&write(&read(old)).unwrap());
    let values: Vec<f64> = system.parameters.iter().filter_map(|p| p.value).collect();
    assert_eq!(values, [2.0, 1.0], "lower bound 2, upper bound 1");
    let balance = system.flux_balance.unwrap();
    assert_eq!((balance.bounds.len(), balance.objectives.len()), (2, 1));
    assert!(!balance.objectives[0].maximize);
}

#[test]
fn references_of_fluxes_that_lead_nowhere_are_errors() {
    let text = r#"<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" xmlns:fbc="http://www.sbml.org/sbml/level3/version1/fbc/version1"
        level="3" version="1" fbc:required="false"><model><fbc:listOfFluxBounds>
        <fbc:fluxBound fbc:reaction="R" fbc:operation="atMost" fbc:value="1"/><fbc:fluxBound fbc:reaction="R" fbc:operation="equal" fbc:value="1"/>
        </fbc:listOfFluxBounds></model></sbml>"#;
    let codes: Vec<&str> = parse(Source::new("m", text)).diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["SBML0017", "SBML0017", "SBML0018"]);
}

#[test]
fn a_network_of_rules_has_the_words_of_sbml() {
    let text = "begin parameters\n 1 k 0.5\n 2 k2 2*k\nend parameters\nbegin species\n 1 A(b) 10\n 2 $B() k2\nend species\n\
                begin reactions\n 1 1,1 2 0.5*k #dimerize\nend reactions\nbegin groups\n 1 Atot 1,2*2\nend groups\n";
    let parsed = crate::net::parse(Source::new("m.net", text));
    assert!(!parsed.has_errors(), "{:?}", parsed.diagnostics);
    let system = crate::sbml::from_network(&parsed.value);
    let again = read(&write(&system).unwrap());
    assert_eq!(again.species[0].id, "S1");
    assert_eq!(again.documentation.components["S1"].name, "A(b)");
    assert!(again.species[1].boundary_condition);
    assert_eq!(again.reactions[0].reactants[0].stoichiometry, Stoichiometry::Number(2.0));
    assert_eq!(again.reactions[0].kinetic_law.as_ref().unwrap().math.to_string(), "(((0.5*k)*S1)*S1)");
    assert_eq!(again.initial_assignments.len(), 2, "k2 and the amount of B");
}
