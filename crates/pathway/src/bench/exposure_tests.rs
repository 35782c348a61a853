//! Mass balance and closed forms of the pharmacokinetic models.

use std::sync::Arc;

use model::{Expr, ReactionNetwork, Species};
use simulate::{Change, Initial, Run, ScheduledChange, Simulator, compile};

use super::append;
use crate::Library;
use crate::library::tests::library;

const KA: f64 = 1.3;
const V: f64 = 2.0;
const CL: f64 = 0.5;

/// Amounts at 1, 4 and 24 h after a dose of 100 nmol/kg in the species `entry`. Shape: `[times]` by name.
fn course(two: bool, entry: &str) -> Vec<Vec<(String, f64)>> {
    let mut rows = vec![
        format!("oral\tabsorption\t{KA}\t1/h"),
        "oral\tbioavailability\t0.5\t1".to_string(),
        format!("\tvolume\t{V}\tl/kg"),
        format!("\tclearance\t{CL}\tl/(h*kg)"),
        "\tfree_fraction\t0.1\t1".to_string(),
        "\ttumour_partition\t3\t1".to_string(),
        "\ttumour_release\t0.2\t1/h".to_string(),
    ];
    if two {
        rows.push("\tperipheral_volume\t4\tl/kg".to_string());
        rows.push("\texchange\t0.8\tl/(h*kg)".to_string());
    }
    let mut text = "drug\troute\tquantity\tvalue\tunit\tlow\thigh\tobtained\tsource\tnote\n".to_string();
    for row in rows {
        text.push_str(&format!(
            "drug\t{row}\t1e-9\t{}\tassumed\ttest\t\n",
            if row.contains("bio") { 1 } else { 99 }
        ));
    }
    let library = library(&[("pharmacokinetics.tsv", &text)]).unwrap();
    let mut network = ReactionNetwork {
        species: vec![Species { name: drug(&library), initial: Expr::Number(0.0), fixed: true }],
        ..ReactionNetwork::default()
    };
    append(&library, &mut network);
    let compiled = Arc::new(compile(&network).unwrap());
    let start = compiled.species_idx(entry).unwrap();
    let run = Run {
        t_end: 24.0,
        initial: Initial::Defaults,
        changes: vec![ScheduledChange { t: 0.0, what: Change::AddSpecies(start, 100.0) }],
        output_times: vec![1.0, 4.0, 24.0],
        ..Run::default()
    };
    let trajectory = Simulator::new(compiled.clone()).run(&run).unwrap();
    let named = |row| compiled.species().iter().cloned().zip(trajectory.state(row).to_vec()).collect();
    (0..3).map(named).collect()
}

fn drug(library: &Library) -> String {
    library.agent("drug").unwrap().species.clone()
}

fn of(row: &[(String, f64)], compartment: &str) -> f64 {
    row.iter().find(|s| s.0 == format!("PK_drug_{compartment}()")).unwrap().1
}

/// Steps are accurate to 1e-6 of an amount; runs of some hundred steps stay within a hundred times that.
fn close(x: f64, y: f64) -> bool {
    (x - y).abs() < 1e-4 * y.abs() + 1e-4
}

#[test]
fn one_compartment_with_absorption_and_retention_follows_its_closed_form() {
    let ke = CL / V;
    let r = 0.2;
    for (row, t) in course(false, "PK_drug_depot_oral()").iter().zip([1.0f64, 4.0, 24.0]) {
        let e = |k: f64| (-k * t).exp();
        assert!(close(of(row, "depot_oral"), 100.0 * e(KA)));
        assert!(close(of(row, "plasma"), 100.0 * KA / (KA - ke) * (e(ke) - e(KA))), "{t}");
        let uptake = r * 3.0 * 0.1 / V * 100.0 * KA;
        let tumour = uptake
            * (e(ke) / ((KA - ke) * (r - ke))
                + e(KA) / ((ke - KA) * (r - KA))
                + e(r) / ((ke - r) * (KA - r)));
        assert!(close(of(row, "tumour"), tumour), "{t}: {} {tumour}", of(row, "tumour"));
    }
}

#[test]
fn two_compartments_follow_their_closed_form() {
    let (ke, k12, k21) = (CL / V, 0.8 / V, 0.8 / 4.0);
    let (sum, product) = (ke + k12 + k21, ke * k21);
    let root = (sum * sum / 4.0 - product).sqrt();
    let (fast, slow) = (sum / 2.0 + root, sum / 2.0 - root);
    for (row, t) in course(true, "PK_drug_plasma()").iter().zip([1.0f64, 4.0, 24.0]) {
        let e = |k: f64| (-k * t).exp();
        let plasma = 100.0 * ((fast - k21) * e(fast) + (k21 - slow) * e(slow)) / (fast - slow);
        let second = 100.0 * k12 * (e(slow) - e(fast)) / (fast - slow);
        assert!(close(of(row, "plasma"), plasma), "{t}");
        assert!(close(of(row, "peripheral"), second), "{t}");
    }
}
