//! What a name says about the values below it: a header, or the keys of a path.
//!
//! Names are read by words, since nobody writes them alike: `收货人手机`, `receiverMobile`,
//! `Phone 1 - Value`. The last noun wins, as in `phone_order_id`, or the first where a preposition
//! follows (`CPF do cliente`). Words that say nothing of their own (`id`, `account`, `value`) leave
//! the decision to the values. The words are in `words` and `kinds.json`; splitting is in `terms`.

use super::terms::{Class, Term, terms};
use super::words::OTHERS;
use exposure_identifier::Kind;

/// What the values below a name are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// Identifiers of this kind.
    Kind(&'static Kind),
    /// Something else, in the singular: “an order number”.
    Other(&'static str),
}

/// What a name says, with what matters for the names above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    Label(Label),
    /// It names what belongs to a number, such as its type.
    Property,
    /// It names whom something belongs to.
    Owner,
    /// It is the number of a record.
    RecordNumber,
    /// None of its words is known.
    Unknown,
    /// It says nothing: `value`, `0`.
    Nothing,
}

/// Longest name that is read, in bytes.
const NAME_BYTES: usize = 256;

/// Unknown words that a name may have: more are a sentence.
const UNKNOWN_WORDS: usize = 4;

/// Words of a name in which a verb makes a question.
const QUESTION_WORDS: usize = 4;

/// What a header says, if it says anything. It may be a path: `phones.list.element.number`.
pub(crate) fn of_header(text: &str) -> Option<Label> {
    if Kind::of_header(text).is_none() && is_path(text) {
        return text.split('.').fold(Inherited::default(), Inherited::below).label();
    }
    match says(text) {
        Says::Label(label) => Some(label),
        _ => None,
    }
}

fn is_path(text: &str) -> bool {
    let is_key = |key: &str| !key.is_empty() && !key.contains(char::is_whitespace);
    text.contains('.') && text.split('.').all(is_key)
}

/// What the keys of a path say: the nearest that says anything. Arrays and their positions may be
/// among the keys.
#[cfg(test)]
pub(crate) fn of_path(keys: &[String]) -> Option<Label> {
    keys.iter().fold(Inherited::default(), |above, key| above.below(key)).label()
}

/// Whether a name says nothing of its own, as `value` and `0`.
pub(crate) fn says_nothing(text: &str) -> bool {
    says(text) == Says::Nothing
}

/// What the keys down to here say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Inherited {
    label: Option<Label>,
    /// There is an unknown key since.
    is_far: bool,
}

impl Inherited {
    #[cfg(test)]
    pub(crate) fn of(label: Option<Label>) -> Self {
        Self { label, is_far: false }
    }

    /// The same one key further. The nearest label counts; it reaches past one unknown key, if it
    /// is a kind's, and not past keys that name something else.
    pub(crate) fn below(self, key: &str) -> Self {
        let is_phone = matches!(self.label, Some(Label::Kind(kind)) if kind.country.is_none());
        let says = says(key);
        match (says, self.label) {
            (Says::Label(label), _) => Self { label: Some(label), is_far: false },
            (Says::Unknown, Some(Label::Kind(_))) if !self.is_far => Self { is_far: true, ..self },
            // The number of a record of phones is no phone.
            (Says::RecordNumber | Says::Nothing, _) if says == Says::Nothing || !is_phone => self,
            _ => Self::default(),
        }
    }

    /// What a leaf here is.
    pub(crate) fn label(self) -> Option<Label> {
        self.label
    }
}

/// All that a label may say that is no kind.
pub(crate) fn others() -> impl Iterator<Item = &'static str> {
    OTHERS.iter().map(|&(why, _)| why)
}

fn says(text: &str) -> Says {
    if text.len() > NAME_BYTES {
        return Says::Unknown;
    }
    if let Some(kind) = Kind::of_header(text) {
        return Says::Label(Label::Kind(kind));
    }
    let (outside, inside) = terms(text);
    match of_alternatives(&outside) {
        // `编号（身份证）`
        Says::Nothing | Says::RecordNumber | Says::Owner if !inside.is_empty() => of_alternatives(&inside),
        says => says,
    }
}

/// `电话/手机`: any kind wins; something else must be all that is said.
fn of_alternatives(terms: &[Term]) -> Says {
    if terms.iter().filter(|term| term.class == Class::Unknown).count() > UNKNOWN_WORDS {
        return Says::Unknown;
    }
    let mut parts = terms.split(|term| term.class == Class::Or).map(of_terms);
    let first = parts.next().unwrap_or(Says::Nothing);
    parts.fold(first, |before, says| match (before, says) {
        (Says::Label(Label::Kind(_)), _) => before,
        (_, Says::Label(Label::Kind(_))) => says,
        (Says::Property, _) | (_, Says::Property) => Says::Property,
        (Says::Label(_), Says::Label(_)) => before,
        (Says::Nothing, Says::Nothing) => Says::Nothing,
        (Says::Owner, _) | (_, Says::Owner) => Says::Owner,
        _ => Says::Unknown,
    })
}

fn of_terms(terms: &[Term]) -> Says {
    let asks = |(at, term): (usize, &Term)| {
        let is_verb = term.class == Class::Question;
        is_verb
            && (at == 0 || (terms.len() <= QUESTION_WORDS && !terms.get(at + 1).is_some_and(|next| next.is_article)))
    };
    if terms.len() > 1 && terms.iter().enumerate().any(asks) {
        return Says::Property;
    }
    // Before a preposition is what the whole is.
    if let Some(of) = terms.iter().position(|term| term.class == Class::Of) {
        let before = of_nouns(&terms[..of]);
        return match before {
            Says::Label(_) | Says::Property => before,
            _ => match of_terms(&terms[of + 1..]) {
                Says::Nothing => before,
                after => after,
            },
        };
    }
    of_nouns(terms)
}

fn of_nouns(terms: &[Term]) -> Says {
    let mut says = Says::Nothing;
    let all_known = || terms.iter().all(|term| term.class != Class::Unknown);
    for (at, term) in terms.iter().enumerate() {
        let is_last = at + 1 == terms.len();
        says = match (term.class, says) {
            (Class::Kind(_), _) if term.is_weak && !all_known() => Says::Unknown,
            (Class::Kind(kind), _) => Says::Label(Label::Kind(kind)),
            (Class::Other(why), _) => Says::Label(Label::Other(why)),
            (Class::Property, _) => Says::Property,
            (Class::Question, _) if terms.len() == 1 => Says::Property,
            // `phone_verified_at`
            (Class::At, _) if is_last && at > 0 => Says::Label(Label::Other("a time")),
            // `phone_id` is a number of a table of phones.
            (Class::RecordNumber, Says::Label(Label::Kind(kind))) if kind.country.is_none() => Says::Property,
            (Class::RecordNumber, Says::Nothing) => Says::RecordNumber,
            (Class::Owner, Says::Nothing | Says::RecordNumber | Says::Unknown | Says::Label(Label::Other(_))) => {
                Says::Owner
            }
            (Class::Unknown, Says::Nothing | Says::RecordNumber | Says::Label(Label::Other(_))) => Says::Unknown,
            // Languages without spaces put what it is last; after a kind, a word or two are no
            // number.
            (Class::Unknown, Says::Label(_)) if term.ends_a_compound => Says::Property,
            _ => says,
        };
    }
    says
}

#[cfg(test)]
mod tests;
