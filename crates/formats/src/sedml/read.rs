//! XML to an experiment.

use std::collections::HashSet;

use model::{Diagnostic, Location, Parsed};
use roxmltree::{Document, Node};

use super::codes;
use super::document::{
    Algorithm, Change, ChangeAction, Computation, Curve, DataGenerator, DataSet, Experiment, ModelUse,
    Output, OutputKind, Simulation, SimulationKind, Variable,
};
use crate::Source;

mod task;

/// Longer texts are refused.
const MOST_BYTES: usize = 64 << 20;
/// A course has fewer points than this, a range fewer values.
const MOST_POINTS: usize = 10_000_000;

/// Reads an experiment. The value is complete only if there are no errors.
pub fn parse(source: Source<'_>) -> Parsed<Experiment> {
    let refuse = |code, message: String, line, column| {
        let place = Location { file: source.name.to_string(), line, column };
        let diagnostic = Diagnostic::error(code, message).at(place).help("correct the file");
        Parsed { value: Experiment::default(), diagnostics: vec![diagnostic] }
    };
    if source.text.len() > MOST_BYTES {
        return refuse(codes::NOT_XML, format!("the text has more than {MOST_BYTES} bytes"), 1, 1);
    }
    let document = match Document::parse(source.text) {
        Ok(document) => document,
        Err(e) => return refuse(codes::NOT_XML, e.to_string(), e.pos().row, e.pos().col),
    };
    let root = document.root_element();
    let version = (root.attribute("level"), root.attribute("version"));
    if root.tag_name().name() != "sedML" || !matches!(version, (Some("1"), Some("1" | "2" | "3" | "4" | "5")))
    {
        let message = format!(
            "the root is <{}> of level {} version {}",
            root.tag_name().name(),
            version.0.unwrap_or("?"),
            version.1.unwrap_or("?")
        );
        return refuse(codes::NOT_SEDML, message, 1, 1);
    }
    let mut reader = Reader {
        source,
        document: &document,
        version: version.1.and_then(|v| v.parse().ok()).unwrap_or(4),
        diagnostics: Vec::new(),
    };
    let value = reader.experiment(root);
    let mut diagnostics = reader.diagnostics;
    diagnostics.sort_by_key(|d| d.location.as_ref().map(|l| (l.line, l.column)));
    Parsed { value, diagnostics }
}

struct Reader<'d> {
    source: Source<'d>,
    document: &'d Document<'d>,
    version: u32,
    diagnostics: Vec<Diagnostic>,
}

type Element<'d> = Node<'d, 'd>;

impl<'d> Reader<'d> {
    fn error(&mut self, node: Element<'d>, code: &'static str, message: String, help: &str) {
        let place = self.document.text_pos_at(node.range().start);
        let location = Location { file: self.source.name.to_string(), line: place.row, column: place.col };
        self.diagnostics.push(Diagnostic::error(code, message).at(location).help(help));
    }

    fn not_supported(&mut self, node: Element<'d>) {
        let message = format!("<{}> is not supported", node.tag_name().name());
        self.error(node, codes::NOT_SUPPORTED, message, "write the experiment without it");
    }

