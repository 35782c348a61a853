//! Tasks: one run, or others again and again.

use super::super::document::{Range, RangeKind, RepeatedTask, SetValue, SubTask, Task, TaskKind};
use super::{Element, Reader};

impl<'d> Reader<'d> {
    pub(super) fn task(&mut self, node: Element<'d>) -> Option<Task> {
        let kind = match node.tag_name().name() {
            "task" => TaskKind::Single {
                model: self.text(node, &["modelReference"]),
                simulation: self.text(node, &["simulationReference"]),
            },
            "repeatedTask" => TaskKind::Repeated(self.repeated(node)),
            _ => {
                self.not_supported(node);
                return None;
            }
        };
        Some(Task { id: self.text(node, &["id"]), kind })
    }

    fn repeated(&mut self, node: Element<'d>) -> RepeatedTask {
        let mut sub_tasks: Vec<SubTask> = Vec::new();
        for item in Self::items(node, "listOfSubTasks") {
            if let Some(list) = item.children().find(|c| c.tag_name().name() == "listOfChanges") {
                self.not_supported(list);
            }
            let order = item.attribute("order").and_then(|o| o.trim().parse().ok()).unwrap_or(0);
            sub_tasks.push(SubTask { task: self.text(item, &["task"]), order });
        }
        sub_tasks.sort_by_key(|s| s.order);
        RepeatedTask {
            range: self.text(node, &["range"]),
            reset: self.flag(node, "resetModel", true),
            concatenate: self.flag(node, "concatenate", false),
            ranges: Self::items(node, "listOfRanges").into_iter().filter_map(|n| self.range(n)).collect(),
            changes: Self::items(node, "listOfChanges")
                .into_iter()
                .filter_map(|n| self.set_value(n))
                .collect(),
            sub_tasks,
        }
    }

    fn range(&mut self, node: Element<'d>) -> Option<Range> {
        let kind = match node.tag_name().name() {
            "uniformRange" => RangeKind::Uniform {
                start: self.number(node, "start"),
                end: self.number(node, "end"),
                steps: self.count(node, &["numberOfSteps", "numberOfPoints"]),
                log: node.attribute("type").is_some_and(|t| t.trim() == "log"),
            },
            "vectorRange" => {
                let values = node.children().filter(|c| c.tag_name().name() == "value");
                let texts: Vec<&str> = values.map(|v| v.text().unwrap_or_default()).collect();
                RangeKind::Vector(texts.into_iter().map(|t| self.number_of(node, t)).collect())
            }
            "functionalRange" => RangeKind::Functional {
                range: node.attribute("range").unwrap_or_default().to_string(),
                computation: self.computation(node)?,
            },
            _ => {
                self.not_supported(node);
                return None;
            }
        };
        Some(Range { id: self.text(node, &["id"]), kind })
    }

    fn set_value(&mut self, node: Element<'d>) -> Option<SetValue> {
        if node.tag_name().name() != "setValue" {
            self.not_supported(node);
            return None;
        }
        Some(SetValue {
            model: self.text(node, &["modelReference"]),
            target: self.text(node, &["target"]),
            range: node.attribute("range").unwrap_or_default().to_string(),
            computation: self.computation(node)?,
        })
    }
}
