//! The schema of an Avro file: a list of types, which refer to each other by their place in it,
//! since a type may contain itself.

use serde_json::Value;
use std::collections::HashMap;

/// Maximum types of a schema.
const TYPES: usize = 65_536;

/// A type.
pub(super) enum Type {
    Null,
    Boolean,
    /// Whole numbers of 32 or 64 bits.
    Integer,
    Float,
    Double,
    Bytes,
    String,
    Fixed(usize),
    /// A number of whole units; as many bytes as are stated in front, or by the type.
    Decimal(Option<usize>, i32),
    /// A date or a time as a number, or as this many bytes.
    Time(Option<usize>),
    Enum(Vec<String>),
    Array(usize),
    Map(usize),
    Union(Vec<usize>),
    Record(Vec<(String, usize)>),
}

pub(super) struct Schema {
    types: Vec<Type>,
    pub(super) root: usize,
}

impl Schema {
    /// `None` if it is not a schema.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let value = serde_json::from_slice(text).ok()?;
        let mut parsing = Parsing { types: Vec::new(), names: HashMap::new() };
        let root = parsing.add(&value, "")?;
        Some(Self { types: parsing.types, root })
    }

    pub(super) fn of(&self, place: usize) -> &Type {
        &self.types[place]
    }
}

struct Parsing {
    types: Vec<Type>,
    /// The places of named types, by their full names.
    names: HashMap<String, usize>,
}

impl Parsing {
    fn push(&mut self, kind: Type) -> Option<usize> {
        self.types.push(kind);
        (self.types.len() <= TYPES).then(|| self.types.len() - 1)
    }

    fn add(&mut self, value: &Value, namespace: &str) -> Option<usize> {
        match value {
            Value::String(name) => self.named(name, namespace),
            Value::Array(choices) => {
                let choices = choices.iter().map(|choice| self.add(choice, namespace)).collect::<Option<_>>()?;
                self.push(Type::Union(choices))
            }
            Value::Object(_) => self.complex(value, namespace),
            _ => None,
        }
    }

    fn named(&mut self, name: &str, namespace: &str) -> Option<usize> {
        let simple = match name {
            "null" => Type::Null,
            "boolean" => Type::Boolean,
            "int" | "long" => Type::Integer,
            "float" => Type::Float,
            "double" => Type::Double,
            "bytes" => Type::Bytes,
            "string" => Type::String,
            _ => return self.names.get(&full(name, namespace)).or_else(|| self.names.get(name)).copied(),
        };
        self.push(simple)
    }

    fn complex(&mut self, value: &Value, namespace: &str) -> Option<usize> {
        let Some(kind) = value["type"].as_str() else { return self.add(&value["type"], namespace) };
        let name = value["name"].as_str().unwrap_or_default();
        let stated = value["namespace"].as_str();
        let namespace = match name.rsplit_once('.') {
            Some((space, _)) => space,
            None => stated.unwrap_or(namespace),
        };
        let scale = || i32::try_from(value["scale"].as_i64().unwrap_or(0)).ok();
        let logical = value["logicalType"].as_str().unwrap_or_default();
        let is_time = logical == "date" || logical == "duration" || logical.contains("time");
        match kind {
            "int" | "long" if is_time => self.push(Type::Time(None)),
            "bytes" if logical == "decimal" => self.push(Type::Decimal(None, scale()?)),
            "array" => {
                let item = self.add(&value["items"], namespace)?;
                self.push(Type::Array(item))
            }
            "map" => {
                let item = self.add(&value["values"], namespace)?;
                self.push(Type::Map(item))
            }
            "fixed" => {
                let bytes = usize::try_from(value["size"].as_u64()?).ok()?;
                let place = self.push(match logical {
                    "decimal" => Type::Decimal(Some(bytes), scale()?),
                    _ if is_time => Type::Time(Some(bytes)),
                    _ => Type::Fixed(bytes),
                })?;
                self.names.insert(full(name, namespace), place);
                Some(place)
            }
            "enum" => {
                let symbols = value["symbols"].as_array()?.iter();
                let symbols = symbols.map(|symbol| symbol.as_str().map(str::to_owned)).collect::<Option<_>>()?;
                let place = self.push(Type::Enum(symbols))?;
                self.names.insert(full(name, namespace), place);
                Some(place)
            }
            "record" | "error" => {
                // Known before its fields, which may refer to it.
                let place = self.push(Type::Record(Vec::new()))?;
                self.names.insert(full(name, namespace), place);
                let mut fields = Vec::new();
                for field in value["fields"].as_array()? {
                    fields.push((field["name"].as_str()?.to_owned(), self.add(&field["type"], namespace)?));
                }
                self.types[place] = Type::Record(fields);
                Some(place)
            }
            other => self.named(other, namespace),
        }
    }
}

fn full(name: &str, namespace: &str) -> String {
    if namespace.is_empty() || name.contains('.') { name.to_owned() } else { format!("{namespace}.{name}") }
}
