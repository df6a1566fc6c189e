//! Where a request goes next, and why it may not go there.

use std::fmt;

/// What is known of a provider, a model and an account that a request may go to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The provider's id in the config.
    pub provider: String,
    /// Realms of states and vendor files that its manifest lists.
    pub realms: Vec<String>,
    /// Namespaces of extensions that its manifest lists.
    pub namespaces: Vec<String>,
    /// Model id as the provider knows it.
    pub model: String,
    /// The account of the credential, else the credential's own name; `None` when unknown.
    pub account: Option<String>,
    /// Modalities that the model takes; `None` when unknown.
    pub input: Option<Vec<String>>,
    /// Modalities that the model produces; `None` when unknown.
    pub output: Option<Vec<String>>,
    /// What is known of the model's abilities, in the words of the contract's `model.abilities`;
    /// one that is not listed is unknown.
    pub abilities: Vec<(String, bool)>,
    /// Words that the model takes for effort, weakest first; empty when unknown.
    pub efforts: Vec<String>,
    /// Whether readable reasoning is carried over to another vendor.
    pub carry_reasoning: CarryReasoning,
    /// Whether all states are left out: the retry after a failure of kind `replay`.
    pub drop_states: bool,
}

impl Target {
    /// Whether its component can read what is of this realm.
    pub(super) fn reads(&self, realm: &str) -> bool {
        self.realms.iter().any(|known| known == realm)
    }

    /// Whether its component is given what is in this namespace.
    pub(super) fn speaks(&self, namespace: &str) -> bool {
        self.namespaces.iter().any(|known| known == namespace)
    }

    /// Whether its model takes this modality, or may.
    pub(super) fn takes(&self, modality: &str) -> bool {
        self.input
            .as_ref()
            .is_none_or(|input| input.iter().any(|known| known == modality))
    }

    /// Whether its model is known to lack an ability.
    pub(super) fn lacks(&self, ability: &str) -> bool {
        self.abilities
            .iter()
            .any(|(name, has)| name == ability && !has)
    }
}

/// Whether readable reasoning goes along when the vendor changes; config `carryReasoning`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CarryReasoning {
    /// It stays reasoning; a provider without a place for it leaves it out.
    #[default]
    Always,
    /// It is removed.
    Never,
}

/// Something that a request asks for and a wish cannot replace: a model without it is no answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// A modality of the messages, such as `image`.
    Input(String),
    /// A modality of the answer, such as `audio`.
    Output(String),
    /// Tools are offered.
    Tools,
    /// A call is required.
    ForcedTools,
    /// The answer is to be JSON.
    StructuredOutput,
    /// More than one answer.
    SeveralAnswers,
    /// Likelihoods of tokens.
    Logprobs,
    /// The last message is the assistant's and is to be continued.
    Prefill,
}

impl fmt::Display for Need {
    /// Writes a stable word: that of the contract's `model.abilities`, or `input.<modality>` and
    /// `output.<modality>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Input(modality) => return write!(f, "input.{modality}"),
            Self::Output(modality) => return write!(f, "output.{modality}"),
            Self::Tools => "tools",
            Self::ForcedTools => "forced-tools",
            Self::StructuredOutput => "structured-output",
            Self::SeveralAnswers => "several-answers",
            Self::Logprobs => "logprobs",
            Self::Prefill => "prefill",
        })
    }
}

/// Why a request cannot go to a target. Nothing rests for it: the next model is asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The last message of the user holds a file that the model does not take, so that its answer
    /// would be about something else: the model is skipped.
    #[error("the model takes no {modality}, and the last message has one")]
    LastMessage {
        /// The file's modality, such as `image`.
        modality: String,
    },
    /// Something is asked for that the model or its provider cannot do: failure kind `unsupported`.
    #[error("the model cannot do what is asked for: {need}")]
    Unsupported {
        /// What it is.
        need: Need,
    },
    /// The input is longer than the model accepts: failure kind `context-overflow`.
    #[error("the input has {input} tokens, the model takes {context}")]
    TooLong {
        /// Tokens of the input, counted or estimated.
        input: u64,
        /// Tokens that the model takes.
        context: u64,
    },
}
