//! Tests of the reader and of the editor.

mod document;
mod editing;
mod random;
mod reading;