    /// Elements below `<listOf...>`.
    fn items(node: Element<'d>, list: &str) -> Vec<Element<'d>> {
        let lists = node.children().filter(|c| c.tag_name().name() == list);
        lists.flat_map(|l| l.children().filter(|c| is_content(*c))).collect()
    }

    fn text(&mut self, node: Element<'d>, names: &[&str]) -> String {
        if let Some(value) = names.iter().find_map(|n| node.attribute(*n)) {
            return value.trim().to_string();
        }
        let message = format!("<{}> needs the attribute {:?}", node.tag_name().name(), names[0]);
        self.error(node, codes::MISSING, message, "add it");
        String::new()
    }

    fn number_of(&mut self, node: Element<'d>, text: &str) -> f64 {
        // The words of XML Schema for what is no ordinary number.
        let value = match text.trim() {
            "INF" => Some(f64::INFINITY),
            "-INF" => Some(f64::NEG_INFINITY),
            plain => plain.parse::<f64>().ok(),
        };
        value.unwrap_or_else(|| {
            self.error(
                node,
                codes::BAD_VALUE,
                format!("{text:?} is not a number"),
                "write a number such as 0.5",
            );
            0.0
        })
    }

    fn number(&mut self, node: Element<'d>, name: &str) -> f64 {
        let text = self.text(node, &[name]);
        if text.is_empty() { 0.0 } else { self.number_of(node, &text) }
    }

    fn count(&mut self, node: Element<'d>, names: &[&str]) -> usize {
        let text = self.text(node, names);
        match text.parse::<usize>() {
            Ok(n) if n < MOST_POINTS => n,
            _ if text.is_empty() => 0,
            _ => {
                let message = format!("{text:?} is not a whole number below {MOST_POINTS}");
                self.error(node, codes::BAD_VALUE, message, "write a number such as 100");
                0
            }
        }
    }

    fn flag(&mut self, node: Element<'d>, name: &str, default: bool) -> bool {
        match node.attribute(name).map(str::trim) {
            None => default,
            Some("true" | "1") => true,
            Some("false" | "0") => false,
            Some(other) => {
                self.error(
                    node,
                    codes::BAD_VALUE,
                    format!("{other:?} is neither true nor false"),
                    "write true or false",
                );
                default
            }
        }
    }

    fn experiment(&mut self, root: Element<'d>) -> Experiment {
        let lists = [
            "listOfModels",
            "listOfSimulations",
            "listOfTasks",
            "listOfDataGenerators",
            "listOfOutputs",
            "listOfStyles",
            "listOfAlgorithmParameters",
        ];
        for list in root.children().filter(|c| is_content(*c)) {
            if !lists.contains(&list.tag_name().name()) {
                self.not_supported(list);
            }
        }
        let experiment = Experiment {
            models: Self::items(root, "listOfModels").into_iter().map(|n| self.model(n)).collect(),
            simulations: (Self::items(root, "listOfSimulations").into_iter())
                .filter_map(|n| self.simulation(n))
                .collect(),
            tasks: Self::items(root, "listOfTasks").into_iter().filter_map(|n| self.task(n)).collect(),
            data_generators: (Self::items(root, "listOfDataGenerators").into_iter())
                .filter_map(|n| self.data_generator(n))
                .collect(),
            outputs: Self::items(root, "listOfOutputs").into_iter().filter_map(|n| self.output(n)).collect(),
        };
        self.references(root);
        experiment
    }

    /// Identifiers are unique, and attributes that refer to some find them.
    fn references(&mut self, root: Element<'d>) {
        let mut known = HashSet::new();
        let lists = root.children().filter(|c| is_content(*c));
        for node in lists.flat_map(|l| l.children().filter(|c| is_content(*c))) {
            if let Some(id) = node.attribute("id")
                && !known.insert(id)
            {
                self.error(node, codes::TWICE, format!("{id:?} is used twice"), "rename one of them");
            }
        }
        let names = [
            "modelReference",
            "simulationReference",
            "taskReference",
            "dataReference",
            "xDataReference",
            "yDataReference",
            "task",
        ];
        for node in root.descendants().filter(|n| is_content(*n)) {
            for name in names {
                if let Some(id) = node.attribute(name).filter(|id| !known.contains(id)) {
                    let message = format!("{name}={id:?} refers to nothing");
                    self.error(node, codes::UNKNOWN, message, "correct the name, or define it");
                }
            }
        }
    }

    fn model(&mut self, node: Element<'d>) -> ModelUse {
        let changes = Self::items(node, "listOfChanges").into_iter().filter_map(|n| self.change(n)).collect();
        ModelUse {
            id: self.text(node, &["id"]),
            language: node.attribute("language").unwrap_or_default().to_string(),
            source: self.text(node, &["source"]),
            changes,
        }
    }

    fn change(&mut self, node: Element<'d>) -> Option<Change> {
        let action = match node.tag_name().name() {
            "changeAttribute" => ChangeAction::Attribute(self.text(node, &["newValue"])),
            "addXML" => ChangeAction::Add(self.new_xml(node)?),
            "changeXML" => ChangeAction::Replace(self.new_xml(node)?),
            "removeXML" => ChangeAction::Remove,
            "computeChange" => ChangeAction::Compute(self.computation(node)?),
            _ => {
                self.not_supported(node);
                return None;
            }
        };
        Some(Change { target: self.text(node, &["target"]), action })
    }

    /// The XML below `<newXML>`, with the prefixes that are declared around it.
    fn new_xml(&mut self, node: Element<'d>) -> Option<String> {
        let Some(new) = node.children().find(|c| c.tag_name().name() == "newXML") else {
            let message = format!("<{}> needs <newXML>", node.tag_name().name());
            self.error(node, codes::MISSING, message, "add it");
            return None;
        };
        let mut xml = String::new();
        for child in new.children().filter(Node::is_element) {
            let own = &self.source.text[child.range()];
            let end = own.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(own.len());
            let start_tag = &own[..own.find('>').unwrap_or(own.len())];
            xml.push_str(&own[..end]);
            for namespace in child.namespaces() {
                if let Some(prefix) = namespace.name().filter(|p| *p != "xml")
                    && !start_tag.contains(&format!("xmlns:{prefix}"))
                {
                    xml.push_str(&format!(" xmlns:{prefix}=\"{}\"", namespace.uri()));
                }
            }
            xml.push_str(&own[end..]);
        }
        Some(xml)
    }

    fn simulation(&mut self, node: Element<'d>) -> Option<Simulation> {
        let kind = match node.tag_name().name() {
            "uniformTimeCourse" => SimulationKind::UniformTimeCourse {
                initial: self.number(node, "initialTime"),
                start: self.number(node, "outputStartTime"),
                end: self.number(node, "outputEndTime"),
                // Version 4 gave the attribute the name that says what it counts.
                steps: self.count(node, &["numberOfSteps", "numberOfPoints"]),
            },
            "oneStep" => SimulationKind::OneStep(self.number(node, "step")),
            "steadyState" => SimulationKind::SteadyState,
            _ => {
                self.not_supported(node);
                return None;
            }
        };
        let mut algorithm = Algorithm::default();
        if let Some(method) = node.children().find(|c| c.tag_name().name() == "algorithm") {
            algorithm.kisao = self.kisao(method)?;
            for parameter in Self::items(method, "listOfAlgorithmParameters") {
                let value = self.text(parameter, &["value"]);
                algorithm.parameters.push((self.kisao(parameter)?, value));
            }
        } else if self.version > 1 {
            let message = "the simulation has no <algorithm>".to_string();
            self.error(node, codes::MISSING, message, "add <algorithm kisaoID=\"KISAO:0000019\"/>");
        }
        Some(Simulation { id: self.text(node, &["id"]), kind, algorithm })
    }

    fn kisao(&mut self, node: Element<'d>) -> Option<u32> {
        let text = self.text(node, &["kisaoID"]);
        let digits: String = text.rsplit([':', '_']).next().unwrap_or_default().to_string();
        let number = digits.parse().ok();
        if number.is_none() && !text.is_empty() {
            self.error(
                node,
                codes::BAD_VALUE,
                format!("{text:?} is not a term of KiSAO"),
                "write KISAO:0000019",
            );
        }
        number
    }

    /// `<math>` with lists of variables and parameters.
    fn computation(&mut self, node: Element<'d>) -> Option<Computation> {
        let variables =
            (Self::items(node, "listOfVariables").into_iter()).filter_map(|n| self.variable(n)).collect();
        let parameters = (Self::items(node, "listOfParameters").into_iter())
            .map(|n| (self.text(n, &["id"]), self.number(n, "value")))
            .collect();
        let (math, diagnostics) = crate::sbml::math_of(self.source.name, self.document, node);
        if math.is_none() && diagnostics.is_empty() {
            let message = format!("<{}> needs <math>", node.tag_name().name());
            self.error(node, codes::MISSING, message, "add an expression in MathML");
        }
        self.diagnostics.extend(diagnostics);
        Some(Computation { math: math?, parameters, variables })
    }

    fn variable(&mut self, node: Element<'d>) -> Option<Variable> {
        if ["term", "dimensionTerm", "symbol2", "target2"].iter().any(|a| node.has_attribute(*a)) {
            let message =
                "a variable with term, dimensionTerm, symbol2 or target2 is not supported".to_string();
            self.error(node, codes::NOT_SUPPORTED, message, "write the experiment without it");
            return None;
        }
        let symbol = node.attribute("symbol").map(str::trim);
        let is_time = match symbol {
            None => false,
            Some("urn:sedml:symbol:time" | "KISAO:0000832" | "KISAO_0000832") => true,
            Some(other) => {
                let message = format!("the symbol {other:?} is not supported");
                self.error(node, codes::NOT_SUPPORTED, message, "symbols are urn:sedml:symbol:time");
                return None;
            }
        };
        Some(Variable {
            id: self.text(node, &["id"]),
            target: if is_time { String::new() } else { self.text(node, &["target"]) },
            is_time,
            task: node.attribute("taskReference").map(str::to_string),
            model: node.attribute("modelReference").map(str::to_string),
        })
    }

    fn data_generator(&mut self, node: Element<'d>) -> Option<DataGenerator> {
        Some(DataGenerator {
            id: self.text(node, &["id"]),
            name: node.attribute("name").unwrap_or_default().to_string(),
            computation: self.computation(node)?,
        })
    }

    fn output(&mut self, node: Element<'d>) -> Option<Output> {
        let kind = match node.tag_name().name() {
            "report" => OutputKind::Report(
                (Self::items(node, "listOfDataSets").into_iter())
                    .map(|n| {
                        let id = n.attribute("id").unwrap_or_default().to_string();
                        let label = n.attribute("label").map_or_else(|| id.clone(), str::to_string);
                        DataSet { id, label, data: self.text(n, &["dataReference"]) }
                    })
                    .collect(),
            ),
            "plot2D" => {
                // Version 4 says for a whole axis what earlier versions say for each curve.
                let is_log = |name: &str| {
                    let axis = node.children().find(|c| c.tag_name().name() == name);
                    axis.and_then(|a| a.attribute("type")).is_some_and(|t| t.starts_with("log"))
                };
                let (x, y) = (is_log("xAxis"), is_log("yAxis"));
                let curves = Self::items(node, "listOfCurves");
                OutputKind::Plot2D(curves.into_iter().filter_map(|n| self.curve(n, (x, y))).collect())
            }
            _ => {
                self.not_supported(node);
                return None;
            }
        };
        Some(Output {
            id: self.text(node, &["id"]),
            name: node.attribute("name").unwrap_or_default().to_string(),
            kind,
        })
    }

    fn curve(&mut self, node: Element<'d>, log: (bool, bool)) -> Option<Curve> {
        if node.tag_name().name() != "curve" {
            self.not_supported(node);
            return None;
        }
        Some(Curve {
            id: node.attribute("id").unwrap_or_default().to_string(),
            name: node.attribute("name").unwrap_or_default().to_string(),
            x: self.text(node, &["xDataReference"]),
            y: self.text(node, &["yDataReference"]),
            log_x: self.flag(node, "logX", log.0),
            log_y: self.flag(node, "logY", log.1),
        })
    }
}

fn is_content(node: Node<'_, '_>) -> bool {
    node.is_element() && !matches!(node.tag_name().name(), "annotation" | "notes")
}
