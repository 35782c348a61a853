//! Models of the user: SBML, BNGL, .net, or a COMBINE archive with one of them.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use formats::{Source, bngl, net, sbml};
use model::{Diagnostic, ReactionNetwork, ReactionSystem, Severity};
use rules::GenerateOptions;
use simulate::{CompiledNetwork, Run, RunOptions, Simulator, SpeciesAs, SystemRun, compile_system};

use crate::failure::Failure;

/// A model that can be run with other values.
#[derive(Debug)]
pub(crate) struct UserModel {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) format: &'static str,
    /// Warnings of the reader.
    pub(crate) remarks: Vec<String>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Network(Arc<CompiledNetwork>),
    System(Box<ReactionSystem>),
}

/// Something with a value that can be changed.
pub(crate) struct Knob {
    pub(crate) name: String,
    pub(crate) value: f64,
}

/// Curves of a model.
pub(crate) struct ModelCurves {
    pub(crate) times: Vec<f64>,
    pub(crate) columns: Vec<(String, Vec<f64>)>,
}

/// Size of a network that a page can still show.
const MOST_SPECIES: usize = 5_000;
const MOST_REACTIONS: usize = 50_000;
/// Largest file inside of an archive.
const LARGEST_ENTRY: u64 = 32 * 1024 * 1024;
/// Steps between two discontinuities: beyond that a model is given up.
const MOST_STEPS: usize = 20_000;

impl UserModel {
    /// Reads a model from a file.
    ///
    /// # Errors
    /// What is wrong with it, with the first places.
    pub(crate) fn read(name: &str, bytes: &[u8], stop: &AtomicBool) -> Result<UserModel, Failure> {
        let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
        if ending == "omex" {
            let (inner, bytes) = from_archive(bytes)?;
            return Self::read(&inner, &bytes, stop);
        }
        let text = std::str::from_utf8(bytes)
            .map_err(|_| Failure::bad(format!("{name} is not UTF-8 text"), "save it as UTF-8"))?;
        let source = Source::new(name, text);
        let (format, kind, diagnostics) = match ending.as_str() {
            "xml" | "sbml" => {
                let parsed = sbml::parse(source);
                gate(name, &parsed.diagnostics)?;
                compile_system(&parsed.value).map_err(|e| cannot("compile the model", &e))?;
                ("SBML", Kind::System(Box::new(parsed.value)), parsed.diagnostics)
            }
            "bngl" => {
                let parsed = bngl::parse(&[source]);
                gate(name, &parsed.diagnostics)?;
                let options = GenerateOptions {
                    max_species: MOST_SPECIES,
                    max_reactions: MOST_REACTIONS,
                    cancel: Some(stop),
                    ..GenerateOptions::default()
                };
                let made =
                    rules::generate(&parsed.value, &options).map_err(|e| cannot("expand the rules", &e))?;
                ("BNGL", compiled(&made.network)?, parsed.diagnostics)
            }
            "net" => {
                let parsed = net::parse(source);
                gate(name, &parsed.diagnostics)?;
                (".net", compiled(&parsed.value)?, parsed.diagnostics)
            }
            _ => {
                return Err(Failure::bad(
                    format!("{name} is no model that the lab reads"),
                    "give an SBML file (.xml, .sbml), a BNGL file (.bngl), a .net file or a COMBINE archive (.omex)",
                ));
            }
        };
        let id = blake3::hash(bytes).to_hex()[..16].to_string();
        let remarks = diagnostics.iter().map(|d| d.message.clone()).collect();
        Ok(UserModel { id, name: name.to_string(), format, remarks, kind })
    }

    /// What can be changed, with the values of the file.
    ///
    /// # Errors
    /// A value cannot be computed.
    pub(crate) fn knobs(&self) -> Result<Vec<Knob>, Failure> {
        match &self.kind {
            Kind::Network(network) => {
                let values =
                    network.parameter_values(&[]).map_err(|e| cannot("evaluate the parameters", &e))?;
                let named = network.parameters().iter().zip(values);
                Ok(named.map(|(name, value)| Knob { name: name.clone(), value }).collect())
            }
            Kind::System(system) => {
                let constant = system.parameters.iter().filter(|p| p.constant);
                Ok(constant.filter_map(|p| Some(Knob { name: p.id.clone(), value: p.value? })).collect())
            }
        }
    }

    /// Numbers of species and reactions.
    pub(crate) fn size(&self) -> (usize, usize) {
        match &self.kind {
            Kind::Network(network) => (network.species().len(), network.reactions().len()),
            Kind::System(system) => (system.species.len(), system.reactions.len()),
        }
    }

