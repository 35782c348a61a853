//! The pathway map: data of a drawing, checked against the library.

use pathway::Library;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const TEXT: &str = include_str!("../map/pathway-map.toml");

/// A drawing of the pathway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Map {
    /// Size of the sheet.
    width: f64,
    height: f64,
    #[serde(rename(deserialize = "place"))]
    places: Vec<Place>,
    #[serde(rename(deserialize = "node"))]
    nodes: Vec<Node>,
    #[serde(rename(deserialize = "arrow"))]
    arrows: Vec<Arrow>,
    #[serde(rename(deserialize = "drug"))]
    drugs: Vec<Site>,
}

/// A compartment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Place {
    id: String,
    label: String,
    shape: String,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// A thing that fills with its read-out. `x` and `y` are its centre.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Node {
    id: String,
    label: String,
    /// `protein`, `receptor`, `complex`, `hub`, `lipid`, `gene`, `ligand` or `process`.
    #[serde(default = "protein")]
    shape: String,
    x: f64,
    y: f64,
    /// Read-out that fills it; none: nothing is read from it.
    #[serde(default)]
    readout: Option<String>,
    /// What its evidence card is about, if not its read-out.
    #[serde(default)]
    about: Option<String>,
    /// Phosphorylation sites with read-outs of their own.
    #[serde(default)]
    sites: Vec<Phosphosite>,
    /// The built-in library must have the read-out.
    #[serde(default, skip_serializing)]
    required: bool,
    /// Stays on the map without fill if the library does not have the read-out.
    #[serde(default, skip_serializing)]
    fallback: bool,
}

/// A site of a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Phosphosite {
    label: String,
    readout: String,
}

/// An influence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Arrow {
    from: String,
    to: String,
    /// `activates` or `inhibits`.
    #[serde(default = "activates")]
    kind: String,
    /// Drawn dashed.
    #[serde(default)]
    feedback: bool,
    /// Points between the ends.
    #[serde(default)]
    via: Vec<[f64; 2]>,
}

/// Where a drug or ligand acts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Site {
    id: String,
    nodes: Vec<String>,
}

fn protein() -> String {
    "protein".to_string()
}

fn activates() -> String {
    "activates".to_string()
}

impl Map {
    /// The drawing with what this library has.
    ///
    /// # Errors
    /// The data of the drawing cannot be read.
    pub(crate) fn of(library: &Library) -> Result<Self, String> {
        let mut map: Map = toml::from_str(TEXT).map_err(|e| format!("pathway-map.toml: {e}"))?;
        let has = |readout: &str| library.readout(readout).is_some();
        map.nodes.retain(|n| n.fallback || n.readout.as_deref().is_none_or(has));
        for node in &mut map.nodes {
            node.readout = node.readout.take().filter(|r| has(r));
            node.sites.retain(|s| has(&s.readout));
        }
        let nodes: Vec<String> = map.nodes.iter().map(|n| n.id.clone()).collect();
        map.arrows.retain(|a| nodes.contains(&a.from) && nodes.contains(&a.to));
        map.drugs.retain(|d| library.agent(&d.id).is_some());
        for drug in &mut map.drugs {
            drug.nodes.retain(|n| nodes.contains(n));
        }
        Ok(map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_drawing_is_in_the_library() {
        let library = Library::embedded().unwrap();
        let full: Map = toml::from_str(TEXT).unwrap();
        for node in full.nodes.iter().filter(|n| n.required) {
            let readouts = node.readout.iter().chain(node.sites.iter().map(|s| &s.readout));
            for readout in readouts {
                assert!(library.readout(readout).is_some(), "{}: no read-out {readout}", node.id);
            }
            let about = node.about.as_deref();
            let known = |a: &str| library.gene(a).is_some() || library.agent(a).is_some();
            assert!(about.is_none_or(known), "{}: no card about {about:?}", node.id);
        }
        let ids: Vec<&String> = full.nodes.iter().map(|n| &n.id).collect();
        for arrow in &full.arrows {
            assert!(ids.contains(&&arrow.from) && ids.contains(&&arrow.to), "{arrow:?}");
            assert!(["activates", "inhibits"].contains(&arrow.kind.as_str()), "{arrow:?}");
        }
        for drug in &full.drugs {
            assert!(drug.nodes.iter().all(|n| ids.contains(&n)), "{drug:?}");
        }
        let drawn: Vec<&str> =
            full.drugs.iter().filter_map(|d| library.agent(&d.id)).map(|a| a.id.as_str()).collect();
        for agent in library.drugs().iter().chain(library.ligands()) {
            assert!(drawn.contains(&agent.id.as_str()), "the map does not say where {} acts", agent.id);
        }
    }

    #[test]
    fn nothing_lies_on_top_of_anything_else() {
        let map: Map = toml::from_str(TEXT).unwrap();
        for (i, a) in map.nodes.iter().enumerate() {
            assert!(
                (30.0..=map.width - 30.0).contains(&a.x) && (20.0..=map.height - 20.0).contains(&a.y),
                "{}",
                a.id
            );
            for b in &map.nodes[..i] {
                // Shapes are at most 84 wide where they stand side by side, and 44 high.
                assert!((a.x - b.x).abs() >= 84.0 || (a.y - b.y).abs() >= 44.0, "{} and {}", a.id, b.id);
            }
        }
    }

    #[test]
    fn only_what_the_library_has_is_drawn() {
        let map = Map::of(&Library::embedded().unwrap()).unwrap();
        assert!(map.nodes.iter().any(|n| n.id == "AKT" && n.sites.len() == 2));
        let without_readout: Vec<&str> =
            map.nodes.iter().filter(|n| n.readout.is_none()).map(|n| n.id.as_str()).collect();
        assert!(
            without_readout.contains(&"PTEN") && without_readout.contains(&"mTORC2"),
            "{without_readout:?}"
        );
        let ids: Vec<&str> = map.nodes.iter().map(|n| n.id.as_str()).collect();
        assert!(map.arrows.iter().all(|a| ids.contains(&a.from.as_str()) && ids.contains(&a.to.as_str())));
    }
}
