//! The integration tests, in one binary: one module for each subject.

mod support;

mod adoption;
mod api_server;
mod architecture;
mod cases;
mod catalogue;
mod cli;
mod command_line;
mod compare;
mod conformance;
mod diff;
mod drivers;
mod faults;
mod field_cases;
mod fields;
mod functions;
mod fuzz;
mod golden;
mod guides;
mod leaves;
mod machines;
mod profile;
mod project;
mod render;
mod reports;
mod rules;
mod schema;
mod streams;
mod suppression;
mod template_properties;
mod unchecked;
mod untrusted;
mod usability;
mod yaml;
mod yaml_properties;