    /// Runs the model from 0 to the end; observables of a rule model, species of the others.
    ///
    /// # Errors
    /// An unknown name, or why there are no numbers.
    pub(crate) fn run(
        &self,
        set: &[(String, f64)],
        t_end: f64,
        points: u32,
        stop: &Arc<AtomicBool>,
    ) -> Result<ModelCurves, Failure> {
        let times: Vec<f64> = (0..points).map(|k| t_end * f64::from(k) / f64::from(points - 1)).collect();
        match &self.kind {
            Kind::Network(network) => run_network(network, set, times, stop),
            Kind::System(system) => run_system(system, set, times),
        }
    }
}

fn run_network(
    network: &Arc<CompiledNetwork>,
    set: &[(String, f64)],
    times: Vec<f64>,
    stop: &Arc<AtomicBool>,
) -> Result<ModelCurves, Failure> {
    let place = |(name, value): &(String, f64)| {
        let found = network.parameter_idx(name).ok_or_else(|| Failure::unknown("parameter", name))?;
        Ok((found, *value))
    };
    let run = Run {
        t_end: times.last().copied().unwrap_or_default(),
        parameters: set.iter().map(place).collect::<Result<_, Failure>>()?,
        output_times: times.clone(),
        options: RunOptions { max_steps: MOST_STEPS, ..RunOptions::default() },
        ..Run::default()
    };
    let mut simulator = Simulator::new(network.clone());
    simulator.set_stop(Some(stop.clone()));
    let trajectory = simulator.run(&run).map_err(|e| Failure::run(e.to_string()))?;
    let columns: Vec<(String, Vec<f64>)> = if network.outputs().is_empty() {
        network.species().iter().enumerate().map(|(i, name)| (name.clone(), trajectory.species(i))).collect()
    } else {
        network.outputs().iter().enumerate().map(|(i, name)| (name.clone(), trajectory.output(i))).collect()
    };
    Ok(ModelCurves { times, columns })
}

fn run_system(
    system: &ReactionSystem,
    set: &[(String, f64)],
    times: Vec<f64>,
) -> Result<ModelCurves, Failure> {
    let mut system = system.clone();
    for (name, value) in set {
        system.set_initial(name, *value).map_err(|_| Failure::unknown("parameter that can be set", name))?;
    }
    let compiled = compile_system(&system).map_err(|e| cannot("compile the model", &e))?;
    let run = SystemRun {
        t_end: times.last().copied().unwrap_or_default(),
        output_times: times.clone(),
        rtol: 1e-6,
        max_steps: MOST_STEPS,
        ..SystemRun::default()
    };
    let trajectory = compiled.run(&run).map_err(|e| Failure::run(e.to_string()))?;
    let species: Vec<&str> = compiled.species().collect();
    let column =
        |name: &str| Some((name.to_string(), trajectory.column(compiled.column(name, SpeciesAs::Symbol)?)));
    // A model without species is one of variables.
    let columns = if species.is_empty() {
        compiled.symbols().iter().filter_map(|name| column(name)).collect()
    } else {
        species.into_iter().filter_map(column).collect()
    };
    Ok(ModelCurves { times, columns })
}

fn compiled(network: &ReactionNetwork) -> Result<Kind, Failure> {
    let compiled = simulate::compile(network).map_err(|e| cannot("compile the model", &e))?;
    Ok(Kind::Network(Arc::new(compiled)))
}

fn cannot(what: &str, error: &impl std::fmt::Display) -> Failure {
    Failure::bad(
        format!("failed to {what}: {error}"),
        "`resurge validate` says everything that is wrong with a model",
    )
}

/// The first errors, if there are any.
fn gate(name: &str, diagnostics: &[Diagnostic]) -> Result<(), Failure> {
    let errors: Vec<String> = diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .map(|d| d.location.as_ref().map_or_else(|| d.message.clone(), |at| format!("{at}: {}", d.message)))
        .collect();
    match errors.len() {
        0 => Ok(()),
        n => Err(Failure::bad(
            format!("{name} has {n} errors; the first: {}", errors[0]),
            "`resurge validate` shows all of them with their places",
        )),
    }
}

