//! Wire formats that several vendors speak, each written once.
//!
//! A vendor's own component says where it is reached, how its credentials sign, which models it has
//! and what it means by a refusal; everything else is here. No vendor is named here but the one
//! whose format it is.

pub mod anthropic;
pub mod testing;
