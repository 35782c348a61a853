//! Animals: what becomes of a drug in them, and how a tumour in them differs from cells in a dish.

use model::Location;

use crate::catalog::Obtained;

/// How a dose gets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Route {
    /// By mouth.
    Oral,
    /// Into the peritoneal cavity.
    Intraperitoneal,
    /// Under the skin.
    Subcutaneous,
    /// Into a vein: at once and completely in the plasma.
    Intravenous,
}

impl Route {
    /// All, with their words.
    pub const ALL: [(Route, &'static str); 4] = [
        (Route::Oral, "oral"),
        (Route::Intraperitoneal, "i.p."),
        (Route::Subcutaneous, "s.c."),
        (Route::Intravenous, "i.v."),
    ];

    /// As written in the tables.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(r, _)| *r == self).expect("ALL lists every route").1
    }

    /// The route of that word.
    pub(crate) fn of_word(word: &str) -> Option<Route> {
        Self::ALL.iter().find(|(_, w)| *w == word).map(|(r, _)| *r)
    }

    /// The word without its dots, for names of parameters and species.
    pub(crate) fn name(self) -> String {
        self.word().replace('.', "")
    }
}

/// A quantity of a pharmacokinetic model.
///
/// Amounts are nmol per kg of animal. With dose `D`, volume `V`, clearance `CL`, and where there is a second
/// compartment its volume `V2` and exchange `Q`:
/// depot' = -ka depot; A' = ka depot - (CL + Q)/V A + Q/V2 A2; A2' = Q/V A - Q/V2 A2; a dose adds `F D` to the depot.
/// The free drug of the tumour follows with retention: T' = r (P fu A/V - T), in nM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quantity {
    /// `ka`, 1/h, by route.
    Absorption,
    /// `F`, share of a dose that arrives, by route.
    Bioavailability,
    /// `V`, l/kg.
    Volume,
    /// `CL`, l/(h*kg).
    Clearance,
    /// `V2`, l/kg.
    PeripheralVolume,
    /// `Q`, l/(h*kg).
    Exchange,
    /// `fu`: unbound share in plasma relative to that in medium with 10 % serum, in which affinities are meant.
    FreeFraction,
    /// `P`: free drug of the tumour relative to free drug of the plasma when both are in equilibrium.
    TumourPartition,
    /// `r`, 1/h: rate at which the tumour takes up and lets go.
    TumourRelease,
}

impl Quantity {
    /// All, with the words of the table and their units.
    pub const ALL: [(Quantity, &'static str, &'static str); 9] = [
        (Quantity::Absorption, "absorption", "1/h"),
        (Quantity::Bioavailability, "bioavailability", "1"),
        (Quantity::Volume, "volume", "l/kg"),
        (Quantity::Clearance, "clearance", "l/(h*kg)"),
        (Quantity::PeripheralVolume, "peripheral_volume", "l/kg"),
        (Quantity::Exchange, "exchange", "l/(h*kg)"),
        (Quantity::FreeFraction, "free_fraction", "1"),
        (Quantity::TumourPartition, "tumour_partition", "1"),
        (Quantity::TumourRelease, "tumour_release", "1/h"),
    ];

    /// Whether it belongs to a route.
    pub(crate) fn by_route(self) -> bool {
        matches!(self, Quantity::Absorption | Quantity::Bioavailability)
    }

    /// As written in `pharmacokinetics.tsv`.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|q| q.0 == self).expect("ALL lists every quantity").1
    }

    /// Its unit.
    pub fn unit(self) -> &'static str {
        Self::ALL.iter().find(|q| q.0 == self).expect("ALL lists every quantity").2
    }
}

/// One number of a pharmacokinetic model: a row of `pharmacokinetics.tsv`.
#[derive(Clone, Debug, PartialEq)]
pub struct KineticRow {
    /// Which.
    pub quantity: Quantity,
    /// Of which route, if it belongs to one.
    pub route: Option<Route>,
    /// In the unit of the quantity.
    pub value: f64,
    /// Lowest value compatible with the source.
    pub low: f64,
    /// Highest value compatible with the source.
    pub high: f64,
    /// How it was obtained.
    pub obtained: Obtained,
    /// Where it comes from.
    pub source: String,
    /// Remark; may be empty.
    pub note: String,
}

/// What becomes of a drug in a mouse.
#[derive(Clone, Debug, PartialEq)]
pub struct Pharmacokinetics {
    /// Id of the drug.
    pub drug: String,
    /// Its numbers.
    pub rows: Vec<KineticRow>,
    /// Where it begins.
    pub at: Location,
}

impl Pharmacokinetics {
    /// The number of a quantity, if the model has it.
    pub fn value(&self, quantity: Quantity, route: Option<Route>) -> Option<f64> {
        self.rows.iter().find(|r| r.quantity == quantity && r.route == route).map(|r| r.value)
    }

    /// Routes that are absorbed from a depot.
    pub(crate) fn depots(&self) -> impl Iterator<Item = Route> {
        let rows = self.rows.iter().filter(|r| r.quantity == Quantity::Absorption);
        rows.filter_map(|r| r.route)
    }

    /// Whether a dose can be given in this way.
    pub fn allows(&self, route: Route) -> bool {
        route == Route::Intravenous || self.depots().any(|r| r == route)
    }

    /// Start of all names of this drug in the network.
    pub(crate) fn prefix(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        format!("PK_{}", self.drug.chars().map(plain).collect::<String>())
    }

    /// Name of a number among the parameters of the network.
    pub fn parameter(&self, quantity: Quantity, route: Option<Route>) -> String {
        let route = route.map_or(String::new(), |r| format!("_{}", r.name()));
        format!("{}_{}{route}", self.prefix(), quantity.word())
    }

    /// Species to which a dose is added.
    pub(crate) fn entry(&self, route: Route) -> String {
        match route {
            Route::Intravenous => format!("{}_plasma()", self.prefix()),
            depot => format!("{}_depot_{}()", self.prefix(), depot.name()),
        }
    }
}

/// How a condition changes a parameter of the cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It takes the place of the cell's value.
    Set,
    /// It multiplies the cell's value.
    Times,
}

/// A parameter that is different in an animal: a row of `animals.tsv`.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// A parameter of the cells or of a pharmacokinetic model.
    pub parameter: String,
    /// How it changes.
    pub how: How,
    /// Value or factor of the typical animal.
    pub value: f64,
    /// Coefficient of variation between animals; the factor of an animal is lognormal with median 1.
    pub cv: f64,
    /// Lowest value compatible with the source.
    pub low: f64,
    /// Highest value compatible with the source.
    pub high: f64,
    /// How it was obtained.
    pub obtained: Obtained,
    /// Where it comes from.
    pub source: String,
    /// Remark; may be empty.
    pub note: String,
}

/// An animal that carries tumours.
#[derive(Clone, Debug, PartialEq)]
pub struct Host {
    /// Name.
    pub id: String,
    /// What is different in it.
    pub conditions: Vec<Condition>,
    /// Where it begins.
    pub at: Location,
}

/// The animals of an experiment. Animal `k` is the same in every arm, so that arms differ by treatment only.
#[derive(Clone, Debug, PartialEq)]
pub struct Animals {
    /// Id of the host.
    pub host: String,
    /// Animals per arm.
    pub n: usize,
    /// Seed of their differences.
    pub seed: u64,
    /// Volume of the tumours at 0 h in mm3.
    pub start_volume: f64,
}
