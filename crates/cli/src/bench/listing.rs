//! Rows of `resurge list`.

use pathway::Library;
use pathway::catalog::Agent;

use crate::command::list::Kind;

/// One row for each thing of a kind: its id first.
pub(super) fn rows(library: &Library, kind: Kind) -> Vec<Vec<String>> {
    match kind {
        Kind::Experiments => {
            library.experiments().iter().map(|e| row([&e.id, &e.context, &e.title])).collect()
        }
        Kind::Findings => {
            let run = library.findings().iter().map(|f| row([&f.id, f.provenance.word(), &f.statement]));
            let not_run = library.not_run().iter().map(|f| row([&f.id, "not run", &f.statement]));
            run.chain(not_run).collect()
        }
        Kind::Papers => library.papers().iter().map(|p| row([&p.id, &p.citation])).collect(),
        Kind::Drugs => library.drugs().iter().map(agent).collect(),
        Kind::Ligands => library.ligands().iter().map(agent).collect(),
        Kind::Genes => {
            let genes =
                library.genes().iter().map(|g| row([&g.id, &g.aliases.join(", "), &g.parameters.join(", ")]));
            let mutations = library.mutations().iter().map(|m| row([&m.id, "mutation", &m.about]));
            genes.chain(mutations).collect()
        }
        Kind::Contexts => library.contexts().iter().map(|c| row([&c.id, &c.tissue, &c.genotype])).collect(),
        Kind::Loops => library.loops().iter().map(|l| row([&l.id, &l.label, &l.about])).collect(),
        Kind::Contradictions => library.contradictions().iter().map(|c| row([&c.id, &c.title])).collect(),
        Kind::Readouts => {
            library.readouts().iter().map(|r| row([&r.id, &r.assay, &r.label, &r.unit])).collect()
        }
    }
}

fn agent(agent: &Agent) -> Vec<String> {
    row([&agent.id, &agent.target, &agent.class])
}

fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_string).to_vec()
}
