//! Things of the library by id or alias, without regard to upper and lower case.

use model::Location;

use super::Library;
use crate::catalog::{Agent, Context, Gene, Mutation, Paper, ParameterRow, Readout};
use crate::codes;
use crate::experiment::Experiment;
use crate::finding::Finding;
use crate::read::Report;

/// Something with an id and perhaps other names.
pub(crate) trait Named {
    /// Id.
    fn id(&self) -> &str;
    /// Other names.
    fn aliases(&self) -> &[String] {
        &[]
    }
    /// Where it is written.
    fn place(&self) -> &Location;
}

macro_rules! named {
    ($($kind:ty: $id:ident $($aliases:ident)?;)*) => {
        $(impl Named for $kind {
            fn id(&self) -> &str {
                &self.$id
            }
            $(fn aliases(&self) -> &[String] {
                &self.$aliases
            })?
            fn place(&self) -> &Location {
                &self.at
            }
        })*
    };
}

named! {
    Agent: id aliases;
    Gene: id aliases;
    Mutation: id aliases;
    Context: id aliases;
    Readout: id;
    Paper: id;
    ParameterRow: name;
    Experiment: id;
    Finding: id;
    crate::finding::NotRun: id;
    crate::catalog::Contradiction: id;
    crate::catalog::Feedback: id;
    crate::catalog::Evidence: id;
    crate::catalog::RuleEvidence: rule;
}

/// The thing of that name: by id first, then by alias, then by either in other letters.
pub(crate) fn find<'l, T: Named>(items: impl Iterator<Item = &'l T> + Clone, name: &str) -> Option<&'l T> {
    let same = |other: &str| other.eq_ignore_ascii_case(name);
    items
        .clone()
        .find(|i| i.id() == name)
        .or_else(|| items.clone().find(|i| i.aliases().iter().any(|a| a == name)))
        .or_else(|| items.clone().find(|i| same(i.id()) || i.aliases().iter().any(|a| same(a))))
}

/// All names that [`find`] knows.
pub(crate) fn names<'l, T: Named + 'l>(items: impl Iterator<Item = &'l T>) -> impl Iterator<Item = &'l str> {
    items.flat_map(|i| std::iter::once(i.id()).chain(i.aliases().iter().map(String::as_str)))
}

/// Reports ids and aliases that are used twice.
pub(crate) fn distinct<'l, T: Named + 'l>(
    kind: &str,
    items: impl Iterator<Item = &'l T>,
    report: &mut Report,
) {
    let mut seen: std::collections::HashMap<String, (usize, Location)> = std::collections::HashMap::new();
    for (i, item) in items.enumerate() {
        for name in std::iter::once(item.id()).chain(item.aliases().iter().map(String::as_str)) {
            let entry = seen.entry(name.to_lowercase()).or_insert_with(|| (i, item.place().clone()));
            if entry.0 != i {
                let message = format!("{kind} \"{name}\" is defined twice");
                report.error(
                    codes::DUPLICATE,
                    item.place(),
                    message,
                    format!("the other one is at {}", entry.1),
                );
            }
        }
        let own = std::iter::once(item.id());
        if own.filter(|id| id.trim() != *id || id.is_empty()).count() > 0 {
            report.error(codes::MISSING_KEY, item.place(), format!("{kind} without a proper id"), "");
        }
    }
}

impl Library {
    /// The cell of that id or alias.
    pub fn context(&self, name: &str) -> Option<&Context> {
        find(self.contexts.iter(), name)
    }

    /// A cell and the cells that it was derived from, itself first.
    pub fn lineage(&self, id: &str) -> Vec<&Context> {
        // A parent stands before its children in the file, so the walk ends.
        let mut lineage: Vec<&Context> = Vec::new();
        let mut next = self.contexts.iter().find(|c| c.id == id);
        while let Some(context) = next {
            lineage.push(context);
            next = context.parent.as_ref().and_then(|p| self.contexts.iter().find(|c| c.id == *p));
        }
        lineage
    }

    /// The drug or ligand of that id or alias.
    pub fn agent(&self, name: &str) -> Option<&Agent> {
        find(self.drugs.iter().chain(&self.ligands), name)
    }

    /// The gene of that id or alias.
    pub fn gene(&self, name: &str) -> Option<&Gene> {
        find(self.genes.iter(), name)
    }

    /// The mutation of that id or alias.
    pub fn mutation(&self, name: &str) -> Option<&Mutation> {
        find(self.mutations.iter(), name)
    }

    /// The read-out of that id.
    pub fn readout(&self, id: &str) -> Option<&Readout> {
        self.readouts.iter().find(|r| r.id == id)
    }

    /// The parameter of that name.
    pub fn parameter(&self, name: &str) -> Option<&ParameterRow> {
        self.parameters.iter().find(|p| p.name == name)
    }

    /// The paper of that id.
    pub fn paper(&self, id: &str) -> Option<&Paper> {
        self.papers.iter().find(|p| p.id == id)
    }

    /// The experiment of that id.
    pub fn experiment(&self, id: &str) -> Option<&Experiment> {
        self.experiments.iter().find(|e| e.id == id)
    }

    /// The finding of that id.
    pub fn finding(&self, id: &str) -> Option<&Finding> {
        self.findings.iter().find(|f| f.id == id)
    }
}
