//! Tests of the reader and of the editor.

mod editing;
mod random;
mod reading;
