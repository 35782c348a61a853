//! Events.

use model::ReactionSystem;
use model::reaction_system::{Event, EventAssignment};
use roxmltree::Node;

use super::codes;
use super::math;
use super::reader::{Level, Reader};

pub(super) fn events<'d>(reader: &mut Reader<'d>, list: Node<'d, 'd>, system: &mut ReactionSystem) {
    for node in reader.items(list, &["event"]) {
        reader.only_attributes(node, &["id", "name", "useValuesFromTriggerTime", "timeUnits"]);
        let id = reader.identifier_or_empty(node);
        let level_3 = reader.level.level == 3;
        let values_from_trigger_time = if reader.level < (Level { level: 2, version: 4 }) {
            true
        } else {
            reader.flag_or(node, "useValuesFromTriggerTime", true)
        };
        let mut event = Event {
            id,
            trigger: None,
            trigger_initial_value: true,
            persistent: true,
            delay: None,
            priority: None,
            values_from_trigger_time,
            assignments: Vec::new(),
        };
        for part in reader.children(node).collect::<Vec<_>>() {
            match part.tag_name().name() {
                "trigger" => {
                    reader.only_attributes(part, &["id", "name", "initialValue", "persistent"]);
                    if level_3 {
                        event.trigger_initial_value = reader.flag_or(part, "initialValue", true);
                        event.persistent = reader.flag_or(part, "persistent", true);
                    }
                    event.trigger = math::of_parent(reader, part);
                }
                "delay" => event.delay = math::of_parent(reader, part),
                "priority" if level_3 => event.priority = math::of_parent(reader, part),
                "listOfEventAssignments" => assignments(reader, part, &mut event),
                _ => reader.unknown_element(part),
            }
        }
        if event.trigger.is_none() && reader.level < (Level { level: 3, version: 2 }) {
            reader.error(node, codes::NO_TRIGGER, "the event has no trigger", "add <trigger>");
        }
        system.events.push(event);
    }
}

fn assignments<'d>(reader: &mut Reader<'d>, list: Node<'d, 'd>, event: &mut Event) {
    for node in reader.items(list, &["eventAssignment"]) {
        reader.only_attributes(node, &["id", "name", "variable"]);
        let Some(variable) = reader.reference(node, &["variable"]) else { continue };
        if let Some(math) = math::of_parent(reader, node) {
            event.assignments.push(EventAssignment { variable, math });
        }
    }
}