/// The first model of a COMBINE archive: the master file if it is one, else the first by name.
fn from_archive(bytes: &[u8]) -> Result<(String, Vec<u8>), Failure> {
    let broken = |e: zip::result::ZipError| Failure::bad(format!("the archive cannot be read: {e}"), "");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(broken)?;
    let mut names: Vec<String> = archive
        .file_names()
        .filter_map(|n| n.ok().map(|n| n.into_owned()))
        .filter(|n| {
            let ending = n.rsplit('.').next().unwrap_or_default().to_lowercase();
            ["xml", "sbml", "bngl", "net"].contains(&ending.as_str())
                && *n != "manifest.xml"
                && *n != "metadata.rdf"
        })
        .collect();
    names.sort_by_key(|n| (n.matches('/').count(), n.clone()));
    let name = names.into_iter().next().ok_or_else(|| Failure::bad("the archive holds no model", ""))?;
    let file = archive.by_name(&name).map_err(broken)?;
    let mut content = Vec::new();
    // What the archive says about sizes is not believed.
    let read = file.take(LARGEST_ENTRY + 1).read_to_end(&mut content);
    read.map_err(|e| Failure::bad(format!("{name} in the archive cannot be read: {e}"), ""))?;
    if content.len() as u64 > LARGEST_ENTRY {
        return Err(Failure::bad(format!("{name} in the archive is larger than {LARGEST_ENTRY} bytes"), ""));
    }
    Ok((name.rsplit('/').next().unwrap_or(&name).to_string(), content))
}

/// Models that were uploaded; the oldest goes first.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    models: Mutex<VecDeque<Arc<UserModel>>>,
}

/// Models that are kept at a time.
const SHELF: usize = 12;

impl Shelf {
    pub(crate) fn put(&self, model: UserModel) -> Arc<UserModel> {
        let model = Arc::new(model);
        let mut models = self.models.lock().unwrap_or_else(PoisonError::into_inner);
        models.retain(|m| m.id != model.id);
        models.push_back(model.clone());
        while models.len() > SHELF {
            models.pop_front();
        }
        model
    }

    pub(crate) fn get(&self, id: &str) -> Result<Arc<UserModel>, Failure> {
        let models = self.models.lock().unwrap_or_else(PoisonError::into_inner);
        models.iter().find(|m| m.id == id).cloned().ok_or_else(|| Failure::unknown("model on the server", id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::sync::atomic::Ordering;

    const DECAY: &str = "begin parameters\n k 0.5\n A0 10\nend parameters\nbegin seed species\n A() A0\nend seed species\n\
                         begin observables\n Molecules A A()\nend observables\n\
                         begin reaction rules\n decay: A() -> 0 k\nend reaction rules\n";

    fn read(name: &str, bytes: &[u8]) -> Result<UserModel, Failure> {
        UserModel::read(name, bytes, &AtomicBool::new(false))
    }

    #[test]
    fn a_rule_model_runs_with_other_values() {
        let model = read("decay.bngl", DECAY.as_bytes()).unwrap();
        assert_eq!(model.knobs().unwrap().iter().map(|k| k.name.as_str()).collect::<Vec<_>>(), ["k", "A0"]);
        let go = Arc::new(AtomicBool::new(false));
        let curves = model.run(&[("k".to_string(), 1.0)], 2.0, 3, &go).unwrap();
        let (name, values) = &curves.columns[0];
        assert_eq!(name, "A");
        // exp(-2), within the tolerance of the integrator.
        assert!((values[2] - 10.0 * (-2.0_f64).exp()).abs() < 1e-4, "{values:?}");
        assert!(model.run(&[("none".to_string(), 1.0)], 2.0, 3, &go).is_err());
        go.store(true, Ordering::Relaxed);
        assert!(model.run(&[], 2.0, 3, &go).err().unwrap().message.contains("stopped"));
    }

    #[test]
    fn an_archive_gives_its_model() {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let mut writer = zip::ZipWriter::new(&mut bytes);
        for (name, text) in [("manifest.xml", "<omexManifest/>"), ("models/decay.bngl", DECAY)] {
            writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
        }
        writer.finish().unwrap();
        let model = read("study.omex", bytes.get_ref()).unwrap();
        assert_eq!((model.name.as_str(), model.format), ("decay.bngl", "BNGL"));
    }

    #[test]
    fn what_is_no_model_is_refused_with_the_reason() {
        let cases: [(&str, &[u8], &str); 5] = [
            ("a.docx", b"x", "no model"),
            ("a.xml", b"<sbml", "errors"),
            ("a.bngl", b"begin reaction rules\n A( -> 0 k\nend reaction rules", "errors"),
            ("a.bngl", &[0xff, 0xfe], "UTF-8"),
            ("a.omex", b"no zip", "archive"),
        ];
        for (name, bytes, part) in cases {
            let failure = read(name, bytes).unwrap_err();
            assert!(failure.message.contains(part), "{name}: {}", failure.message);
        }
    }

    #[test]
    fn rules_that_never_end_are_refused() {
        let chain = DECAY
            .replace(" decay: A() -> 0 k", " grow: A(a) + A(b) -> A(a!1).A(b!1) k")
            .replace("A()", "A(a,b)");
        let failure = read("chain.bngl", chain.as_bytes()).unwrap_err();
        assert!(failure.message.contains("expand the rules"), "{}", failure.message);
    }
}
